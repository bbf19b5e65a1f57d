/** What is kept of the noise while the screens are up; the rest is dropped. Characters. */
const MOST = 16_000

/**
 * While the screens are up nobody else may write on the terminal: what goes to standard error (a warning of ours, of
 * Node's, of a library) is held back, told of, and written when they are gone. Gives what ends it.
 */
export function holdBack(stderr: NodeJS.WriteStream, told: (text: string) => void): () => void {
  const write = stderr.write
  const warned = process.listeners('warning')
  let held = ''
  const take = (text: string) => {
    held = (held + text).slice(0, MOST)
    told(text)
  }
  stderr.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const done = rest.find((one): one is () => void => typeof one === 'function')
    if (done) queueMicrotask(done)
    return true
  }) as typeof stderr.write
  // Node's own listener writes past the stream.
  const warn = (warning: Error) => take(`${warning.name}: ${warning.message}\n`)
  process.removeAllListeners('warning')
  process.on('warning', warn)
  return () => {
    stderr.write = write
    process.off('warning', warn)
    for (const listener of warned) process.on('warning', listener as (warning: Error) => void)
    if (held !== '') stderr.write(held)
  }
}

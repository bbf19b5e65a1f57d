/** What a server's own command line says of its times; -1 where it says nothing. */
export interface ServerTimes {
  /** After so long it ends a request or its worker, in ms: `--timeout 30`. */
  limit_ms: bigint
  /** It keeps an idle connection so long, in ms: `--keep-alive 2`, `--timeout-keep-alive 5`. */
  keeps_ms: bigint
}

/** Options whose value is a time in whole seconds (gunicorn and uvicorn, `--help`). */
const LIMITS = ['--timeout']
const KEEPS = ['--keep-alive', '--timeout-keep-alive']
/** Such an option's value is nothing but a short number: it can be kept. */
const TIMES = new Set([...LIMITS, ...KEEPS, '--graceful-timeout'])

/** Is this argument the value of a time option, or one with its value? */
export function isTime(token: string, before: string): boolean {
  if (TIMES.has(token)) return true
  if (/^\d{1,4}$/.test(token)) return TIMES.has(before)
  const [name = '', value = ''] = token.split('=')
  return TIMES.has(name) && /^\d{1,4}$/.test(value)
}

/** @param kept the arguments of a process, of which secrets were left out */
export function serverTimes(kept: readonly string[]): ServerTimes {
  return { limit_ms: secondsOf(kept, LIMITS), keeps_ms: secondsOf(kept, KEEPS) }
}

/** Of an option that is given twice the last one counts. */
function secondsOf(kept: readonly string[], names: readonly string[]): bigint {
  let ms = -1n
  for (const [at, token] of kept.entries()) {
    const [name = '', own] = token.split('=')
    const value = own ?? kept[at + 1] ?? ''
    if (names.includes(name) && /^\d{1,4}$/.test(value)) ms = BigInt(value) * 1000n
  }
  return ms
}

/** The program that an interpreter runs: `gunicorn` of `/usr/bin/python3 /usr/bin/gunicorn app:app`; '' where none shows. */
export function scriptOf([program = '', ...kept]: readonly string[]): string {
  if (!/^(python|ruby|perl)[\d.]*$/.test(program.split('/').at(-1) ?? '')) return ''
  const script = kept.find((token) => !token.startsWith('-') && /^[A-Za-z0-9_./-]+$/.test(token))
  return script?.split('/').at(-1) ?? ''
}

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

// What every case needs to look and to wait with.

/** A port that nobody holds now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Waits by looking until something takes connections. */
export async function listening(port: number, address: string): Promise<void> {
  const { connect } = await import('node:net')
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, address)
        socket.once('connect', () => {
          socket.destroy()
          resolve(true)
        })
        socket.once('error', () => resolve(false))
      }),
    `${address}:${port} listens`,
  )
}

export async function existsSocket(path: string): Promise<boolean> {
  const { existsSync } = await import('node:fs')
  return existsSync(path)
}

/** Looks again every 30 ms, for at most 15 s. */
export async function until(look: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const last = Date.now() + 15_000
  while (Date.now() < last) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`it never came to pass that ${what}`)
}

/** Runs a program to its end and collects what it printed. */
export function collect(
  argv: string[],
  env: Record<string, string | undefined> = {},
): Promise<{ out: string; err: string; exit: number | null }> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = argv
    const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.once('error', reject)
    child.once('close', (exit) => resolve({ out, err, exit }))
  })
}

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { askHttp } from '../../src/probe/http/ask.ts'
import type { HttpOptions, HttpRequest } from '../../src/probe/http/plan.ts'
import { responseReader } from '../../src/reading/http/response.ts'
import type { HttpResponse } from '../../src/reading/http/types.ts'
import type { ReadContext } from '../../src/reading/reader.ts'
import type { Capture } from '../../src/words/look.ts'

const TLS_FIXTURES = join(import.meta.dirname, '../fixtures/http/tls')

export function tlsFixture(name: string): string {
  return readFileSync(join(TLS_FIXTURES, name), 'utf8')
}

const TEST_CA = join(TLS_FIXTURES, 'ca.pem')

/** What a client sees of the machine: nothing but where programs are, and the test's own CA. */
export const ENV = { PATH: process.env.PATH ?? '', LC_ALL: 'C', SSL_CERT_FILE: TEST_CA }

export interface Served {
  port: number
  /** Text of the requests that came, one entry a connection. */
  requests: string[]
}

/** Serves `answer` on a free loopback port while `use` runs. */
export async function serving<T>(
  answer: (socket: net.Socket, request: string) => void,
  use: (served: Served) => Promise<T>,
  on: { secure?: tls.TlsOptions; path?: string; greet?: boolean } = {},
): Promise<T> {
  const sockets = new Set<net.Socket>()
  const requests: string[] = []
  const talk = (socket: net.Socket) => {
    socket.on('error', () => {})
    if (on.greet) answer(socket, '')
    else {
      socket.once('data', (data: Buffer) => {
        requests.push(data.toString('latin1'))
        answer(socket, data.toString('latin1'))
      })
    }
  }
  const server = on.secure ? tls.createServer(on.secure, talk) : net.createServer(talk)
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => {
    if (on.path === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(on.path, resolve)
  })
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  try {
    return await use({ port, requests })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  return serving(
    () => {},
    async ({ port }) => port,
  )
}

/** Listens, accepts nobody, and its queue is full: the kernel drops further attempts as a firewall would. */
export async function withFullBacklog<T>(use: (port: number) => Promise<T>): Promise<T> {
  const deaf = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`
  const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (data) => resolve(Number(data))))
  const fillers = Array.from({ length: 4 }, () => net.connect(port, '127.0.0.1').on('error', () => {}))
  try {
    await new Promise((resolve) => fillers[0]?.once('connect', resolve))
    return await use(port)
  } finally {
    for (const filler of fillers) filler.destroy()
    child.kill('SIGKILL')
  }
}

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'triage502-http-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function lookAt(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    kind: 'http',
    at: 'here',
    read: 'http-response',
    timeoutMs: 5000,
    url,
    times: 1,
    redirects: 0,
    own: true,
    ...more,
  }
}

export function options(more: Partial<HttpOptions> = {}): HttpOptions {
  return { userAgent: 'triage502/test', headers: [], resolve: [], insecure: false, env: ENV, ...more }
}

export function ask(request: HttpRequest, more: Partial<HttpOptions> = {}): Promise<Capture> {
  return askHttp(request, options(more), new AbortController().signal)
}

export const CONTEXT: ReadContext = {
  facts: new Map(),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date('2026-11-21T02:03:12Z'),
}

export function readResponse(capture: Capture): HttpResponse {
  return responseReader.read(capture, CONTEXT).value
}

export async function response(request: HttpRequest, more: Partial<HttpOptions> = {}): Promise<HttpResponse> {
  return readResponse(await ask(request, more))
}

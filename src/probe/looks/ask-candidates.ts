import { createRequire } from 'node:module'
import { isLoopback } from '../../reading/process/addresses.ts'
import { hostOf, pidOf } from './arguments.ts'
import { type Candidate, candidatesArgv, gather } from './candidates.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

// Required, not imported: importing it would load everything that node:http can lead to.
const { request }: typeof import('node:http') = createRequire(import.meta.url)('node:http')

const MOST_ASKED = 3
const ANSWER_MS = 2000
/** Databases, mail, metrics and control ports: a stray GET there is noise at best. */
const NEVER_ASKED = new Set([
  2019, 2375, 2376, 2379, 2380, 3306, 4222, 5432, 5433, 5672, 6379, 6380, 6443, 8125, 9042, 9090, 9092, 9100, 9113,
  9200, 9229, 9300, 10250, 11211, 15672, 26379, 27017, 27018, 33060, 50051,
])

/**
 * As the look `candidates`, and asks at most three of them, tied ones first, and at most three sockets
 * whose owner is hidden, for the URL's own path: one GET each, over loopback, never a well-known or database port.
 * `asked` is false for a program that might serve the site and was not asked. Arguments as there, and
 * `url_path`, `host` (the Host that the proxy would send).
 */
export const askCandidatesLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = candidatesArgv(pid)
  const path = args.url_path
  const host = hostHeader(args.host)
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]{0,2047}$/.test(path) || host === undefined) {
    return Promise.resolve(blind(argv, 'not-understood', 'the URL’s path or host cannot stand in a request'))
  }
  const end = performance.now() + tools.timeoutMs * 0.9
  const limit = () => Math.max(1, Math.min(ANSWER_MS, end - performance.now()))
  return within(tools, argv, async (over) => {
    const gathered = await gather(args, tools, over)
    if (typeof gathered === 'string') return blind(argv, 'no-vantage', gathered)
    if (!gathered.ours) {
      const unasked = 'the programs live in another network namespace and could not be asked from here'
      return found(argv, { ...gathered.findings, unasked }, { timedOut: over(), at: `pid:${pid}` })
    }
    const asked = gathered.findings.apps.filter((app) => mayAsk(app)).slice(0, MOST_ASKED)
    for (const app of gathered.findings.apps) if (mayServe(app.port)) app.asked = false
    for (const app of asked) {
      if (over()) break
      app.asked = true
      app.status = await ask(dialled(app.address), app.port, path, host, limit(), tools.signal)
    }
    // A socket of nobody we can see may be the application too: its answer tells, whoever it is.
    for (const socket of gathered.findings.unseen.filter(mayAsk).slice(0, MOST_ASKED)) {
      if (over()) break
      socket.status = await ask(dialled(socket.address), socket.port, path, host, limit(), tools.signal)
      socket.asked = true
    }
    return found(argv, gathered.findings, { timedOut: over() })
  })
}

/** Loopback only, and no port that is never a web application's. */
export function mayAsk(app: Pick<Candidate, 'address' | 'port'>): boolean {
  return mayServe(app.port) && isLoopback(dialled(app.address))
}

function mayServe(port: number): boolean {
  return port >= 1024 && !NEVER_ASKED.has(port)
}

function dialled(bound: string): string {
  if (bound === '*' || bound === '0.0.0.0') return '127.0.0.1'
  return bound === '::' ? '::1' : bound
}

/** The status of one GET; 0 when no HTTP came in time. The body is not waited for. */
function ask(
  address: string,
  port: number,
  path: string,
  host: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))])
    const headers = { Host: host, 'User-Agent': 'triage502', Accept: '*/*', Connection: 'close' }
    const asking = request(
      { host: address, port, path, method: 'GET', headers, agent: false, signal: limit },
      (response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      },
    )
    asking.on('error', () => resolve(0))
    asking.on('close', () => resolve(0))
    asking.end()
  })
}

/** A Host header's value: a host and perhaps a port, nothing else. */
function hostHeader(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(`http://${value}`)) return undefined
  const url = new URL(`http://${value}`)
  const bare = url.href === `http://${url.host}/` && hostOf(url.hostname) !== undefined
  return bare ? url.host : undefined
}

import { parsePort } from './addresses.ts'
import { isTime } from './server-times.ts'

/** Stands for arguments that were left out. */
export const LEFT_OUT = '…'

/** Options whose value is an address or port to listen on. */
const LISTEN_OPTIONS = new Set([
  '-p',
  '--port',
  '-b',
  '--bind',
  '-l',
  '--listen',
  '--host',
  '-h',
  '-a',
  '--addr',
  '--address',
  '--socket',
  '-s',
  '-c',
  '--config',
  '--http-port',
  '--server.port',
])
/** Words that programs put into their own title: they name a role, never a value. */
const TITLE_WORDS = new Set([
  'master',
  'worker',
  'process',
  'pool',
  'main',
  'is',
  'shutting',
  'down',
  'cache',
  'manager',
  'loader',
  'old',
])
const SECRET_OPTION = /^-.*(?:pass|secret|token|key|auth|cred|cookie|session)/i
const PATH = /^\.{0,2}\/[A-Za-z0-9_./+-]{1,255}$/
const FILE =
  /^[A-Za-z0-9_.+-]{1,80}\.(?:js|mjs|cjs|ts|py|rb|jar|php|sh|ru|conf|cfg|ini|toml|yaml|yml|json|sock|socket)$/
const ENDPOINT = /^(?:unix:[A-Za-z0-9_./@+-]{1,200}|(?:[0-9.]{7,15}|\[[0-9A-Fa-f:]{2,45}\]|localhost|\*)?:[0-9]{1,5})$/

/**
 * What may be kept of a process's arguments: its program, paths, ports and sockets. Everything else
 * may be a secret and becomes `…`. Applying it again changes nothing.
 */
export function keptArguments(argv: readonly string[]): string[] {
  const [first, ...rest] = argv
  if (first === undefined) return []
  // A program that writes its own title leaves one long first argument.
  const title = first.trim().split(/\s+/)
  const tokens = [...title.slice(1), ...rest.filter((token) => token !== '')]
  const kept = [programName(title[0] ?? '')]
  for (const [at, token] of tokens.entries()) {
    const before = at === 0 ? '' : (tokens[at - 1] ?? '')
    const shown = keepable(token, before, kept.at(-1) === before) ? token : LEFT_OUT
    if (shown !== LEFT_OUT || kept.at(-1) !== LEFT_OUT) kept.push(shown)
  }
  return kept
}

function programName(token: string): string {
  return /^[A-Za-z0-9_./:+@-]{1,255}$/.test(token) && !token.includes('://') ? token : LEFT_OUT
}

/** `besides`: what stands before it was kept too. A port whose option is gone would say nothing the next time. */
function keepable(token: string, before: string, besides: boolean): boolean {
  if (SECRET_OPTION.test(before) && !before.includes('=')) return false
  if (
    TITLE_WORDS.has(token) ||
    LISTEN_OPTIONS.has(token) ||
    PATH.test(token) ||
    FILE.test(token) ||
    ENDPOINT.test(token) ||
    isTime(token, besides ? before : '')
  )
    return true
  if (parsePort(token) !== undefined) return besides && LISTEN_OPTIONS.has(before)
  const equals = token.indexOf('=')
  if (equals < 0) return false
  const name = token.slice(0, equals)
  const value = token.slice(equals + 1)
  return (
    (LISTEN_OPTIONS.has(name) || name === 'PORT') &&
    (parsePort(value) !== undefined || ENDPOINT.test(value) || PATH.test(value))
  )
}

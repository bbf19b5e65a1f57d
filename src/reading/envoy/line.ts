import { type AnswerLine, bareLine } from '../gateway/answer-line.ts'

// Envoy's default access log, and Istio's. Source: envoyproxy/envoy:docs/root/configuration/observability/access_log/usage.rst
// and istio's EnvoyTextLogFormat. Custom and JSON formats are not read.

const MAX_LINE = 64 * 1024
const HEAD =
  /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z)\] "(\S{1,32}) (\S{1,8192}) (\S{1,16})" (\d{1,3}) (\S{1,64}) /
/** Bytes in and out, duration, the upstream's own time; then five words in quotes. */
const TAIL =
  /(?:^| )(\d{1,20}) (\d{1,20}) (\d{1,12}) (?:-|\d{1,12}) "([^"]{0,2048})" "([^"]{0,4096})" "([^"]{0,256})" "([^"]{0,512})" "([^"]{0,512})"/

/** The words of all gateways for what Envoy's flags say; what it has alone keeps the name of its own signature. */
const FAILURES: Readonly<Record<string, string>> = {
  UF: 'envoy-uf',
  UC: 'premature-close',
  UR: 'reset-before-head',
  UT: 'read-timeout',
  UMSDR: 'read-timeout',
  UH: 'no-live-upstreams',
  UPE: 'invalid-header',
  UO: 'envoy-uo',
  NR: 'envoy-nr',
  NC: 'envoy-nc',
  DF: 'envoy-df',
  FI: 'envoy-fi',
  RL: 'envoy-rl',
  LH: 'envoy-lh',
  OM: 'envoy-om',
  LR: 'envoy-lr',
  SI: 'read-timeout',
}
const ORDER = Object.keys(FAILURES)

/** One line of Envoy's access log, also out of the journal. */
export function parseEnvoyLine(text: string): AnswerLine | undefined {
  if (text.length > MAX_LINE) return undefined
  const line = bareLine(text)
  const head = HEAD.exec(line)
  if (!head) return undefined
  const [whole, start = '', , path = '', , status = '0', flags = ''] = head
  const rest = line.slice(whole.length)
  const tail = TAIL.exec(rest)
  const began = Date.parse(start.replace(/\.(\d{3})\d*Z$/, '.$1Z'))
  if (!tail || Number.isNaN(began)) return undefined
  const [, , , duration = '0', forwarded = '', agent = '', , host = '', upstream = ''] = tail
  // What Istio writes between the flags and the numbers: the details, and why the connection failed.
  const why = rest.slice(0, tail.index).trim()
  const own = flags.split(',').filter((flag) => flag !== '-' && flag !== '')
  const flag = ORDER.find((each) => own.includes(each))
  return {
    at: began + Number(duration),
    client: forwarded === '-' ? '' : (forwarded.split(',', 1)[0] ?? '').trim(),
    host,
    path,
    agent: agent === '-' ? '' : agent,
    status: Number(status),
    failure: flag === undefined ? '' : flag === 'SI' ? idleWord(Number(status)) : connectWord(flag, why),
    message: own.length === 0 ? '' : `${own.join(',')}${why === '' || /^[- "]*$/.test(why) ? '' : ` ${why}`}`,
    upstream: upstream === '-' ? '' : upstream,
  }
}

/** Nothing moved for too long: with a 504 it was the upstream, with a 408 the visitor. */
function idleWord(status: number): string {
  return status === 504 ? 'read-timeout' : ''
}

/** "No connection" is told apart by its reason, where the format has it. */
function connectWord(flag: string, why: string): string {
  const known = FAILURES[flag] ?? ''
  if (flag !== 'UF') return known
  if (/delayed_connect_error:_?111|connect_error:_111/.test(why)) return 'connect-refused'
  if (/connection_timeout|connect_timeout/.test(why)) return 'connect-timeout'
  if (/CERTIFICATE_VERIFY_FAILED/.test(why)) return 'cert-verify'
  return /TLS_error|TLS error/.test(why) ? 'tls-handshake' : known
}

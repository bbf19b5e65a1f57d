import { NEVER, t, type Value } from '../../words/value.ts'
import { type ErrorLine, parseErrorLine } from '../nginx/error-line.ts'
import { type Dark, type Knowledge, reader } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { failureOf } from './failure.ts'

const output = t.record({
  complete: t.bool,
  /** Lines about the URL's host in the window, and the last of them. */
  found: t.bool,
  count: t.int,
  at: t.timestamp,
  message: t.string,
  /** The id of the signature that it fits; '' for an unknown one. */
  signature: t.string,
  /** `10.42.0.7:8080` */
  upstream: t.string,
})

const LINES = 6000
/** An error of nginx begins so behind kubectl's stamp; lines of requests do not. */
const ERROR = /\[(?:warn|error|crit|alert|emerg)\]/

/** `kubectl logs --timestamps` of ingress-nginx: what it wrote of the URL's host (`url.host`) in the window. kubectl's stamps are UTC. */
export const kubeIngressLogReader = reader({
  name: 'kube-ingress-log',
  output,
  consults: ['url.host', 'window.seconds'],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.filter((line) => ERROR.test(line.slice(0, 200)) || line.startsWith('unable to retrieve'))
    const left = lines.length - kept.length
    return { out: kept.join('\n'), leftOut: left > 0 ? `${left} lines about no error left out` : '' }
  },
  read(capture, context) {
    const seconds = context.facts.get('window.seconds')
    const from = context.now.getTime() - Number(typeof seconds === 'bigint' ? seconds : 900) * 1000
    const about = capture.out
      .split('\n')
      .slice(-LINES)
      .flatMap(entryOf)
      .filter(({ at, line }) => at.getTime() >= from && isAbout(line, context.facts.get('url.host')))
    const last = about.at(-1)
    const failed = capture.exit !== 0 || capture.out.startsWith('unable to retrieve container logs')
    const dark: Dark[] = failed ? [failureOf(`${capture.err}\n${capture.out.slice(0, 500)}`) ?? NO_LOG] : []
    return {
      value: {
        complete: dark.length === 0 && !capture.cut && !capture.timedOut && !capture.pasted,
        found: last !== undefined,
        count: BigInt(about.length),
        at: last?.at ?? NEVER,
        message: visibleLine(last?.line.message ?? '', 300),
        signature: last ? signatureOf(last.line, context.knowledge) : '',
        upstream: /^[a-z]+:\/\/([^/]{1,100})/.exec(last?.line.upstream ?? '')?.[1] ?? '',
      },
      dark,
      lines: about.slice(-3).map(({ line }) => visibleLine(`${line.message}, upstream: ${line.upstream}`, 300)),
    }
  },
})

const NO_LOG: Dark = { why: 'no-such-file', says: 'the cluster has kept no output of its gateway' }

/** `2026-11-21T02:03:10.123456789Z 2026/11/21 …`: kubectl's stamp, then nginx's own line. */
function entryOf(raw: string): { at: Date; line: ErrorLine }[] {
  const space = raw.indexOf(' ')
  const at = new Date(STAMP.test(raw.slice(0, space)) ? raw.slice(0, space) : Number.NaN)
  const own = parseErrorLine(raw.slice(space + 1))
  return own && !Number.isNaN(at.getTime()) ? [{ at, line: own }] : []
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

function isAbout(line: ErrorLine, host: Value | undefined): boolean {
  const bare = line.host.replace(/:\d{1,5}$/, '').toLowerCase()
  return typeof host === 'string' && (bare === host.toLowerCase() || (bare === '' && line.server === host))
}

function signatureOf(line: ErrorLine, knowledge: Knowledge): string {
  return (
    matchSignature(signatureIndex(knowledge.signatures), 'nginx-error', line.message, { whole: true })?.signature.id ??
    ''
  )
}

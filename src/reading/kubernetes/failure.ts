import type { BlindReason } from '../../words/vocabulary.ts'
import type { Dark } from '../reader.ts'
import { visibleLine } from '../visible.ts'

const LONGEST = 300

/**
 * What `kubectl` prints when it shows nothing, by its own words (kubernetes/kubectl, cmd/util/helpers.go; client-go) and those of
 * the API server's Status objects (API conventions, "Response Status Kind"). The first that stands in a line counts.
 */
const PHRASES: readonly [BlindReason, readonly string[]][] = [
  [
    'wrong-context',
    [
      'current-context must exist',
      'current-context is not set',
      'context was not found for specified context',
      'no configuration has been provided',
      'no context exists with the name',
      'cluster was not found',
      'cannot locate context',
    ],
  ],
  ['no-such-namespace', ['namespaces "']],
  [
    'expired-credentials',
    [
      'must be logged in to the server',
      'provide credentials',
      '(Unauthorized)',
      'token has expired',
      'credentials have expired',
      'session has expired',
      'token is expired',
    ],
  ],
  ['no-credentials', ['getting credentials', 'Unable to locate credentials', 'no Auth Provider found']],
  ['no-permission', ['(Forbidden)', 'is forbidden']],
  ['throttled', ['(TooManyRequests)', 'Too Many Requests']],
  ['timed-out', ['Client.Timeout exceeded', 'context deadline exceeded', 'request canceled', '(Timeout)']],
  [
    'unreachable-host',
    [
      'was refused - did you specify the right host or port',
      'Unable to connect to the server',
      'no such host',
      'i/o timeout',
      'connection refused',
      'connection reset',
      'network is unreachable',
      'no route to host',
      'x509:',
      '(ServiceUnavailable)',
      '(InternalError)',
    ],
  ],
  ['no-such-file', ["doesn't have a resource type", '(NotFound)', 'not found']],
]

const MEANS: Partial<Record<BlindReason, string>> = {
  'wrong-context':
    'kubectl has no such context: kubectl config get-contexts lists those there are; name one with --fact kube.context=NAME',
  'no-such-namespace': 'the cluster has no such namespace: another cluster, or a name that is misspelt',
  'expired-credentials':
    'the cluster does not take the credentials of this context: they have expired or are wrong; sign in to the cluster again',
  'no-credentials': 'kubectl gets no credentials for this context: sign in to the cluster again',
  'no-permission': 'this user may not read that in the cluster',
  throttled: 'the cluster takes no more questions just now: wait a minute, then run this again',
  'timed-out': 'the cluster did not answer in time',
  'unreachable-host': "the cluster's API server cannot be reached from here",
  'no-such-file': 'the cluster has no such thing',
}

/** Why kubectl showed nothing; null where its words tell of no failure. Lines of its own log (`E1121 …`) stand before the last word. */
export function failureOf(text: string): Dark | null {
  const lines = text
    .slice(0, 20_000)
    .split('\n')
    .map((line) => visibleLine(line, 2000).trim())
    .filter((line) => line !== '' && !/^[EIW]\d{4} /.test(line))
    .slice(-50)
  for (const [why, phrases] of PHRASES) {
    const line = lines.findLast((each) => isMisnamed(why, each) || phrases.some((phrase) => each.includes(phrase)))
    if (line !== undefined) return { why, says: `${MEANS[why] ?? 'kubectl'} (${line.slice(0, LONGEST)})` }
  }
  const [error] = lines.filter((line) => /^error\b/i.test(line))
  return error === undefined ? null : { why: 'not-understood', says: `kubectl: ${error.slice(0, LONGEST)}` }
}

/** `error: context "prod" does not exist` */
function isMisnamed(why: BlindReason, line: string): boolean {
  return why === 'wrong-context' && /\bcontext "[^"]{0,200}" does not exist/.test(line)
}

import type { BlindReason } from '../../words/vocabulary.ts'
import type { Dark } from '../reader.ts'
import { visibleLine } from '../visible.ts'

/** An error of the API or of a client of it. `code` is the wire's (`AccessDenied`) or the client's own word (`ECONNREFUSED`). */
export interface AwsError {
  code: string
  message: string
}

const LONGEST = 300
/** The action that a refusal names (IAM user guide, "Troubleshoot access denied error messages"). */
const NOT_ALLOWED = /not authorized to perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,80})/

/** Codes by the service's API reference and the clients' own classification; with and without `Exception` behind them. */
const REASONS: readonly [BlindReason, readonly string[]][] = [
  ['expired-credentials', ['ExpiredToken', 'RequestExpired', 'TokenRefreshRequired']],
  ['no-permission', ['AccessDenied', 'UnauthorizedOperation', 'Forbidden', 'NotAuthorized']],
  [
    'throttled',
    [
      'Throttling',
      'Throttled',
      'RequestLimitExceeded',
      'TooManyRequests',
      'RequestThrottled',
      'BandwidthLimitExceeded',
    ],
  ],
  [
    'no-credentials',
    [
      'CredentialsProviderError',
      'TokenProviderError',
      'MissingAuthenticationToken',
      'InvalidClientTokenId',
      'UnrecognizedClient',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'AuthFailure',
    ],
  ],
  [
    'wrong-region',
    ['LoadBalancerNotFound', 'TargetGroupNotFound', 'ListenerNotFound', 'RuleNotFound', 'OptInRequired'],
  ],
  ['timed-out', ['TimeoutError', 'RequestTimeout', 'ETIMEDOUT']],
  [
    'unreachable-host',
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'],
  ],
]

/** What a client says in its own words, without a code. `aws` (botocore) and the SDK phrase the same things differently. */
const PHRASES: readonly [BlindReason, readonly string[]][] = [
  [
    'expired-credentials',
    ['has expired', 'is expired', 'session has expired', 'token expired', 'Error loading SSO Token'],
  ],
  [
    'no-credentials',
    [
      'Unable to locate credentials',
      'Could not load credentials',
      'could not be found',
      'Could not resolve credentials',
      'Partial credentials found',
      'requires multi-factor authentication',
      'Error when retrieving credentials',
    ],
  ],
  [
    'wrong-region',
    ['must specify a region', 'Region is missing', 'Invalid region', 'Invalid endpoint', 'match a supported format'],
  ],
  ['timed-out', ['Connect timeout on endpoint', 'Read timeout on endpoint']],
  [
    'unreachable-host',
    ['Could not connect to the endpoint', 'Connection was closed', 'Failed to connect', 'SSL validation failed'],
  ],
]

const MEANS: Partial<Record<BlindReason, string>> = {
  'expired-credentials': 'the credentials for AWS have expired: sign in again (aws sso login), then run this again',
  'no-permission':
    'these credentials may not ask that: the account’s administrator allows elasticloadbalancing:Describe*',
  throttled: 'AWS takes no more questions from this account just now: wait a minute, then run this again',
  'no-credentials': 'no usable credentials for AWS: set AWS_PROFILE, or sign in',
  'wrong-region': 'not found in this region with these credentials',
  'timed-out': 'AWS did not answer in time',
  'unreachable-host': 'AWS cannot be reached from here',
}

/** Why nothing could be seen, in one of our words and one sentence for a person. */
export function darkOfError({ code, message }: AwsError): Dark {
  const why = reasonOf(code, message)
  const told = visibleLine([code, message].filter((part) => part !== '').join(': '), LONGEST)
  const action = NOT_ALLOWED.exec(message)?.[1]
  const means =
    why === 'no-permission' && action !== undefined
      ? `these credentials may not ask that: the account’s administrator allows ${action}`
      : MEANS[why]
  return { why, says: means === undefined ? `AWS refused the question (${told})` : `${means} (${told})` }
}

function reasonOf(code: string, message: string): BlindReason {
  const bare = code.replace(/Exception$/, '')
  // An expired sign-in comes as a general error of whoever provides credentials: its words say more than its name.
  if (bare === 'CredentialsProviderError' || bare === 'TokenProviderError' || code === '' || code === 'Error') {
    const said = PHRASES.find(([, phrases]) => phrases.some((phrase) => message.includes(phrase)))
    if (said) return said[0]
  }
  const known = REASONS.find(([, codes]) => codes.includes(bare) || codes.includes(code))
  return known?.[0] ?? 'not-understood'
}

const SERVICE = /An error occurred \(([A-Za-z.]{1,80})\)[^:]{0,200}: ([^\n]{0,2000})/

/** The error that an `aws` command printed, if it did. Its exit status is 252 to 255 then. */
export function errorOfText(text: string): AwsError | null {
  const service = SERVICE.exec(text)
  if (service) return { code: (service[1] ?? '').split('.').at(-1) ?? '', message: service[2] ?? '' }
  const line = text.split('\n').find((each) => PHRASES.some(([, phrases]) => phrases.some((one) => each.includes(one))))
  return line === undefined ? null : { code: '', message: line.trim() }
}

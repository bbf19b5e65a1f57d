import type { Capture } from '../../words/look.ts'
import type { BlindReason } from '../../words/vocabulary.ts'
import type { Dark } from '../reader.ts'
import { visibleLine } from '../visible.ts'

/**
 * What clients say when they are told nothing, in lower case, the more special first. Sources: `heroku` 11 itself (asked of a
 * local API); flyctl, the Railway CLI, the Render CLI and gcloud by their documentation and source texts.
 */
const PHRASES: readonly [BlindReason, string, readonly string[]][] = [
  [
    'expired-credentials',
    'the sign-in has expired: sign in again, then run this again',
    [
      'token expired',
      'has expired',
      'session expired',
      'token has been revoked',
      'reauthentication failed',
      'refresh token',
    ],
  ],
  [
    'no-credentials',
    'nobody is signed in: sign in with this client, then run this again',
    [
      'not logged in',
      'no access token available',
      'unauthorized',
      'unauthenticated',
      'invalid credentials provided',
      'you do not currently have an active account',
      'authentication required',
      'login required',
      'please login',
      'please log in',
      'run `render login`',
      'invalid_token',
      'not authenticated',
      'failed to verify your credentials',
    ],
  ],
  [
    'no-permission',
    'this account may not see that',
    ['forbidden', 'permission_denied', 'permission denied', 'you do not have access'],
  ],
  [
    'wrong-account',
    'this account knows no such application: choose another account, or name the right one',
    [
      "couldn't find that app",
      'could not find app',
      'app not found',
      'no linked project',
      'no project linked',
      'project not found',
      'service not found',
      'cannot find service',
      'could not be found',
      'not found',
      'no environment found',
      'no service could be found',
    ],
  ],
  [
    'missing-tool',
    'this client is too old for the question: update it, then run this again',
    [
      'unknown flag',
      'unknown command',
      'nonexistent flag',
      'unexpected argument',
      'unrecognized arguments',
      'unrecognized subcommand',
      'invalid choice',
      'is not a heroku command',
      'please upgrade',
    ],
  ],
  [
    'throttled',
    'too many questions were asked: wait a minute, then run this again',
    ['rate limit', 'too many requests', 'quota exceeded'],
  ],
  [
    'unreachable-host',
    'the platform’s API cannot be reached from here',
    [
      'econnrefused',
      'connection refused',
      'enotfound',
      'no such host',
      'getaddrinfo',
      'eai_again',
      'etimedout',
      'econnreset',
      'connection reset',
      'network is unreachable',
      'error sending request',
      'dial tcp',
      'could not resolve host',
      'unable to connect',
      'socket hang up',
    ],
  ],
  ['timed-out', 'the platform’s API gave no answer in time', ['deadline exceeded', 'timed out', 'timeout']],
]

const LONGEST = 300

/** Why a client told nothing, in one of our words and a sentence with its own; null where it does not complain. */
export function complaintOf(capture: Capture): Dark | null {
  const told = `${capture.err}\n${looksLikeJson(capture.out) ? '' : capture.out}`.slice(0, 16_000)
  const lower = told.toLowerCase()
  for (const [why, says, phrases] of PHRASES) {
    const phrase = phrases.find((each) => lower.includes(each))
    if (phrase === undefined) continue
    const line = told.split('\n').find((each) => each.toLowerCase().includes(phrase)) ?? told
    return { why, says: `${says} (${visibleLine(bare(line), LONGEST)})` }
  }
  if (capture.exit === null || capture.exit === 0) return null
  const line = told.split('\n').find((each) => bare(each) !== '')
  return {
    why: 'not-understood',
    says: `the client failed: ${line === undefined ? `status ${capture.exit}` : visibleLine(bare(line), LONGEST)}`,
  }
}

/** Without the marks that clients frame their errors with. */
function bare(line: string): string {
  return line.replace(/^[\s›▸»!]+/u, '').trim()
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text)
}

/** A client answered, and all that it said is here. */
export function answered(capture: Capture): boolean {
  return (
    capture.outcome === 'ok' &&
    !capture.cut &&
    !capture.timedOut &&
    capture.why === undefined &&
    (capture.exit ?? 0) === 0
  )
}

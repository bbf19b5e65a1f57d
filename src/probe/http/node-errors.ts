import type { ErrnoWord, Measured } from '../../reading/http/measured.ts'

/** libuv's codes to one word and the C library's sentence (Node's docs, "Common system errors"). */
const CODES: Record<string, [ErrnoWord, string]> = {
  ECONNREFUSED: ['refused', 'Connection refused'],
  EHOSTUNREACH: ['unreachable', 'No route to host'],
  ENETUNREACH: ['unreachable', 'Network is unreachable'],
  EHOSTDOWN: ['unreachable', 'Host is down'],
  EADDRNOTAVAIL: ['unreachable', 'Cannot assign requested address'],
  EACCES: ['denied', 'Permission denied'],
  EPERM: ['denied', 'Operation not permitted'],
  ENOENT: ['missing', 'No such file or directory'],
  ENOTSOCK: ['missing', 'Not a socket'],
  ETIMEDOUT: ['timeout', 'Connection timed out'],
  ECONNRESET: ['reset', 'Connection reset by peer'],
  EPIPE: ['reset', 'Broken pipe'],
}

/** Puts a failure of Node's sockets into curl's numbers and words, so that both clients read alike. */
export function nodeFailure(
  error: Error,
  measured: Measured,
  answered: boolean,
): { exitcode: number; errormsg: string; errno: ErrnoWord } {
  const failure = mostTelling(error)
  const [errno, sentence] = CODES[codeOf(failure)] ?? ['', failure.message]
  if (!measured.connected) {
    const resolving = /^(?:ENOTFOUND|EAI_|EBADNAME|ENODATA|ESERVFAIL)/.test(codeOf(failure))
    return {
      exitcode: resolving ? 6 : 7,
      errormsg: resolving ? `Could not resolve host: ${failure.message}` : sentence,
      errno,
    }
  }
  const shaking = measured.url.startsWith('https:') && measured.phases.tls < 0
  if (shaking && failure.message.startsWith('Client network socket disconnected')) {
    return { exitcode: 35, errormsg: 'the connection was closed in the TLS handshake', errno: '' }
  }
  if (shaking) return { exitcode: 35, errormsg: sentence, errno }
  if (errno === 'reset') return { exitcode: 56, errormsg: `Recv failure: ${sentence}`, errno }
  return { exitcode: answered ? 18 : 56, errormsg: sentence, errno }
}

/** Several addresses were tried: a refusal tells more than a missing route. */
function mostTelling(error: Error): Error {
  if (!(error instanceof AggregateError)) return error
  const errors = error.errors.filter((each): each is Error => each instanceof Error)
  return errors.find((each) => codeOf(each) === 'ECONNREFUSED') ?? errors.at(-1) ?? error
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

import type { Measured } from './measured.ts'

export interface Failure {
  /** As `HttpResponse.failure`; '' when a whole response came. */
  failure: string
  /** As `HttpResponse.phase`. */
  phase: string
}

/** What can be told from the text beside the measurements. */
export interface Came {
  /** The blank line after the headers came. */
  headWhole: boolean
  /** Something came at all. */
  anything: boolean
}

/**
 * Names what went wrong in one exchange, from the client's exit status, its words and its timings.
 * Sources: `man curl` (exit statuses), OpenSSL's x509_txt.c and ssl_err.c (wording), seen with curl 7.88 and Node 24.
 */
export function classifyFailure(measured: Measured, came: Came): Failure {
  if (measured.flood) return { failure: '', phase: 'body' }
  if (measured.timed_out || measured.exitcode === 28) return timedOut(measured, came)
  const text = measured.errormsg.toLowerCase()
  switch (measured.exitcode) {
    case 5:
    case 6:
      return { failure: 'dns', phase: 'dns' }
    case 7:
      return { failure: connectFailure(measured), phase: 'connect' }
    case 35:
      return { failure: handshakeFailure(measured, text), phase: 'tls' }
    case 51:
    case 60:
      return { failure: certificateFailure(measured, text), phase: 'tls' }
    case 52:
      return { failure: 'empty-reply', phase: 'wait' }
    case 18:
      return { failure: 'truncated', phase: came.headWhole ? 'body' : 'wait' }
    case 1:
      return text.includes('http') && !text.startsWith('protocol')
        ? { failure: 'not-http', phase: 'wait' }
        : { failure: 'other', phase: 'send' }
    case 8:
    case 16:
      return { failure: 'not-http', phase: 'wait' }
    case 92:
      // A stream of HTTP/2 was reset; the connection goes on.
      return { failure: 'reset', phase: came.headWhole ? 'body' : 'wait' }
    case 55:
      return { failure: measured.errno === 'reset' ? 'reset' : 'other', phase: 'send' }
    case 56:
      return receiveFailure(measured, text, came)
    case 0:
    case -1:
      return ended(measured, came)
    default:
      return { failure: 'other', phase: reached(measured, came) }
  }
}

/** Nothing was complained about; a client may still have missed the end of the head. */
function ended(measured: Measured, came: Came): Failure {
  if (came.headWhole) return { failure: '', phase: 'done' }
  if (measured.status > 0) return { failure: 'truncated', phase: 'wait' }
  if (measured.exitcode < 0) return { failure: 'other', phase: reached(measured, came) }
  return { failure: came.anything ? 'not-http' : 'empty-reply', phase: 'wait' }
}

function timedOut(measured: Measured, came: Came): Failure {
  if (!measured.connected) {
    const resolved = measured.socket !== '' || measured.phases.dns >= 0
    return resolved ? { failure: 'connect-timeout', phase: 'connect' } : { failure: 'dns', phase: 'dns' }
  }
  const phase = reached(measured, came)
  return { failure: phase === 'body' || measured.status > 0 ? 'stalled' : 'silent', phase }
}

/** How far the exchange came. */
function reached(measured: Measured, came: Came): string {
  if (!measured.connected) return measured.phases.dns >= 0 || measured.socket !== '' ? 'connect' : 'dns'
  if (came.headWhole) return 'body'
  if (measured.url.startsWith('https:') && measured.phases.tls < 0) return 'tls'
  return 'wait'
}

function connectFailure(measured: Measured): string {
  switch (measured.errno) {
    case 'refused':
      return 'refused'
    case 'unreachable':
      return 'rejected'
    case 'denied':
      return measured.socket === '' ? 'rejected' : 'socket-denied'
    case 'missing':
      return measured.socket === '' ? 'other' : 'socket-missing'
    case 'timeout':
      return 'connect-timeout'
    default:
      return 'other'
  }
}

/** What OpenSSL, LibreSSL and GnuTLS say when the answer to their hello is no TLS record. */
const NOT_TLS = [
  'wrong version number',
  'wrong_version_number',
  'unknown protocol',
  'packet length too long',
  'packet_length_too_long',
  'http request',
  'unexpected tls packet',
  'record layer failure',
]

function handshakeFailure(measured: Measured, text: string): string {
  if (NOT_TLS.some((words) => text.includes(words))) return 'not-tls'
  if (isAlert(text)) return 'tls-alert'
  return measured.errno === 'reset' ? 'reset' : 'tls-handshake'
}

function isAlert(text: string): boolean {
  return text.includes('alert') || text.includes('tlsv1 unrecognized name') || text.includes('tlsv1 unsupported')
}

function certificateFailure(measured: Measured, text: string): string {
  const byNumber = CERTIFICATE_NUMBERS.get(measured.verify_result)
  if (byNumber) return byNumber
  const names = ['does not match', 'no alternative certificate subject name', 'hostname mismatch', 'common name']
  if (names.some((words) => text.includes(words))) return 'cert-wrong-name'
  if (text.includes('expired') || text.includes('not yet valid')) return 'cert-expired'
  if (text.includes('self-signed') || text.includes('self signed')) return 'cert-self-signed'
  return 'cert-untrusted'
}

/** X509_V_ERR_* of OpenSSL's x509_vfy.h. "Not yet valid" (9) is outside its dates too. */
const CERTIFICATE_NUMBERS = new Map([
  [9, 'cert-expired'],
  [10, 'cert-expired'],
  [18, 'cert-self-signed'],
  [19, 'cert-self-signed'],
  [2, 'cert-untrusted'],
  [20, 'cert-untrusted'],
  [21, 'cert-untrusted'],
  [23, 'cert-untrusted'],
  [27, 'cert-untrusted'],
  [62, 'cert-wrong-name'],
  [64, 'cert-wrong-name'],
])

function receiveFailure(measured: Measured, text: string, came: Came): Failure {
  const phase = reached(measured, came)
  if (measured.errno === 'reset') return { failure: 'reset', phase }
  if (isAlert(text)) return { failure: 'tls-alert', phase }
  if (text.includes('header')) return { failure: 'other', phase }
  if (came.headWhole) return { failure: 'truncated', phase }
  if (text.includes('eof') || text.includes('syscall')) {
    return measured.status > 0 ? { failure: 'truncated', phase } : { failure: 'empty-reply', phase }
  }
  return { failure: 'other', phase }
}

import { readFile } from 'node:fs/promises'
import net from 'node:net'
import tls from 'node:tls'
import type { JsonObject } from '../../words/json.ts'

/** One TLS hello, with everything decided. */
export interface Hello {
  host: string
  port: number
  /** Path of a unix socket; '' for TCP. */
  socket: string
  /** Server name to send; '' for none. */
  name: string
  least: tls.SecureVersion
  most: tls.SecureVersion
  /** OpenSSL's cipher list. */
  ciphers: string
  /** The authorities to hold the certificate against; undefined: not known. */
  trusted: string | undefined
  /** The name the certificate is held against; '' for none. */
  checked: string
  timeoutMs: number
  signal: AbortSignal
}

/** What became of it. Nothing is sent behind the handshake, and no certificate makes it fail. Never throws. */
export function sayHello(hello: Hello): Promise<JsonObject> {
  return new Promise((resolve) => {
    let socket: tls.TLSSocket | undefined
    const limit = AbortSignal.any([hello.signal, AbortSignal.timeout(Math.max(1, Math.ceil(hello.timeoutMs)))])
    const end = (result: JsonObject) => {
      limit.removeEventListener('abort', give)
      socket?.destroy()
      resolve(result)
    }
    const give = () => end({ failure: connected ? 'silent' : 'refused', error: `no answer in ${hello.timeoutMs} ms` })
    let connected = false
    limit.addEventListener('abort', give, { once: true })
    try {
      const plain =
        hello.socket === '' ? net.connect({ host: hello.host, port: hello.port }) : net.connect({ path: hello.socket })
      plain.once('connect', () => {
        connected = true
      })
      plain.on('error', (error) => end(failed(error)))
      socket = tls.connect({
        socket: plain,
        ...(hello.name === '' ? {} : { servername: hello.name }),
        minVersion: hello.least,
        maxVersion: hello.most,
        ciphers: hello.ciphers,
        ...(hello.trusted === undefined ? {} : { ca: hello.trusted }),
        // Judged by the reader, with the reason: a refusal by Node itself would hide the certificate.
        rejectUnauthorized: false,
      })
      const secure = socket
      secure.on('error', (error) => end(failed(error)))
      // The reason of a connection that was never made comes after its end.
      secure.once('close', () => setImmediate(() => end({ failure: 'closed', error: 'closed in the handshake' })))
      secure.once('secureConnect', () => end(finished(secure, hello)))
    } catch (error) {
      // Node refuses some cipher lists before it tries.
      end({ failure: 'other', error: error instanceof Error ? error.message : String(error) })
    }
  })
}

function finished(socket: tls.TLSSocket, { checked }: Hello): JsonObject {
  const shown = socket.getPeerCertificate()
  return {
    finished: true,
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    certificate: {
      subject: nameOf(shown.subject),
      issuer: nameOf(shown.issuer),
      names: namesOf(shown.subjectaltname ?? ''),
      valid_from: shown.valid_from ?? '',
      valid_to: shown.valid_to ?? '',
      self_signed: shown.subject !== undefined && nameOf(shown.subject) === nameOf(shown.issuer),
      name_fits: checked === '' || tls.checkServerIdentity(checked, shown) === undefined,
      trusted: isTrusted(socket),
    },
  }
}

/** Dates and names are judged apart: here only whether the chain leads to an authority that is trusted. */
function isTrusted(socket: tls.TLSSocket): boolean {
  const given: unknown = socket.authorizationError
  const code = typeof given === 'string' ? given : given instanceof Error ? given.message : ''
  return socket.authorized || ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'].includes(code)
}

/** `DNS:app.internal, IP Address:127.0.0.1`: Node's form. */
function namesOf(alternatives: string): string[] {
  return alternatives
    .split(', ')
    .map((each) => each.replace(/^(DNS|IP Address|URI|email):/, ''))
    .filter((name) => name !== '')
}

function nameOf(name: object | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join('; ')
}

/** What OpenSSL says when the answer to a hello is no TLS record. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER_FAILURE/

function failed(error: Error): JsonObject {
  const code = 'code' in error ? String(error.code) : ''
  const words = `${code} ${error.message}`.trim()
  if (NOT_TLS.test(code)) return { failure: 'not-tls', error: words }
  if (/ALERT|UNRECOGNIZED_NAME|alert/.test(words)) return { failure: 'alert', error: words }
  // Node calls an ordinary end a reset too.
  if (error.message.startsWith('Client network socket disconnected')) return { failure: 'closed', error: words }
  if (code === 'ECONNRESET') return { failure: 'reset', error: words }
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT|EACCES)$/.test(code))
    return { failure: 'refused', error: words }
  // A version or a cipher that neither side shares is told by our own library, without an alert.
  return { failure: /UNSUPPORTED_PROTOCOL|NO_CIPHERS|NO_SHARED_CIPHER/.test(code) ? 'alert' : 'other', error: words }
}

/** The text of a file with authorities; undefined when it cannot be read. */
export async function authorities(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    return text.length <= 4 * 1024 * 1024 ? text : undefined
  } catch {
    return undefined
  }
}

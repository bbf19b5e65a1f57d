import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { found } from './looks.ts'

// What the look `ask-tls` writes: hellos, the gateway's own first.

interface Certificate {
  names?: string[]
  from?: string
  to?: string
  issuer?: string
  selfSigned?: boolean
  fits?: boolean
  trusted?: boolean
}

/** A certificate for app.internal, good in 2026, by an authority of its own. */
export function certificate(more: Certificate = {}): JsonObject {
  return {
    subject: 'CN=app.internal',
    issuer: more.issuer ?? 'CN=Shop internal CA',
    names: more.names ?? ['app.internal'],
    valid_from: more.from ?? 'Jan  1 00:00:00 2026 GMT',
    valid_to: more.to ?? 'Jan  1 00:00:00 2027 GMT',
    self_signed: more.selfSigned ?? false,
    name_fits: more.fits ?? true,
    trusted: more.trusted ?? true,
  }
}

/** A hello that was taken. */
export const TAKEN: JsonObject = {
  finished: true,
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  certificate: certificate(),
}

export const ALERT: JsonObject = {
  failure: 'alert',
  error: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE ssl/tls alert handshake failure',
}

export const tlsOffer = (hellos: JsonObject[], more: JsonObject = {}): Capture =>
  found({ hellos, trust_known: true, ...more })

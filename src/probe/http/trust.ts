import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import type { Certificate } from '../../reading/http/measured.ts'

/**
 * The certificates to trust, as curl decides: the file that `SSL_CERT_FILE` names, else the system's
 * store beside Node's own. Undefined: Node's own alone.
 */
export async function trustedBy(env: Record<string, string>): Promise<string[] | undefined> {
  const file = env.SSL_CERT_FILE
  if (file !== undefined && file !== '') {
    try {
      return [await readFile(file, 'utf8')]
    } catch {
      return []
    }
  }
  try {
    // From Node 22.15 on.
    return [...tls.rootCertificates, ...tls.getCACertificates('system')]
  } catch {
    return undefined
  }
}

/** Node's names for OpenSSL's verdicts (Node's docs, "X509 certificate error codes") to X509_V_* numbers and words. */
const VERDICTS: Record<string, [number, string]> = {
  CERT_NOT_YET_VALID: [9, 'certificate is not yet valid'],
  CERT_HAS_EXPIRED: [10, 'certificate has expired'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [18, 'self-signed certificate'],
  SELF_SIGNED_CERT_IN_CHAIN: [19, 'self-signed certificate in certificate chain'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [20, 'unable to get local issuer certificate'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [21, 'unable to verify the first certificate'],
  CERT_REVOKED: [23, 'certificate revoked'],
}

/** What is wrong with the certificate the server showed, null when nothing is. */
export function verifyFailure(
  socket: tls.TLSSocket,
  name: string,
  certificate: tls.PeerCertificate,
): { number: number; says: string } | null {
  // Node declares an Error and gives the code itself.
  const given: unknown = socket.authorizationError
  const code = typeof given === 'string' ? given : given instanceof Error ? given.message : ''
  const verdict = VERDICTS[code]
  if (verdict) return { number: verdict[0], says: verdict[1] }
  const mismatch = tls.checkServerIdentity(name, certificate)
  if (mismatch) return { number: 62, says: `Hostname mismatch: ${mismatch.message}` }
  return socket.authorized || code === '' ? null : { number: 1, says: code }
}

/** The dates and names of a certificate, in OpenSSL's words. */
export function certificateOf(certificate: tls.PeerCertificate): Certificate {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    not_before: certificate.valid_from ?? '',
    not_after: certificate.valid_to ?? '',
  }
}

function nameOf(name: object | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join('; ')
}

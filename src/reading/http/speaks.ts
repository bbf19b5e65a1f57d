/**
 * Guesses the protocol from the first bytes that came where HTTP was expected, '' when nothing fits.
 * Sources: RFC 8446 5.1 (TLS records), RFC 4253 4.2 (SSH), Redis' RESP, the FastCGI specification 3.3,
 * RFC 9113 3.4 and 4.1 (HTTP/2), MySQL's initial handshake packet, RFC 5321 4.2 (SMTP), PostgreSQL's message formats.
 */
export function speaks(bytes: Uint8Array): string {
  const at = (index: number): number => bytes[index] ?? -1
  const text = String.fromCharCode(...bytes.subarray(0, 64))
  if (at(0) >= 0x14 && at(0) <= 0x17 && at(1) === 3 && at(2) >= 0 && at(2) <= 4) return 'tls'
  if (text.startsWith('SSH-')) return 'ssh'
  if (/^-(?:ERR|DENIED|NOAUTH|WRONGPASS|LOADING|MOVED) /.test(text)) return 'redis'
  if (isHttp2(at, bytes.length) || text.startsWith('PRI * HTTP/2')) return 'http2'
  if (at(0) === 1 && at(1) >= 1 && at(1) <= 11 && at(7) === 0 && bytes.length >= 8) return 'fastcgi'
  if (isMysql(at, text)) return 'mysql'
  if (/^220[ -]/.test(text)) return 'smtp'
  if (isPostgres(at, text)) return 'postgres'
  return ''
}

/** A SETTINGS frame on stream 0, of whole 6-byte settings; or a GOAWAY. */
function isHttp2(at: (index: number) => number, length: number): boolean {
  if (length < 9 || at(0) !== 0 || at(5) !== 0 || at(6) !== 0 || at(7) !== 0 || at(8) !== 0) return false
  const size = at(1) * 256 + at(2)
  return (at(3) === 4 && size % 6 === 0) || (at(3) === 7 && size >= 8)
}

/** Packet 0, protocol 10 with a version, or an error packet such as "Host … is not allowed". */
function isMysql(at: (index: number) => number, text: string): boolean {
  if (at(2) !== 0 || at(3) !== 0) return false
  return (at(4) === 10 && /^[0-9]{1,2}\./.test(text.slice(5))) || (at(4) === 0xff && at(0) > 8)
}

/** An ErrorResponse: of protocol 3 with its severity field, or of protocol 2 as plain text. */
function isPostgres(at: (index: number) => number, text: string): boolean {
  if (at(0) !== 0x45) return false
  return /^E(?:FATAL|ERROR):/.test(text) || (at(1) === 0 && at(2) === 0 && text.charAt(5) === 'S')
}

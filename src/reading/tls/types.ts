import { type Infer, t } from '../../words/value.ts'

/** What a server does with the TLS hello of the hop in front, and which certificate it shows. */
export const tlsOffer = t.record({
  /** The server was asked, and what it did with the hello is known. */
  complete: t.bool,
  /**
   * What became of the hello as the gateway makes it: '' when the handshake was finished, else refused | not-tls |
   * alert | closed | reset | silent | other
   */
  failure: t.string,
  /** The client's own words for it. */
  error: t.string,
  /** The least change of the hello that the server takes: name | protocols | ciphers | all; '' where none is needed or helps. */
  mended_by: t.string,
  /** Of the handshake that was finished, changed or not; '' when none was. */
  protocol: t.string,
  cipher: t.string,
  /** The name that was sent when the name mended it. */
  name: t.string,
  /** The certificate that was shown; everything below is empty without one. */
  shown: t.bool,
  subject: t.string,
  issuer: t.string,
  /** Names and addresses that it is for. */
  names: t.list(t.string),
  not_before: t.timestamp,
  not_after: t.timestamp,
  /** Its last day, as people write it: 2026-11-20. */
  last_day: t.string,
  first_day: t.string,
  expired: t.bool,
  not_yet: t.bool,
  /** Whole days since it ended, or until it begins; 0 while it is valid. */
  days_off: t.int,
  self_signed: t.bool,
  /** It is for the name that the gateway checks; true also where the gateway's name is not known. */
  name_fits: t.bool,
  /** It leads to an authority of the file that the gateway trusts. Unknown is false, with `trust_known`. */
  trusted: t.bool,
  trust_known: t.bool,
})
export type TlsOffer = Infer<typeof tlsOffer>

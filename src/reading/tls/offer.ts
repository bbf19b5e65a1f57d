import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { flag, found, object, objects, text, texts } from '../process/found.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { type TlsOffer, tlsOffer } from './types.ts'

const DAY_MS = 86_400_000
const SHOWN = 512
const MOST_NAMES = 20

/** Reads the look `ask-tls`: a list of hellos, the gateway's own first, each with what became of it. */
export const tlsOfferReader = reader({ name: 'tls-offer', output: tlsOffer, consults: [], read })

function read(capture: Capture, context: ReadContext): Reading<TlsOffer> {
  const { raw } = found(capture.out)
  const hellos = objects(raw, 'hellos')
  const own = hellos.find((hello) => text(hello, 'change') === '')
  const failure = own === undefined ? 'other' : failureOf(own)
  const mending = failure === '' ? undefined : hellos.find((hello) => failureOf(hello) === '')
  const finished = failure === '' ? own : mending
  const certificate = finished === undefined ? {} : object(finished, 'certificate')
  const whole = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && own !== undefined
  const value: TlsOffer = {
    complete: whole && failure !== 'other',
    failure,
    error: visibleLine(own === undefined ? '' : text(own, 'error'), SHOWN),
    mended_by: mending === undefined ? '' : text(mending, 'change'),
    protocol: finished === undefined ? '' : text(finished, 'protocol'),
    cipher: finished === undefined ? '' : visibleLine(text(finished, 'cipher'), SHOWN),
    name: mending === undefined ? '' : visibleLine(text(mending, 'name'), SHOWN),
    ...certificateOf(certificate, raw, context.now),
  }
  return { value, dark: darkOf(raw, value), lines: linesOf(value) }
}

/** '' only for a handshake that is known to have been finished. */
function failureOf(hello: JsonObject): string {
  return flag(hello, 'finished') ? '' : text(hello, 'failure') || 'other'
}

type Shown = Omit<TlsOffer, 'complete' | 'failure' | 'error' | 'mended_by' | 'protocol' | 'cipher' | 'name'>

function certificateOf(certificate: JsonObject, raw: JsonObject, now: Date): Shown {
  const from = dateOf(text(certificate, 'valid_from'))
  const to = dateOf(text(certificate, 'valid_to'))
  const shown = to !== NEVER
  const expired = shown && to < now
  const notYet = shown && from > now
  const off = expired ? now.getTime() - to.getTime() : notYet ? from.getTime() - now.getTime() : 0
  const line = (name: string): string => visibleLine(text(certificate, name), SHOWN)
  return {
    shown,
    subject: line('subject'),
    issuer: line('issuer'),
    names: texts(certificate, 'names')
      .slice(0, MOST_NAMES)
      .map((name) => visibleLine(name, SHOWN)),
    not_before: from,
    not_after: to,
    last_day: dayOf(to),
    first_day: dayOf(from),
    expired,
    not_yet: notYet,
    days_off: BigInt(Math.floor(off / DAY_MS)),
    self_signed: flag(certificate, 'self_signed'),
    name_fits: certificate.name_fits !== false,
    trusted: flag(certificate, 'trusted'),
    trust_known: flag(raw, 'trust_known'),
  }
}

/** OpenSSL's `Nov 20 10:00:00 2026 GMT`; NEVER for what is no date. */
function dateOf(written: string): Date {
  const at = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/.test(written) ? new Date(written) : NEVER
  return Number.isNaN(at.getTime()) ? NEVER : at
}

function dayOf(at: Date): string {
  return at === NEVER ? '' : at.toISOString().slice(0, 10)
}

function darkOf(raw: JsonObject, { shown, trust_known }: TlsOffer): Dark[] {
  const untold = text(raw, 'trust_untold')
  return shown && !trust_known && untold !== '' ? [{ why: 'no-permission', says: untold }] : []
}

function linesOf(value: TlsOffer): string[] {
  const hello = value.failure === '' ? `${value.protocol} ${value.cipher}` : `${value.failure}: ${value.error}`
  const { shown, subject, issuer, first_day, last_day } = value
  return [hello, ...(shown ? [`${subject}, by ${issuer}, ${first_day} to ${last_day}`] : [])]
}

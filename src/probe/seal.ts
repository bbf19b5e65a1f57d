import type { AnyReader } from '../reading/reader.ts'
import type { Json } from '../words/json.ts'
import type { Capture, Prober } from '../words/look.ts'
import type { Masker } from './mask/index.ts'

/** Characters of each output that are kept. */
const MOST = 512 * 1024

/**
 * The one place between a prober and everybody else: what its reader does not need is dropped, secrets
 * are masked, the rest is bounded. Readers get the sealed text, so a replay reads what the live run read.
 */
export function seal(capture: Capture, reader: AnyReader | undefined, masker: Masker): Capture {
  const kept = reader?.keep && capture.outcome === 'ok' ? reader.keep(capture.out) : { out: capture.out, leftOut: '' }
  const out = bound(masker.mask(plain(kept.out)))
  const err = bound(masker.mask(plain(capture.err)))
  const leftOut = [capture.leftOut, kept.leftOut, out.leftOut].filter((part) => part !== '').join('; ')
  return {
    ...capture,
    argv: capture.argv.map((word) => masker.mask(word)),
    ...(capture.says === undefined ? {} : { says: masker.mask(capture.says) }),
    meta: masker.maskDeep(capture.meta as Json) as Capture['meta'],
    out: out.text,
    err: err.text,
    leftOut,
    cut: capture.cut || out.leftOut !== '',
  }
}

/** A prober whose captures are all sealed. */
export function sealed(prober: Prober, readers: Record<string, AnyReader>, masker: Masker): Prober {
  return {
    async look(request, signal) {
      return seal(await prober.look(request, signal), readers[request.read], masker)
    },
  }
}

/** NULs and lone surrogates cannot stand in a journal line. */
function plain(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

/** Head and tail of a long text, whole lines where there are any. */
function bound(text: string): { text: string; leftOut: string } {
  if (text.length <= MOST) return { text, leftOut: '' }
  const head = text.slice(0, MOST / 2)
  const tail = text.slice(-MOST / 2)
  const dropped = text.slice(MOST / 2, -MOST / 2).split('\n').length
  const leftOut = `${dropped} lines left out`
  return {
    text: `${head.slice(0, head.lastIndexOf('\n') + 1 || undefined)}… ${leftOut}\n${tail.slice(tail.indexOf('\n') + 1)}`,
    leftOut,
  }
}

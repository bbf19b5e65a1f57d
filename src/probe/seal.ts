import type { AnyReader } from '../reading/reader.ts'
import type { Capture, Prober, Watch } from '../words/look.ts'
import type { Masker } from './mask/index.ts'

/** Characters of each output that are kept. */
const MOST = 512 * 1024
/** Characters of a line without an end that are kept back to be masked with the rest of it. */
const LONGEST_OPEN = 64 * 1024
/** Characters that are masked of what comes at once while a command runs. */
const MOST_WATCHED = 8 * 1024

/**
 * The one place between a prober and everybody else: what its reader does not need is dropped, secrets
 * are masked, the rest is bounded. Readers get the sealed text, so a replay reads what the live run read.
 */
export function seal(capture: Capture, reader: AnyReader | undefined, masker: Masker): Capture {
  const kept = keepNeeded(capture.out, reader)
  const out = maskedAndBound(plain(kept.out), masker)
  const err = maskedAndBound(plain(capture.err), masker)
  const leftOut = [capture.leftOut, kept.leftOut, out.leftOut].filter((part) => part !== '').join('; ')
  return {
    ...capture,
    argv: maskArguments(capture.argv, masker),
    ...(capture.says === undefined ? {} : { says: masker.mask(plain(capture.says)) }),
    meta: masker.maskDeep(capture.meta),
    out: out.text,
    err: err.text,
    leftOut,
    cut: capture.cut || out.leftOut !== '',
  }
}

/** A prober whose captures are all sealed. */
export function sealed(prober: Prober, readers: Readonly<Record<string, AnyReader>>, masker: Masker): Prober {
  return {
    async look(request, signal, watch) {
      const reader = Object.hasOwn(readers, request.read) ? readers[request.read] : undefined
      // What is kept in parts only cannot be told apart while it comes.
      const told = watch && !reader?.keep ? maskedLines(watch, masker) : undefined
      return seal(await prober.look(request, signal, told), reader, masker)
    },
  }
}

/** Lines are masked whole; of a line that does not end only so much is waited for. */
function maskedLines(watch: Watch, masker: Masker): Watch {
  let open = ''
  return (text) => {
    open += text
    const end = open.length > LONGEST_OPEN ? open.length : open.lastIndexOf('\n') + 1
    if (end === 0) return
    const { skipped, shown } = lastOf(open.slice(0, end))
    watch('\n'.repeat(skipped) + masker.mask(plain(shown)))
    open = open.slice(end)
  }
}

/** Who prints much is only counted: nobody sees more of it than its last lines, and masking takes time from the keys. */
function lastOf(text: string): { skipped: number; shown: string } {
  const from = text.length > MOST_WATCHED ? text.indexOf('\n', text.length - MOST_WATCHED) + 1 : 0
  // A line longer than that is masked whole: half of a secret is one too.
  if (from === 0 || from === text.length) return { skipped: 0, shown: text }
  return { skipped: text.slice(0, from).split('\n').length - 1, shown: text.slice(from) }
}

/** By the reader's allow-list, also of what a blind look left behind; a list that fails lets nothing through. */
function keepNeeded(out: string, reader: AnyReader | undefined): { out: string; leftOut: string } {
  if (!reader?.keep || out === '') return { out, leftOut: '' }
  try {
    return reader.keep(out)
  } catch {
    return { out: '', leftOut: 'all of it: what is needed could not be told from the rest' }
  }
}

/** Some secrets are known only by the arguments in front of them, so the whole line is looked at first. */
function maskArguments(argv: readonly string[], masker: Masker): string[] {
  const masked = masker.mask(argv.map(plain).join('\0')).split('\0')
  const words = masked.length === argv.length ? masked : argv.map((word) => masker.mask(plain(word)))
  return words.map((word, at) => {
    const option = /^--?([\w-]{1,64})$/.exec(words[at - 1] ?? '')?.[1]
    return option === undefined || word.startsWith('-') ? word : (masker.maskDeep({ [option]: word })[option] ?? word)
  })
}

/** NULs and lone surrogates cannot stand in a journal line as text. */
function plain(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

/**
 * Masks, then bounds. Of a text much longer than what is kept the middle is not masked first only to be thrown away: that
 * would hold up the screens for a second. So much more than is kept is masked that no secret at a border is seen in half.
 */
function maskedAndBound(text: string, masker: Masker): { text: string; leftOut: string } {
  const side = MOST / 2 + LONGEST_OPEN
  const headEnd = text.lastIndexOf('\n', side) + 1
  const tailStart = text.indexOf('\n', text.length - side) + 1
  // Lines too long to be told apart are masked with all that is around them.
  if (text.length <= side * 2 || headEnd < MOST / 2 || tailStart === 0 || text.length - tailStart < MOST / 2) {
    return bound(masker.mask(text))
  }
  const between = text.slice(headEnd, tailStart).split('\n').length - 1
  return bound(masker.mask(text.slice(0, headEnd)), between, masker.mask(text.slice(tailStart)))
}

/** Head and tail of a long text, whole lines where there are any; `between` lines of it are gone already. */
function bound(head: string, between = 0, tail = ''): { text: string; leftOut: string } {
  const text = head + tail
  if (text.length <= MOST && between === 0) return { text, leftOut: '' }
  const wholeHead = text.lastIndexOf('\n', MOST / 2) + 1 || MOST / 2
  const lineStart = text.indexOf('\n', text.length - MOST / 2) + 1
  const wholeTail = lineStart > 0 ? lineStart : text.length - MOST / 2
  // Masking may make a text shorter: what is gone between its two parts stays between them.
  const headEnd = between > 0 ? Math.min(wholeHead, head.length) : wholeHead
  const tailStart = between > 0 ? Math.max(wholeTail, head.length) : wholeTail
  const dropped = between + text.slice(headEnd, tailStart).split('\n').length - (text[tailStart - 1] === '\n' ? 1 : 0)
  const leftOut = `${dropped} ${dropped === 1 ? 'line' : 'lines'} left out`
  const shown = text.slice(0, headEnd)
  return {
    text: `${shown}${shown.endsWith('\n') ? '' : '\n'}… ${leftOut} …\n${text.slice(tailStart)}`.toWellFormed(),
    leftOut,
  }
}

import { type Fingerprint, type Judgement, judgeFingerprints, matchPage } from '../fingerprints.ts'
import { parseStatusLine } from './head.ts'
import { isSource, shownText } from './shown.ts'

/** A page of which only its text was pasted: what a browser shows, its source, or a body without its head. */
export interface PastedPage {
  /** What the page says of its status; of a page that says none, what its maker sends it with. */
  status: number
  fitting: Fingerprint[]
  judgement: Judgement
}

/** Beginnings of pages are short; a status further down is somebody's prose. In characters. */
const LOOKED_AT = 2000
/** More than this is a log or a book. In characters. */
const LONGEST = 256 * 1024
const STATUS_WORDS =
  /\b(50[0-9]) ?[:|–-]? ?(?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out|Internal Server Error|Proxy Error|Server Error|Error)\b/i

/** Where an answer has no body, a browser shows a page of its own with these words. */
const BROWSERS_WORDS = /\bHTTP ERROR ([45][0-9]{2})\b/
/** What somebody copies of a page that has nothing but its status. In characters. */
const SHORT = 400

/** A line of a log: a time, and a message behind it. A page may show a time, too, and nothing beside it. */
const STAMPED =
  /^\W{0,2}(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9]{2}:[0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}).{25}/m
/** What a logger puts into a record and nobody into an answer. */
const RECORD = /^\s*\{[^\n]{0,4000}"(?:level|severity|lvl|ts|time|@timestamp|logger|stream)" ?:/

/**
 * Reads text without a head as a page. Null where it tells neither its maker nor that it is an error, and where it is
 * lines of a log, which may quote a page.
 */
export function readPage(text: string, fingerprints: readonly Fingerprint[]): PastedPage | null {
  if (text.length > LONGEST || STAMPED.test(text.slice(0, LOOKED_AT)) || RECORD.test(text.slice(0, LOOKED_AT)))
    return null
  const shown = shownText(text)
  const fitting = matchPage({ shown, source: text }, fingerprints)
  const judgement = judgeFingerprints(fitting, 'page')
  const maker = judgement.message ?? fitting[0]
  const status = maker === undefined || judgement.made === null ? statusWords(shown) : statusOf(shown, maker)
  if (judgement.made === null && (status === 0 || !(isSource(text) || shown.length < SHORT))) return null
  return { status, fitting, judgement }
}

function statusWords(shown: string): number {
  const beginning = shown.slice(0, LOOKED_AT)
  return Number(STATUS_WORDS.exec(beginning)?.[1] ?? BROWSERS_WORDS.exec(beginning)?.[1] ?? 0)
}

/** The first number on the page that its maker may have meant as a status. */
function statusOf(shown: string, maker: Fingerprint): number {
  const allowed = maker.status ?? []
  for (const [, digits] of shown.slice(0, LOOKED_AT).matchAll(/\b([45][0-9]{2})\b/g)) {
    const status = Number(digits)
    if (allowed.length === 0 || allowed.includes(status)) return status
  }
  const line = maker.example.slice(0, Math.max(0, maker.example.indexOf('\r\n')))
  return allowed[0] ?? parseStatusLine(line)?.status ?? 0
}

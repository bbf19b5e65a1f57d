import { type Fingerprint, type Judgement, judgeFingerprints, matchFingerprints } from '../reading/fingerprints.ts'
import { responseInHar } from '../reading/http/har.ts'
import { parseHead } from '../reading/http/head.ts'
import { readPage } from '../reading/http/page.ts'
import { unverbose } from '../reading/http/pasted.ts'

/** A pasted response begins near the top: `curl -v` has some lines of its own in front. In lines. */
const IN_FRONT = 60
/** What somebody copies of a page has fewer lines than a log. A page's source may have more. */
const PAGE_LINES = 120

/**
 * Who made the response that a text is: the head and body of curl, a browser's recording, or a page of which only the
 * text or the source was copied. Null where the text is no response, or is a page of nobody we know.
 */
export function judgementOf(text: string, fingerprints: readonly Fingerprint[]): Judgement | null {
  const head = headIn(text)
  if (head !== null) return judgeFingerprints(matchFingerprints(head, fingerprints))
  if (text.split('\n', PAGE_LINES + 1).length > PAGE_LINES && !text.trimStart().startsWith('<')) return null
  const page = readPage(text, fingerprints)
  return page === null || page.judgement.made === null ? null : page.judgement
}

function headIn(text: string): ReturnType<typeof parseHead> {
  const lines = text.split('\n', IN_FRONT)
  const begins = lines.some((line) => /^(?:< | {2}|\u001b\[[0-9;]{0,20}m)?HTTP\/\d(?:\.\d)? ?/.test(line))
  return begins || responseInHar(text) !== null ? parseHead(unverbose(text)) : null
}

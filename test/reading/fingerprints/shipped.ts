import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Fingerprint, judgeFingerprints, matchFingerprints } from '../../../src/reading/fingerprints.ts'
import { parseHead, type ResponseHead } from '../../../src/reading/http/head.ts'

const FOLDER = join(import.meta.dirname, '../../../flows/fingerprints')

/** Every fingerprint that is shipped. */
export const SHIPPED_FINGERPRINTS: Fingerprint[] = readdirSync(FOLDER).flatMap(
  (file) => (parse(readFileSync(join(FOLDER, file), 'utf8')) as { fingerprints: Fingerprint[] }).fingerprints,
)

/** The head and body of an example. */
export function headOf(raw: string): ResponseHead {
  const head = parseHead(raw)
  if (head === null) throw new Error(`no response: ${raw}`)
  return head
}

/** Those that fit a response as `curl -i` prints it. */
export function fitting(raw: string): Fingerprint[] {
  return matchFingerprints(headOf(raw), SHIPPED_FINGERPRINTS)
}

/** Who made it, and through whom it came. */
export const judge = (raw: string) => judgeFingerprints(fitting(raw))

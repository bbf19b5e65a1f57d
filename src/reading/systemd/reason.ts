import type { Cause } from '../../words/vocabulary.ts'
import type { Knowledge } from '../reader.ts'
import { matchSignature, type Signature, type SignatureIndex, signatureIndex } from '../signatures.ts'
import type { Entry } from './entries.ts'
import type { Run } from './runs.ts'
import { goesOn, isFrame, isTelling } from './telling.ts'

/** The line that names why a run ended, or what ails it. */
export interface Reason {
  entry: Entry
  signature: Signature
  cause: Cause
}

/** Sources whose words may stand in an app's log; what systemd itself says comes last. */
const APP_SOURCES = ['app', 'php-fpm', 'gunicorn'] as const

/** Explains others: when one of them is there, the others are its consequences. */
const DEEP: ReadonlySet<Cause> = new Set(['disk-full', 'fd-exhausted', 'oom-killed', 'port-in-use'])
const START: ReadonlySet<Cause> = new Set(['crash-on-start', 'port-in-use'])
const FATAL: ReadonlySet<Cause> = new Set(['crashed-mid-response', 'worker-timeout', 'app-hung', 'third-party'])

/** What is said this long before the end may be its reason. */
const BEFORE_END_MS = 60_000
const STARTING_MS = 30_000
/** An error this close to the end is the end, whenever it comes. */
const LAST_WORDS_MS = 2000
const SETTLED_MS = 10_000
const SETTLED_AT_MOST_MS = 15 * 60_000

/** A line that only leads to the next one is followed this soon by it. */
const GOES_ON_MS = 1000

/** What a reason's line says, with the next line of the same voice where it ends in a colon: `Syntax error on line 5 of FILE:`. */
export function wordsOf({ entry }: Reason, runs: readonly Run[]): string {
  const said = entry.message.trim()
  if (entry.manager || !goesOn(said)) return said
  const own = (runs.find((run) => run.entries.includes(entry))?.entries ?? []).filter(({ manager }) => !manager)
  const next = own[own.indexOf(entry) + 1]
  const soon = next && next.at.getTime() - entry.at.getTime() <= GOES_ON_MS
  return soon && !isFrame(next.message) && /[a-z]/i.test(next.message) ? `${said} ${next.message.trim()}` : said
}

/**
 * The reason that holds now: of the last run that failed, unless the run after it has settled (it
 * has outlived the failed one twice over, and at least 10 s); else what the running one complains of.
 */
export function findReason(runs: readonly Run[], knowledge: Knowledge, now: Date): Reason | undefined {
  const index = signatureIndex(knowledge.signatures)
  const last = runs.at(-1)
  if (!last) return undefined
  if (last.ended) return last.stopped ? undefined : endReason(last, index)
  if (!last.began) return logReason(last, index)
  const own = runningReason(last, index)
  if (own) return own
  const before = runs.at(-2)
  if (!before?.ended || before.stopped || settled(last, before, now)) return undefined
  return endReason(before, index)
}

function settled(run: Run, before: Run, now: Date): boolean {
  const lived = before.began && before.ended ? before.ended.at.getTime() - before.began.at.getTime() : 0
  const needed = run.listens ? SETTLED_MS : Math.min(SETTLED_AT_MOST_MS, Math.max(SETTLED_MS, 2 * lived))
  return now.getTime() - (run.began?.at.getTime() ?? 0) >= needed
}

/** Why a run ended: the deepest cause that was named shortly before. */
function endReason(run: Run, index: SignatureIndex): Reason | undefined {
  const end = run.ended?.at.getTime() ?? 0
  const begin = run.began?.at.getTime() ?? end
  const short = end - begin <= STARTING_MS
  let best: Reason | undefined
  for (const entry of run.entries) {
    if (end - entry.at.getTime() > BEFORE_END_MS) continue
    const found = reasonOf(entry, index)
    if (!found) continue
    const starting = entry.at.getTime() - begin <= STARTING_MS || !run.listens
    if (found.cause === 'crash-on-start' && !starting) {
      if (end - entry.at.getTime() > LAST_WORDS_MS) continue
      found.cause = 'crashed-mid-response'
    } else if (found.cause === 'crashed-mid-response' && short && !run.listens) found.cause = 'crash-on-start'
    if (!best || weightier(found, best)) best = found
  }
  return best
}

/** What a running app complains of, the latest. A start error counts only where nothing ever listened. */
function runningReason(run: Run, index: SignatureIndex): Reason | undefined {
  const begin = run.began?.at.getTime() ?? 0
  let latest: Reason | undefined
  for (const entry of run.entries) {
    const found = reasonOf(entry, index)
    if (!found) continue
    if (START.has(found.cause) && (run.listens || entry.at.getTime() - begin > STARTING_MS)) continue
    latest = found
  }
  return latest
}

/** A log that nobody but the app writes: what it said after it last said where it listens. */
function logReason(run: Run, index: SignatureIndex): Reason | undefined {
  const from = run.listens ? run.entries.indexOf(run.listens.entry) : 0
  let best: Reason | undefined
  for (const entry of run.entries.slice(from)) {
    const found = reasonOf(entry, index)
    if (found && (!best || weightier(found, best))) best = found
  }
  return best
}

function reasonOf(entry: Entry, index: SignatureIndex): Reason | undefined {
  if (!isTelling(entry.message)) return undefined
  const signature = signatureOf(entry, index)
  // A crash loop is what there is when no reason is seen.
  if (signature?.cause === undefined || signature.cause === 'crash-loop') return undefined
  return { entry, signature, cause: signature.cause }
}

function signatureOf(entry: Entry, index: SignatureIndex): Signature | undefined {
  if (entry.manager) return matchSignature(index, 'systemd', entry.message, { whole: true })?.signature
  for (const source of APP_SOURCES) {
    const signature = matchSignature(index, source, entry.message)?.signature
    if (signature) return signature
  }
  return undefined
}

/**
 * The deeper cause; then the app's own words before its supervisors'; then what is more than a word
 * that any error begins with; then the app's last, the manager's first.
 */
function weightier(a: Reason, b: Reason): boolean {
  if (depth(a.cause) !== depth(b.cause)) return depth(a.cause) > depth(b.cause)
  if (speaker(a.signature) !== speaker(b.signature)) return speaker(a.signature) > speaker(b.signature)
  if (isGeneral(a.signature) !== isGeneral(b.signature)) return isGeneral(b.signature)
  // The child's own words may come before or after systemd's summary of how it ended.
  const [aEnds, bEnds] = [a.entry.manager === 'exited', b.entry.manager === 'exited']
  if (aEnds !== bEnds) return bEnds
  return !a.entry.manager
}

/** `Error: {text:rest}`: hardly anything but a hole. */
function isGeneral(signature: Signature): boolean {
  return signature.match.replace(/\{[^{}]*\}/g, '').length <= 12
}

function depth(cause: Cause): number {
  if (DEEP.has(cause)) return 4
  if (cause === 'crash-on-start') return 3
  return FATAL.has(cause) ? 2 : 1
}

function speaker(signature: Signature): number {
  if (signature.source === 'app') return 2
  return signature.source === 'systemd' ? 0 : 1
}

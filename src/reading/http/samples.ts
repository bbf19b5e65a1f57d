import { NEVER } from '../../words/value.ts'
import { reader } from '../reader.ts'
import { classifyFailure } from './failure.ts'
import { parseHead } from './head.ts'
import { type Measured, type Sample, tookMs } from './measured.ts'
import { darkOf, measuredOf } from './response.ts'
import { httpSamples } from './types.ts'

/** Several requests one after the other: `meta.samples`. A capture without them counts as one request. */
export const samplesReader = reader({
  name: 'http-samples',
  output: httpSamples,
  consults: [],
  read(capture) {
    const meta = measuredOf(capture)
    const samples = meta.samples.length > 0 ? meta.samples : [only(capture.startedAt, capture.ms, meta)]
    const asked = capture.outcome === 'ok' ? samples : meta.samples
    const outcomes = asked.map(({ at, ms, measured }, index) => {
      const last = index === asked.length - 1 && meta.samples.length === 0 ? parseHead(capture.out) : null
      const status = last?.status ?? measured.status
      return { at, ms, status, failure: sampleFailure({ ...measured, status }), well: isWell({ ...measured, status }) }
    })
    const statuses = outcomes.map((each) => each.status)
    const failed = outcomes.filter((each) => !each.well)
    const value = {
      complete: capture.outcome === 'ok' && meta.stopped !== 'time' && !asked.at(-1)?.measured.timed_out,
      asked: BigInt(outcomes.length),
      well: BigInt(outcomes.length - failed.length),
      failed: BigInt(failed.length),
      statuses: statuses.map(BigInt),
      failures: failed.map((each) => each.failure),
      tally: tallyOf(outcomes.map(({ status, failure }) => (failure === '' ? String(status) : failure))),
      slowest_ms: BigInt(Math.max(0, ...outcomes.map((each) => each.ms))),
      first_at: timeOf(outcomes[0]?.at),
      last_at: timeOf(outcomes.at(-1)?.at),
    }
    return { value, dark: darkOf(capture), lines: outcomes.length > 0 ? [statuses.join(' ')] : [] }
  },
})

/** Answered below 500, and whole. The prober stops sampling at the first that is not. */
export function isWell(measured: Measured): boolean {
  return measured.status > 0 && measured.status < 500 && sampleFailure(measured) === ''
}

/** As `HttpResponse.failure`, from the measurements alone. */
export function sampleFailure(measured: Measured): string {
  const came = { headWhole: measured.status > 0, anything: measured.status > 0 || measured.first_bytes !== '' }
  return classifyFailure(measured, came).failure
}

/** How often each text comes. */
export function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of texts) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

/** Counts of like endings, most frequent first. */
export function tallyOf(endings: readonly string[]): string {
  return [...counted(endings)]
    .sort(([, a], [, b]) => b - a)
    .map(([ending, count]) => `${count === 1 ? 'once' : `${count} times`} ${ending}`)
    .join(', ')
}

function only(at: string, ms: number, measured: Measured): Sample {
  return { at, ms: tookMs(measured, ms), measured }
}

function timeOf(at: string | undefined): Date {
  const time = at === undefined ? Number.NaN : Date.parse(at)
  return Number.isNaN(time) ? NEVER : new Date(time)
}

import { t } from '../../words/value.ts'
import { reader } from '../reader.ts'
import { kindOfMark, valueOfMark } from './marks.ts'
import type { Sample } from './measured.ts'
import { darkOf, measuredOf } from './response.ts'
import { counted, isWell, sampleFailure, tallyOf } from './samples.ts'

/** Fewer than so many of either kind tell nothing apart: chance would do it. */
const LEAST = 2
/** After so many of both, more requests would tell nothing new. */
const ENOUGH = 4
/** And after so many to each of several addresses that all end alike. */
const EACH = 2

/** What several requests have in common that failed, and no other: an address, an endpoint, a cache. */
export const httpSpread = t.record({
  complete: t.bool,
  asked: t.int,
  well: t.int,
  failed: t.int,
  /** How they ended, most frequent first: `7 times 502, 4 times 200`. */
  tally: t.string,
  /** What tells the failed ones from the others: address | family | endpoint | cache | maker; '' where nothing does. */
  split: t.string,
  /** The header's name, for those of headers. */
  header: t.string,
  /** Who failed: an address, `IPv6`, a header's value. */
  sick: t.string,
  /** How often that one was asked; every time it failed. */
  sick_asked: t.int,
  /** Who answered well. */
  others: t.list(t.string),
  /** How its requests failed: `failure` of the first; '' where an answer came, with this status. */
  failure: t.string,
  status: t.int,
  /** `7 of 11 failed, all of them at 10.0.0.2 (7 of 7); 10.0.0.1 answered 4 of 4` */
  says: t.string,
})

interface Outcome {
  well: boolean
  failure: string
  status: number
  /** What it is told apart by: kind, header and value. */
  traits: Trait[]
}

interface Trait {
  split: string
  header: string
  value: string
}

/** Requests to one URL, one after the other, and what those that failed have in common: from an `http` probe with `spread`. */
export const spreadReader = reader({
  name: 'http-spread',
  output: httpSpread,
  consults: [],
  read(capture) {
    const meta = measuredOf(capture)
    const outcomes = capture.outcome === 'ok' ? meta.samples.map(outcomeOf) : []
    const failed = outcomes.filter(({ well }) => !well)
    const well = outcomes.length - failed.length
    const split = splitOf(outcomes)
    const tally = tallyOf(outcomes.map(({ failure, status }) => (failure === '' ? String(status) : failure)))
    const value = {
      complete: capture.outcome === 'ok' && outcomes.length > 0 && meta.stopped !== 'time',
      asked: BigInt(outcomes.length),
      well: BigInt(well),
      failed: BigInt(failed.length),
      tally,
      split: split?.split ?? '',
      header: split?.header ?? '',
      sick: split?.value ?? '',
      sick_asked: BigInt(split ? failed.length : 0),
      others: split?.others ?? [],
      failure: failed[0]?.failure ?? '',
      status: BigInt(failed[0]?.status ?? 0),
      says: saysOf(outcomes.length, failed.length, split, tally),
    }
    return { value, dark: darkOf(capture), lines: outcomes.length > 0 ? [value.says] : [] }
  },
})

/** Have enough failed, and enough not, that more requests would tell nothing new? */
export function isEnough(samples: readonly Sample[]): boolean {
  const well = samples.filter(({ measured }) => isWell(measured)).length
  const failed = samples.length - well
  if (well >= ENOUGH && failed >= ENOUGH) return true
  // Where each address was asked, that all are alike is known sooner.
  const times = [...counted(samples.flatMap(({ door }) => door ?? [])).values()]
  return times.length > 1 && Math.min(...times) >= EACH && (well === 0 || failed === 0)
}

function outcomeOf({ measured, door = '', marks = [] }: Sample): Outcome {
  // Where no connection came about, only who asked knows which address was asked.
  const address = door === '' ? measured.remote_ip : door
  return {
    well: isWell(measured),
    failure: sampleFailure(measured),
    status: measured.status,
    traits: [
      ...(address === '' ? [] : [{ split: 'address', header: '', value: address }]),
      ...(address === '' ? [] : [{ split: 'family', header: '', value: address.includes(':') ? 'IPv6' : 'IPv4' }]),
      ...marks.map((mark) => ({ split: kindOfMark(mark.name), header: mark.name, value: valueOfMark(mark) })),
    ],
  }
}

type Split = Trait & { others: string[] }

const ORDER = ['address', 'endpoint', 'family', 'cache', 'maker']

/** The first trait, the surest kind first, that every failed request has and no other; each kind of header by itself. */
function splitOf(outcomes: readonly Outcome[]): Split | undefined {
  const failed = outcomes.filter(({ well }) => !well)
  const well = outcomes.filter((each) => each.well)
  if (failed.length < LEAST || well.length < LEAST) return undefined
  const traits = [...(failed[0]?.traits ?? [])].sort((a, b) => ORDER.indexOf(a.split) - ORDER.indexOf(b.split))
  for (const trait of traits) {
    if (!failed.every((each) => valueIn(each, trait) === trait.value)) continue
    const others = well.map((each) => valueIn(each, trait))
    // An answer without the header may be of anybody.
    if (others.some((value) => value === undefined || value === trait.value)) continue
    return { ...trait, others: [...new Set(others.filter((value) => value !== undefined))].sort() }
  }
  return undefined
}

function valueIn({ traits }: Outcome, { split, header }: Trait): string | undefined {
  return traits.find((each) => each.split === split && each.header === header)?.value
}

function saysOf(asked: number, failed: number, split: Split | undefined, tally: string): string {
  if (split === undefined) return `${failed} of ${asked} failed: ${tally}`
  const whose = split.header === '' ? split.value : `${split.value} (${split.header})`
  const others = split.others.slice(0, 3).join(', ')
  return `${failed} of ${asked} failed, all of them by ${whose}; ${asked - failed} of ${asked} were answered well, all by ${others}`
}

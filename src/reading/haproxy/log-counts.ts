import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import type { Tally } from '../log-format.ts'
import type { Ending, Seen } from './log-entry.ts'
import type { HaproxyLog } from './log-types.ts'

type Counts = Pick<
  HaproxyLog,
  'requests' | 'failed' | 'failed_permille' | 'same_path' | 'same_path_failed' | 'own' | 'first_failed' | 'last_failed'
>

/** Counts requests: those that were kept, and those that the prober counted and left out. */
export function countsOf(others: readonly Seen[], left: readonly Tally[]): Counts {
  const kept = others.map(({ entry, at }) => ({
    ending: entry.ending,
    same: entry.samePath,
    count: 1,
    first: at,
    last: at,
  }))
  const tallied = left.flatMap(({ key, count, first, last }) =>
    isEnding(key.ending) ? [{ ending: key.ending, same: key.same_path === true, count, first, last }] : [],
  )
  const all = [...kept, ...tallied]
  const sum = (fits: (one: (typeof all)[number]) => boolean) =>
    all.reduce((total, one) => total + (fits(one) ? one.count : 0), 0)
  const requests = sum(() => true)
  const bad = all.filter(({ ending }) => ending === 'failed')
  const failed = sum(({ ending }) => ending === 'failed')
  return {
    requests: BigInt(requests),
    failed: BigInt(failed),
    failed_permille: BigInt(requests === 0 ? 0 : Math.ceil((failed * 1000) / requests)),
    same_path: BigInt(sum(({ same }) => same)),
    same_path_failed: BigInt(sum(({ ending, same }) => same && ending === 'failed')),
    own: BigInt(sum(({ ending }) => ending === 'own')),
    first_failed: bad.reduce(
      (best, { first }) => (best === NEVER || first < best.getTime() ? new Date(first) : best),
      NEVER,
    ),
    last_failed: bad.reduce((best, { last }) => (last > best.getTime() ? new Date(last) : best), NEVER),
  }
}

const MOST_KINDS = 30

/** What failed requests have in common, most frequent first. */
export function kindsOf(failing: readonly Seen[], left: readonly Tally[]): HaproxyLog['kinds'] {
  const kinds = new Map<string, HaproxyLog['kinds'][number]>()
  const add = (kind: HaproxyLog['kinds'][number]) => {
    const key = JSON.stringify([kind.signature, kind.backend, kind.server])
    const known = kinds.get(key)
    kinds.set(key, known === undefined ? kind : { ...known, count: known.count + kind.count })
  }
  for (const { entry } of failing) {
    const { backend, server, status } = entry.line
    const { id = '', shape = '', cause = '' } = entry.signature ?? {}
    add({ signature: id, shape, cause, backend, server, status: BigInt(status), count: 1n })
  }
  for (const { key, count } of left) {
    if (key.ending !== 'failed') continue
    const none = { shape: '', cause: '', status: 0n }
    add({
      signature: str(key, 'signature'),
      backend: str(key, 'backend'),
      server: str(key, 'server'),
      ...none,
      count: BigInt(count),
    })
  }
  return [...kinds.values()].sort((a, b) => Number(b.count - a.count)).slice(0, MOST_KINDS)
}

function str(key: JsonObject, name: string): string {
  const value = key[name]
  return typeof value === 'string' ? value : ''
}

function isEnding(value: unknown): value is Ending {
  return value === 'well' || value === 'failed' || value === 'abandoned' || value === 'own'
}

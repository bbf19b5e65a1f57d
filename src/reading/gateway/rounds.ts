import { DurationTally } from '../explain/durations.ts'
import { couldBe } from '../layers.ts'
import type { ReadContext } from '../reader.ts'

/** Facts that tell how long the gateway waits. */
export const ROUND_FACTS = ['config.read_timeout', 'config.read_at'] as const

const FEWEST = 3

/**
 * Where the failures of a log lie together by their durations, as half a sentence; '' where they do not. The gateway's own limit
 * comes first: it is known. Else a default of somebody's, which is a hint.
 * @param durations of failed requests, ms
 * @param by a word for the gateway that wrote them
 */
export function roundsSay(durations: readonly number[], by: string, { facts, knowledge }: ReadContext): string {
  if (durations.length < FEWEST) return ''
  const limit = Number(facts.get('config.read_timeout') ?? 0)
  const own = limit > 0 ? durations.filter((ms) => couldBe(ms, limit)).length : 0
  if (own >= FEWEST && own * 2 >= durations.length) {
    const at = facts.get('config.read_at')
    const where = typeof at === 'string' && at !== '' ? ` (${at})` : ''
    return `${own} of ${durations.length} took as long as it waits for an answer, ${limit} ms${where}`
  }
  const tally = new DurationTally(knowledge.layers ?? [])
  for (const ms of durations) tally.add(ms, by)
  const { count, ms, whose } = tally.end()
  return ms === 0 ? '' : `${count} of ${durations.length} ended after ${ms / 1000} s, a default of ${whose}`
}

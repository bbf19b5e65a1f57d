import { readdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { property } from '../../reading/systemd/properties.ts'
import type { JsonObject } from '../../words/json.ts'
import type { Beneath } from './beneath.ts'
import { blind, found, type Over } from './outcome.ts'
import type { LookOutcome, LookTools } from './types.ts'
import { lastListened } from './unit-journal.ts'
import { type Candidate, candidatesOf, isCandidate, type Wanted } from './unit-tokens.ts'
import { type Manager, timed, unitNames, unitProperties } from './units.ts'

/** What a person could type to begin with. */
export const ARGV = ['systemctl', 'list-units', '--all', '--type=service,socket']
const JOURNALS = 10

/** One manager's answer, put together over its units. */
interface Sum {
  looked: number
  candidates: Candidate[]
  /** Environment files that could not be read. */
  unread: Set<string>
  cut: boolean
}

/**
 * Asks the service managers for the units that name the port or socket. `files`: where environment
 * files are read. What it finds is documented by the reader `units-by-token`.
 */
export async function unitsNaming(wanted: Wanted, tools: LookTools, over: Over, files: Beneath): Promise<LookOutcome> {
  const run = timed(tools)
  const sums: { manager: Manager; sum: Sum }[] = []
  const gaps = await othersGaps()
  for (const manager of managers(tools.env)) {
    const names = await unitNames(run, manager)
    const shown = names.ok ? await unitProperties(run, manager, names.value) : names
    if (!names.ok || !shown.ok) {
      const why = names.ok ? shown : names
      if (why.ok) continue
      if (!manager.user)
        return blind(ARGV, why.missing ? 'missing-tool' : why.timedOut ? 'timed-out' : 'not-understood', why.says)
      gaps.push(`the units of our own user's manager were not seen: ${why.says}`)
      continue
    }
    const units = shown.value.filter((each) => isCandidate(each, tools.now()))
    const unread = new Set<string>()
    const candidates = await candidatesOf(units, files, unread, over)
    const cut = names.cut || shown.cut || over()
    sums.push({ manager, sum: { looked: names.value.length, candidates, unread, cut } })
  }
  return conclude(wanted, sums, gaps, tools, run, over)
}

async function conclude(
  wanted: Wanted,
  sums: { manager: Manager; sum: Sum }[],
  gaps: string[],
  tools: LookTools,
  run: ReturnType<typeof timed>,
  over: Over,
) {
  const units: (JsonObject & { rank: number })[] = []
  const unexplained: string[] = []
  const byToken = sums.flatMap(({ manager, sum }) => sum.candidates.map((candidate) => ({ manager, candidate })))
  for (const { manager, candidate } of byToken) {
    const token = candidate.tokens.find((each) => each.names(wanted))
    if (token) units.push(unitJson(candidate, manager, token.token, token.where))
  }
  if (units.length === 0) {
    const silent = byToken.filter(({ candidate }) => candidate.tokens.length === 0 && candidate.mayServe)
    silent.sort((a, b) => a.candidate.rank - b.candidate.rank)
    for (const [i, { manager, candidate }] of silent.entries()) {
      const last = i < JOURNALS && !over() ? await lastListened(run, manager, candidate.unit, tools.now()) : undefined
      if (last?.names(wanted)) units.push(unitJson(candidate, manager, last.token, 'journal'))
      else if (!last && candidate.down) unexplained.push(candidate.unit)
    }
  }
  const unread = [...new Set(sums.flatMap(({ sum }) => [...sum.unread]))]
  units.sort((a, b) => a.rank - b.rank)
  const findings: JsonObject = {
    units: units.map(({ rank: _, ...unit }) => unit),
    looked: sums.reduce((all, { sum }) => all + sum.looked, 0),
    unexplained: unexplained.slice(0, 50),
    unread: unread.slice(0, 50),
    gaps,
  }
  const cut = sums.some(({ sum }) => sum.cut)
  if (over())
    return found(ARGV, findings, {
      cut: true,
      timedOut: true,
      why: 'timed-out',
      says: 'not every unit could be looked at in time',
    })
  if (unread.length > 0)
    return found(ARGV, findings, { cut, why: 'no-permission', says: `could not read ${unread.slice(0, 3).join(', ')}` })
  return found(ARGV, findings, { cut })
}

function unitJson(candidate: Candidate, manager: Manager, token: string, where: string) {
  const { properties: of, rank } = candidate
  return {
    rank,
    unit: candidate.unit,
    user: manager.user,
    active: property(of, 'ActiveState'),
    sub: property(of, 'SubState'),
    result: property(of, 'Result'),
    file_state: property(of, 'UnitFileState'),
    main_pid: Number(property(of, 'MainPID')) || 0,
    // Not `token`: under that name every value would be masked as a secret.
    named: token,
    where,
  }
}

/** The machine's manager, and our own user's where its runtime folder is ours. */
function managers(env: Record<string, string>): Manager[] {
  const uid = process.getuid?.() ?? 0
  const own = uid !== 0 && env.XDG_RUNTIME_DIR === `/run/user/${uid}`
  return [{ user: false, flags: [] }, ...(own ? [{ user: true, flags: ['--user'] }] : [])]
}

/** Users whose managers keep units running without a login (loginctl enable-linger), we left out. */
async function othersGaps(): Promise<string[]> {
  const names = await readdir('/var/lib/systemd/linger').catch(() => [])
  const own = userInfo().username
  const others = names.filter((name) => name !== own && /^[\w.@-]{1,64}$/.test(name))
  return others.length === 0
    ? []
    : [`units that ${others.slice(0, 5).join(', ')} run under their own manager were not looked at`]
}

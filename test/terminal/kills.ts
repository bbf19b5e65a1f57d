import { expect } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { createLanguage } from '../../src/guide/language.ts'
import { READERS } from '../../src/reading/index.ts'
import { oneLine } from '../../src/report/shown.ts'
import type { Session } from '../../src/session/session.ts'
import { Home } from './home.ts'
import { KEYS, Pty } from './pty.ts'

/** What a person does at a step, more often than not going on. Never what leaves. */
const DOES = [
  ...Array.from({ length: 8 }, () => KEYS.enter),
  'w',
  'b',
  'a',
  KEYS.escape,
  `o${KEYS.escape}`,
  `m${KEYS.escape}`,
  `${KEYS.down}${KEYS.up}`,
]

/** Numbers from 0 up to 1 that are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export interface Killed {
  kills: number
  /** Kills after which a session stood that could be gone on with. */
  resumed: number
  /** Findings and notes that a screen showed when it was killed. */
  shown: number
}

/**
 * One person who goes on and on with a recorded incident while the program is killed again and again, at any moment.
 * After each kill the journal holds whatever the screen showed, and the next start goes on at the same step.
 */
export async function killAgainAndAgain(name: string, kills: number, random: () => number): Promise<Killed> {
  const library = loadShipped()
  const guide = createGuide(library, READERS, createLanguage(library))
  const told: Killed = { kills: 0, resumed: 0, shown: 0 }
  let home = new Home()
  let notes = 0
  try {
    while (told.kills < kills) {
      const before = home.journals().length === 0 ? null : readable(home)
      const goesOn = before !== null && !before.ended
      if (before?.ended) {
        home.end()
        home = new Home()
        notes = 0
      }
      const pty = Pty.start(goesOn ? ['resume', before.id] : ['--recorded', name], { home })
      try {
        if (goesOn) {
          await pty.waitFor(wordsOf(guide.next(before), before))
          expect(checkShown(pty.rows(), home) > 0, pty.framed()).toBe(before.findings.length > 0)
          told.resumed += 1
        }
        notes = await typeAndKill(pty, random, notes)
        told.kills += 1
        told.shown += checkShown(await pty.lastFrame(), home)
      } finally {
        await pty.end()
      }
    }
  } finally {
    home.end()
  }
  return told
}

/** The session that stands in the journal; null when it was killed before it had one. */
function readable(home: Home): Session | null {
  return home.entries().length === 0 ? null : home.session()
}

/** What the screen of a prompt must hold: its question, cut as narrow screens cut it. */
function wordsOf(prompt: ReturnType<ReturnType<typeof createGuide>['next']>, session: Session): string {
  return 'title' in prompt ? oneLine(prompt.title).slice(0, 30).trimEnd() : (session.reached && 'Leave') || 'triage502'
}

async function typeAndKill(pty: Pty, random: () => number, written: number): Promise<number> {
  let notes = written
  const pid = await pty.pid()
  // Now and then before anything is drawn.
  const early = random() < 0.1
  if (!early) await pty.waitFor('triage502  ')
  const end = performance.now() + random() * (early ? 300 : 700)
  while (performance.now() < end && !pty.over) {
    if (!early) {
      if (random() < 0.15) {
        notes += 1
        pty.type(`nnote-${notes}${KEYS.enter}`)
      } else pty.type(DOES[Math.floor(random() * DOES.length)] ?? KEYS.enter)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(random() * 80, Math.max(0, end - performance.now()))))
  }
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It left by itself a moment ago.
  }
  await pty.left()
  return notes
}

/** Whatever the last whole frame said must stand in the journal. Gives how much it said. */
function checkShown(rows: string[], home: Home): number {
  const frame = rows.join('\n')
  const findings = rows.flatMap((row) => /^ (?:Found {3}| {8}) *(\d+) [✓✗] (.+?)(?:…|\s{2,}|$)/.exec(row) ?? [])
  const session = home.journals().length === 0 ? null : readable(home)
  const events = session === null ? [] : home.events('branch.taken')
  let shown = 0
  for (let at = 0; at + 2 < findings.length; at += 3) {
    const [n, says] = [Number(findings[at + 1]), String(findings[at + 2]).trim()]
    // By the events and not by the session: it may just have gone back, before a frame said so.
    const kept = events.flatMap(({ finding }) => (finding?.n === n ? [oneLine(finding.says)] : []))
    expect(kept.some((one) => one.includes(says)) ? '' : `${n} ${says}, of: ${kept.join('; ')}`, frame).toBe('')
    shown += 1
  }
  if (frame.includes('Noted.')) {
    expect(session?.notes.length ?? 0, frame).toBeGreaterThan(0)
    shown += 1
  }
  return shown
}

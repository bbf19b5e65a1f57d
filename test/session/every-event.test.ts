import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { stateFolder } from '../../src/session/folder.ts'
import { openJournal, readJournal } from '../../src/session/journal.ts'
import { formatLine, parseLine } from '../../src/session/line.ts'
import { isSessionId, newSessionId } from '../../src/session/store.ts'
import { capture, found, REQUEST, STARTED } from '../guide/make.ts'

const folder = mkdtempSync(join(tmpdir(), 'triage502-events-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One of every kind, with all that it may hold, and what it must hold. */
const EVERY: readonly (readonly [SessionEvent, readonly string[]])[] = [
  [STARTED, ['id', 'url', 'version', 'library', 'windowMs', 'options', 'host']],
  [
    { type: 'fact.learned', name: 'upstream.port', value: 3000, origin: { by: 'probe', n: 2 }, visit: 1 },
    ['name', 'value', 'origin', 'visit'],
  ],
  [
    { type: 'vantage.proven', role: 'proxy', at: 'local', origin: { by: 'person' }, visit: 1 },
    ['role', 'vantage', 'origin', 'visit'],
  ],
  [
    { type: 'node.entered', node: 'nginx/error-log', visit: 2, aside: true, returnTo: 'nginx/wrong-port' },
    ['node', 'visit', 'aside'],
  ],
  [{ type: 'probe.started', n: 1, node: 'app/listening', request: REQUEST }, ['n', 'node', 'request']],
  [
    { type: 'probe.finished', n: 1, node: 'app/listening', capture: capture('LISTEN', { why: 'cut', says: 'a part' }) },
    ['n', 'node', 'capture'],
  ],
  [
    found('nginx/error-log.refused', 1, {
      probe: 1,
      finding: { n: 1, says: 'nginx was refused', lines: ['connect() failed'] },
      suspects: ['process-down', 'wrong-port'],
      rulesOut: ['slow-app'],
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
      aside: ['deploy/changes'],
    }),
    ['visit', 'node', 'branch', 'by', 'suspects', 'rulesOut', 'hops', 'proven', 'unconfirmed', 'pasted', 'aside', 'go'],
  ],
  [
    { type: 'node.blind', visit: 1, node: 'a/b', probe: 1, why: 'no-permission', says: 'it may not', go: 'a/c' },
    ['visit', 'node', 'why', 'says', 'go'],
  ],
  [
    { type: 'blind.spot', visit: 1, node: 'a/b', probe: 1, why: 'timed-out', says: 'too slow' },
    ['visit', 'node', 'why', 'says'],
  ],
  [{ type: 'question.open', visit: 1, node: 'a/b', says: 'Which one?' }, ['visit', 'node', 'says']],
  [{ type: 'went.back', toVisit: 1 }, ['toVisit']],
  [{ type: 'went.deeper', visit: 3, forgets: ['upstream.port'] }, ['visit', 'forgets']],
  [{ type: 'note.added', text: 'told the team' }, ['text']],
  [{ type: 'moment.marked', moment: 'mitigated' }, ['moment']],
  [
    { type: 'fix.started', n: 1, verdict: 'app/process-down', step: 1, argv: ['systemctl', 'start', 'shop'] },
    ['n', 'verdict', 'step', 'argv'],
  ],
  [{ type: 'fix.finished', n: 1, exit: 0, ms: 12, out: 'started' }, ['n', 'exit', 'ms', 'out']],
  [{ type: 'verify.started', n: 1, wanted: 5 }, ['n', 'wanted']],
  [
    {
      type: 'verify.ended',
      n: 1,
      result: 'recovered',
      asked: 7,
      well: 5,
      wellSince: '2026-11-21T02:09:12.000Z',
    },
    ['n', 'result', 'asked', 'well', 'wellSince'],
  ],
  [{ type: 'verdict.reached', visit: 1, node: 'nginx/wrong-port' }, ['visit', 'node']],
  [
    { type: 'end.reached', visit: 1, node: 'locate/healthy', end: 'healthy', says: 'well' },
    ['visit', 'node', 'end', 'says'],
  ],
  [
    {
      type: 'session.ended',
      ended: 'budget',
      conclusion: {
        outcome: 'suspected',
        state: 'intermittent',
        verdict: {
          ...{ id: 'nginx/wrong-port', bornAt: 'proxy', place: 'app', shape: 'unreachable', cause: 'wrong-port' },
          ...{ confidence: 'likely', says: 'it listens elsewhere' },
        },
      },
    },
    ['ended', 'conclusion'],
  ],
  [{ type: 'session.resumed' }, []],
]

const entry = (event: SessionEvent, seq = 7): JournalEntry => ({ v: 1, seq, at: '2026-11-21T02:03:12.000Z', event })
const says = (line: string) => {
  const parsed = parseLine(line)
  return parsed.ok ? '' : parsed.says
}

describe('every kind of event', () => {
  it.each(EVERY.map(([event]) => [event.type, event] as const))('%s is read back as it was written', (_, event) => {
    expect(parseLine(formatLine(entry(event)))).toEqual({ ok: true, entry: entry(event) })
  })

  it.each(EVERY.flatMap(([event, fields]) => fields.map((field) => [event.type, field, event] as const)))(
    '%s without its %s is refused by name',
    (_, field, event) => {
      const { [field]: gone, ...rest } = JSON.parse(formatLine(entry(event)))
      expect(gone).toBeDefined()
      expect(says(JSON.stringify(rest))).toBe(`${field} is missing`)
    },
  )

  it.each(EVERY.flatMap(([event, fields]) => fields.map((field) => [event.type, field, event] as const)))(
    '%s with nonsense for its %s is refused, or is a value that may be anything',
    (_, field, event) => {
      const line = { ...JSON.parse(formatLine(entry(event))), [field]: [[null]] }
      if (field === 'value') expect(parseLine(JSON.stringify(line)).ok).toBe(true)
      else expect(says(JSON.stringify(line))).toMatch(new RegExp(`^${field}`))
    },
  )

  it('in one journal, on disk, in order', () => {
    const path = join(folder, 'all.jsonl')
    const list = EVERY.map(([event], at) => entry(event, at + 1))
    const journal = openJournal(path, { create: true })
    for (const each of list) journal.append(each)
    journal.close()
    expect(readJournal(path)).toEqual({ entries: list, torn: false, problems: [] })
    expect(fold(list)).toMatchObject({ notes: [{ text: 'told the team' }] })
  })

  it('names a kind that is not known, whatever its name', () => {
    for (const type of ['', 'tea.made', '__proto__', 'toString', 'SESSION.STARTED']) {
      expect(says(JSON.stringify({ ...JSON.parse(formatLine(entry(STARTED))), type })), type).toBe(
        `the event ${JSON.stringify(type)} is not known here: a newer triage502 wrote it`,
      )
    }
  })
})

describe('words that a field may have are checked', () => {
  const change = (type: SessionEvent['type'], more: object) => {
    const event = EVERY.find(([each]) => each.type === type)?.[0] ?? STARTED
    return says(JSON.stringify({ ...JSON.parse(formatLine(entry(event))), ...more }))
  }

  it.each([
    ['vantage.proven', { role: 'visitor' }, /^role is none of proxy, app: "visitor"$/],
    ['fact.learned', { origin: { by: 'guess' } }, /^origin\.by is not known: "guess"$/],
    ['fact.learned', { origin: { by: 'probe' } }, /^origin\.n is missing$/],
    ['fact.learned', { visit: -1 }, /^visit is not a count: -1$/],
    ['fact.learned', { visit: 1.5 }, /^visit is not a count: 1\.5$/],
    ['node.entered', { aside: 'yes' }, /^aside .*"yes"$/],
    ['branch.taken', { by: 'luck' }, /^by is none of probe, person, evidence, flag, fork: "luck"$/],
    ['branch.taken', { suspects: ['gremlins'] }, /^suspects\[0\] is none of /],
    ['branch.taken', { rulesOut: ['slow-app', 'gremlins'] }, /^rulesOut\[1\] is none of /],
    ['branch.taken', { hops: [{ kind: 'moon', vendor: '', role: 'made' }] }, /^hops\[0\]\.kind is none of /],
    ['node.blind', { why: 'laziness' }, /^why is none of /],
    ['end.reached', { end: 'diagnosed' }, /^end is none of healthy, inconclusive/],
    ['session.ended', { ended: 'bored' }, /^ended is none of complete, budget, interrupted/],
    ['session.ended', { conclusion: { outcome: 'solved' } }, /^conclusion\.outcome is none of /],
    ['probe.started', { request: { kind: 'magic' } }, /^request\.kind is not known: "magic"$/],
    ['probe.finished', { capture: { kind: 'run' } }, /^capture\.argv is missing$/],
  ] as const)('%s %o', (type, more, expected) => {
    expect(change(type, more)).toMatch(expected)
  })

  it.each([
    '2026-11-21 02:03:12Z',
    '2026-11-21T02:03:12',
    '2026-11-21T02:03:12+01:00',
    '2026-13-21T02:03:12Z',
    '2026-11-21T25:03:12Z',
    '',
    'now',
  ])('the time %j is none', (at) => {
    expect(says(JSON.stringify({ ...JSON.parse(formatLine(entry({ type: 'session.resumed' }))), at }))).toMatch(
      /^at is not a UTC time/,
    )
  })
})

describe('the folder of the sessions', () => {
  const usual = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') => stateFolder(env, platform).usual

  it.each([
    [{ HOME: '/home/ann' }, 'linux', '/home/ann/.local/state/triage502/sessions'],
    [{ HOME: '/home/ann/' }, 'linux', '/home/ann/.local/state/triage502/sessions'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: '/var/state' }, 'linux', '/var/state/triage502/sessions'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: '' }, 'linux', '/home/ann/.local/state/triage502/sessions'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: './state' }, 'linux', '/home/ann/.local/state/triage502/sessions'],
    [{ HOME: '/home/ann', XDG_STATE_HOME: '~/state' }, 'linux', '/home/ann/.local/state/triage502/sessions'],
    [{ HOME: '/Users/ann' }, 'darwin', '/Users/ann/Library/Application Support/triage502/sessions'],
    [{ HOME: '/Users/ann', XDG_STATE_HOME: '/state' }, 'darwin', '/state/triage502/sessions'],
    [{ HOME: '/home/ann' }, 'freebsd', '/home/ann/.local/state/triage502/sessions'],
  ] as const)('%o on %s: %s', (env, platform, path) => {
    expect(usual(env, platform)).toBe(path)
  })

  it.each([
    [{ TMPDIR: '/var/tmp' }, '/var/tmp'],
    [{ TMPDIR: 'relative' }, tmpdir()],
    [{}, tmpdir()],
  ])('%o: the last resort is under %s, one for each account', (env, base) => {
    expect(stateFolder(env).temporary).toBe(join(base, `triage502-${process.getuid?.() ?? 0}`))
  })
})

describe('ids', () => {
  const at = new Date('2026-11-21T02:03:12Z')

  it.each([
    ['https://shop.example.com/', '2026-11-21T0203-shop-'],
    ['https://www.shop.example.com/', '2026-11-21T0203-shop-'],
    ['https://www2.example.com/', '2026-11-21T0203-example-'],
    ['https://m.example.com/', '2026-11-21T0203-example-'],
    ['http://10.0.0.5/', '2026-11-21T0203-10-0-0-5-'],
    ['http://[fd00::5]:8080/', '2026-11-21T0203-fd00-5-'],
    ['http://münchen.example/', '2026-11-21T0203-xn--mnchen-3ya-'.replace('--', '-')],
    ['http://a_b.example/', '2026-11-21T0203-a-b-'],
    ['http://---.example/', '2026-11-21T0203-'],
  ])('%s begins %s', (url, beginning) => {
    const id = newSessionId(new URL(url), at, 0.5)
    expect(id.slice(0, -4)).toBe(beginning)
    expect(isSessionId(id)).toBe(true)
  })

  it.each([0, 0.25, 0.5, 0.999999, 1, -1, 2])('any random number (%f) ends it in four plain characters', (random) => {
    expect(newSessionId(new URL('https://a/'), at, random)).toMatch(/^2026-11-21T0203-a-[a-km-np-z2-9]{4}$/)
  })

  it.each([
    ['a', true],
    ['A-1', true],
    ['x'.repeat(100), true],
    ['x'.repeat(101), false],
    ['-a', false],
    ['a/b', false],
    ['a.b', false],
    ['a_b', false],
    ['a b', false],
    ['a\n', false],
    ['', false],
    ['é', false],
  ])('%j is one: %s', (text, is) => {
    expect(isSessionId(text)).toBe(is)
  })
})

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionEvent } from '../../src/session/events.ts'
import { stateFolder } from '../../src/session/folder.ts'
import { openJournal } from '../../src/session/journal.ts'
import { formatLine } from '../../src/session/line.ts'
import { invokingUser } from '../../src/session/owner.ts'
import { isSessionId, newSessionId, openStore, type SessionRow } from '../../src/session/store.ts'
import { capture, entered, entries } from '../guide/make.ts'

let state: string
let env: Record<string, string>
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'triage502-store-'))
  env = { XDG_STATE_HOME: state, TMPDIR: state }
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const ENDED: SessionEvent = {
  type: 'session.ended',
  ended: 'complete',
  conclusion: {
    outcome: 'diagnosed',
    state: 'failing',
    verdict: {
      id: 'nginx/wrong-port',
      bornAt: 'proxy',
      place: 'proxy',
      shape: 'unreachable',
      cause: 'wrong-port',
      confidence: 'confirmed',
      says: 'it listens elsewhere',
    },
  },
}

/** Keeps a session of these events under an id; gives the path of its journal. */
function keep(id: string, ...events: SessionEvent[]): string {
  const path = openStore(env).pathOf(id)
  const journal = openJournal(path, { create: true })
  for (const entry of entries(...events)) {
    const { event } = entry
    journal.append(event.type === 'session.started' ? { ...entry, event: { ...event, id } } : entry)
  }
  journal.close()
  return path
}

const only = (): SessionRow => {
  const [row] = openStore(env).list()
  if (!row) throw new Error('no session is listed')
  return row
}

describe('where sessions are kept', () => {
  const folder = (given: Record<string, string>, platform?: NodeJS.Platform) => stateFolder(given, platform).usual

  it('is the state folder of the platform', () => {
    expect(folder({ HOME: '/home/ann' }, 'linux')).toBe('/home/ann/.local/state/triage502/sessions')
    expect(folder({ HOME: '/home/ann', XDG_STATE_HOME: '/state' }, 'linux')).toBe('/state/triage502/sessions')
    expect(folder({ HOME: '/Users/ann' }, 'darwin')).toBe('/Users/ann/Library/Application Support/triage502/sessions')
  })

  it('ignores a relative XDG_STATE_HOME, as its specification says', () => {
    expect(folder({ HOME: '/home/ann', XDG_STATE_HOME: 'state' }, 'linux')).toBe(
      '/home/ann/.local/state/triage502/sessions',
    )
  })

  it('is the home of the user database where HOME says nothing', () => {
    expect(folder({}, 'linux')).toBe(join(userInfo().homedir, '.local/state/triage502/sessions'))
  })

  it('belongs to whoever ran sudo, never to root itself', () => {
    expect(invokingUser({ SUDO_UID: '1000', SUDO_GID: '1001' }, 0)).toEqual({ uid: 1000, gid: 1001 })
    expect(invokingUser({ SUDO_UID: '0', SUDO_GID: '0' }, 0)).toBeNull()
    expect(invokingUser({ SUDO_UID: '1000; rm' }, 0)).toBeNull()
    expect(invokingUser({ SUDO_UID: '1000' }, 1000)).toBeNull()
    expect(invokingUser({}, 0)).toBeNull()
  })

  it('is made when it is needed, for its owner alone', () => {
    const store = openStore(env)
    expect(readdirSync(state)).toEqual([])
    const path = store.pathOf('a-b')
    expect(path).toBe(join(state, 'triage502/sessions/a-b.jsonl'))
    expect(statSync(join(state, 'triage502/sessions')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(state, 'triage502/sessions'))).toEqual([])
  })

  it('is closed to others also where it was open before', () => {
    const folder = join(state, 'triage502/sessions')
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o755)
    openStore(env).pathOf('a-b')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('is a private temporary folder without a writable home, said once, and found again', () => {
    writeFileSync(join(state, 'file'), '')
    const homeless = { XDG_STATE_HOME: join(state, 'file'), TMPDIR: state }
    const said: string[] = []
    const store = openStore(homeless, (says) => said.push(says))
    const path = store.pathOf('a-b')
    expect(store.pathOf('a-c')).not.toBe(path)
    expect(said).toEqual([expect.stringMatching(/cannot be written: the session is kept in .*triage502-\d+$/)])
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    writeFileSync(path, `${formatLine(entries()[0] ?? never())}\n`)
    expect(openStore(homeless).find('a-b').path).toBe(path)
  })

  it('is never a folder that somebody else laid out in the temporary one', () => {
    mkdirSync(join(state, 'elsewhere'))
    symlinkSync(join(state, 'elsewhere'), join(state, `triage502-${process.getuid?.()}`))
    writeFileSync(join(state, 'file'), '')
    openStore({ XDG_STATE_HOME: join(state, 'file'), TMPDIR: state }).pathOf('a-b')
    expect(readdirSync(join(state, 'elsewhere'))).toEqual([])
  })

  it('refuses an id that is a path', () => {
    expect(() => openStore(env).pathOf('../a')).toThrow(/no session id/)
  })
})

describe('the id of a new session', () => {
  const now = new Date('2026-11-21T02:03:12Z')
  const id = (url: string) => newSessionId(new URL(url), now, 0.5).slice('2026-11-21T0203-'.length, -'-k3f9'.length)

  it('tells when and what, and is told apart by its end', () => {
    expect(newSessionId(new URL('https://shop.example.com/'), now, 0.5)).toMatch(/^2026-11-21T0203-shop-[a-z2-9]{4}$/)
    expect(newSessionId(new URL('https://a/'), now, 0)).not.toBe(newSessionId(new URL('https://a/'), now, 0.00001))
  })

  it.each([
    ['https://shop.example.com/', 'shop'],
    ['https://www.example.com/', 'example'],
    ['https://www/', 'www'],
    ['http://127.0.0.1:8080/', '127-0-0-1'],
    ['http://[::1]:8080/', '1'],
    ['http://localhost/', 'localhost'],
    ['https://my_shop--x.example/', 'my-shop-x'],
    [`https://${'a'.repeat(60)}.example/`, 'a'.repeat(24)],
  ])('names %s as %s', (url, label) => expect(id(url)).toBe(label))

  it('is always a safe file name', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), fc.double({ noNaN: true }), (url, random) => {
        expect(isSessionId(newSessionId(new URL(url), now, random))).toBe(true)
      }),
    )
  })
})

describe('the list of sessions', () => {
  it('is empty where nothing was ever kept', () => {
    expect(openStore(env).list()).toEqual([])
  })

  it('tells an ended session with its outcome, cause and minutes', () => {
    keep('2026-11-21T0203-shop-aaaa', ...Array.from({ length: 88 }, (_, n) => entered('locate/response', n)), ENDED)
    expect(only()).toMatchObject({
      id: '2026-11-21T0203-shop-aaaa',
      url: 'http://shop.example.com/checkout',
      started: '2026-11-21T02:03:00.000Z',
      minutes: 1.5,
      outcome: 'diagnosed',
      cause: 'wrong-port',
      open: false,
      damaged: '',
    })
  })

  it('tells what is open: never ended, or resumed since', () => {
    keep('2026-11-21T0203-shop-aaaa', entered('locate/response', 1))
    keep('2026-11-21T0204-shop-bbbb', ENDED, { type: 'session.resumed' })
    keep('2026-11-21T0205-shop-cccc', ENDED, { type: 'note.added', text: 'told the team' })
    expect(
      openStore(env)
        .list()
        .map((row) => row.open),
    ).toEqual([false, true, true])
  })

  it('has the newest first', () => {
    for (const id of ['2026-11-20T0203-shop-bbbb', '2026-11-21T0203-shop-aaaa', '2025-01-01T0000-shop-cccc']) keep(id)
    writeFileSync(join(state, 'triage502/sessions/2026-12-01T0000-torn-dddd.jsonl'), 'x')
    const ids = openStore(env)
      .list()
      .map((row) => row.id)
    expect(ids).toHaveLength(4)
    expect(ids.at(0)).toBe('2026-12-01T0000-torn-dddd')
  })

  it('reads a long journal by its ends, also past a line longer than what is read at once', () => {
    const out = 'x'.repeat(300_000)
    const big: SessionEvent = { type: 'probe.finished', n: 1, node: 'a/b', capture: capture(out) }
    keep('2026-11-21T0203-shop-aaaa', ENDED, big, big)
    expect(only()).toMatchObject({ minutes: 0.1, open: false, damaged: '' })
  })

  it('leaves a torn last line out', () => {
    const path = keep('2026-11-21T0203-shop-aaaa', ENDED)
    writeFileSync(path, '{"v":1,"seq":3,"at":"2026', { flag: 'a' })
    expect(only()).toMatchObject({ open: false, outcome: 'diagnosed', damaged: '' })
  })

  it.each([
    ['an empty file', '', 'it is empty'],
    ['text', 'hello\n', 'line 1: it is not JSON'],
    [
      'a journal without its beginning',
      `${formatLine({ v: 1, seq: 1, at: '2026-11-21T02:03:00.000Z', event: ENDED })}\n`,
      'it does not begin',
    ],
    ['zeros', '\0'.repeat(100), 'line 1: it is not JSON'],
  ])('shows %s as damaged', (_, content, says) => {
    writeFileSync(openStore(env).pathOf('2026-11-21T0203-shop-aaaa'), content)
    expect(only().damaged).toContain(says)
  })

  it('shows what is no file as damaged, and leaves other files out', () => {
    const folder = join(openStore(env).pathOf('x'), '..')
    mkdirSync(join(folder, 'a-folder.jsonl'))
    symlinkSync('/nonexistent', join(folder, 'dangling.jsonl'))
    writeFileSync(join(folder, 'a.jsonl.lock'), '1')
    writeFileSync(join(folder, '.hidden.jsonl'), '')
    expect(
      openStore(env)
        .list()
        .map((row) => [row.id, row.damaged !== '']),
    ).toEqual(
      expect.arrayContaining([
        ['a-folder', true],
        ['dangling', true],
      ]),
    )
    expect(openStore(env).list()).toHaveLength(2)
  })
})

describe('finding a session', () => {
  beforeEach(() => {
    for (const id of ['2026-11-21T0203-shop-aaaa', '2026-11-21T0203-shop-bbbb', '2026-11-22T1000-api-aaab']) keep(id)
  })

  it.each([
    ['by its id', '2026-11-21T0203-shop-aaaa', '2026-11-21T0203-shop-aaaa'],
    ['by its beginning', '2026-11-22', '2026-11-22T1000-api-aaab'],
    ['by its last part', 'bbbb', '2026-11-21T0203-shop-bbbb'],
  ])('works %s', (_, given, id) => {
    expect(openStore(env).find(given)).toEqual({ id, path: join(state, 'triage502/sessions', `${id}.jsonl`) })
  })

  it('asks which one when several begin alike', () => {
    expect(() => openStore(env).find('2026-11-21')).toThrow(/2 sessions are like "2026-11-21"/)
    expect(todo(() => openStore(env).find('2026-11-21'))).toBe(
      'Which one: 2026-11-21T0203-shop-bbbb, 2026-11-21T0203-shop-aaaa?',
    )
  })

  it('names those that are there when none is like it', () => {
    expect(() => openStore(env).find('nothing')).toThrow(/there is no session "nothing"/)
    expect(todo(() => openStore(env).find('nothing'))).toMatch(/^There are: 2026-11-22T1000-api-aaab, /)
  })

  it('says how to begin when there is none at all', () => {
    const nothing = openStore({ XDG_STATE_HOME: join(state, 'none'), TMPDIR: state })
    expect(todo(() => nothing.find('a'))).toMatch(/Begin one: triage502 diagnose URL/)
  })

  it.each(['../../etc/passwd', '/etc/passwd', '..', '.', '', '-x', 'a/b', 'a\0b', 'a.jsonl', 'a b', 'é'])(
    'takes no path for an id: %j',
    (given) => expect(() => openStore(env).find(given)).toThrow(/is no session: an id has letters/),
  )
})

function todo(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Error && 'todo' in error ? String(error.todo) : ''
  }
  return never()
}

function never(): never {
  throw new Error('this was not to happen')
}

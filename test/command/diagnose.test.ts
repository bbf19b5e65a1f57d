import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { main } from '../../src/command/main.ts'
import { renderRequest } from '../../src/guide/request.ts'
import { factsOfUrl } from '../../src/guide/url-facts.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { readJournal } from '../../src/session/journal.ts'
import { formatLine } from '../../src/session/line.ts'
import { openStore } from '../../src/session/store.ts'
import { capture, entries, STARTED } from '../guide/make.ts'
import { testIo } from './io.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'triage502-diagnose-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const env = () => ({ XDG_STATE_HOME: home, TMPDIR: home, TRIAGE502_CONFIG_DIR: join(home, 'config') })

async function triage502(...argv: string[]) {
  const io = testIo(env(), { cwd: home })
  const code = await main(argv, io)
  return { code, out: io.printed(), err: io.said() }
}

const ADDRESS = 'http://no-such-shop.example.com/checkout?token=hunter2secret'

/** What the first look of every walk asks for this URL, by the shipped flows. */
function destinationRequest(url: URL) {
  const library = loadShipped()
  const facts = factsOfUrl(url, (text) => text).map((fact) => ({ type: 'fact.learned', ...fact, visit: 0 }) as const)
  const session = fold(entries(...facts))
  const node = library.nodes['locate/destination']
  if (!session || node?.kind !== 'probe') throw new Error('the walk begins elsewhere')
  const rendered = renderRequest(node, session, library.facts)
  if (!rendered.ok) throw new Error(`it needs ${rendered.needs}`)
  return rendered.request
}

/** Writes the recording of an incident: a URL whose host has no address. */
function recordNoName(address = 'http://no-such-shop.example.com/checkout'): string {
  const url = new URL(address)
  const node = 'locate/destination'
  const seen = {
    host: url.hostname,
    port: 80,
    addresses: [],
    interfaces: ['127.0.0.1'],
    unresolved: 'definite',
    error: 'ENOTFOUND',
    listening: false,
    whole: true,
  }
  const look: SessionEvent[] = [
    { type: 'probe.started', n: 1, node, request: destinationRequest(url) },
    {
      type: 'probe.finished',
      n: 1,
      node,
      capture: capture(JSON.stringify(seen), { kind: 'look', argv: ['getent', 'ahosts', url.hostname], exit: null }),
    },
  ]
  const [, ...rest] = entries(...look)
  const first = { v: 1, seq: 1, at: '2026-11-21T02:03:00.000Z', event: { ...STARTED, url: url.href } } as const
  const path = join(home, 'no-name.jsonl')
  writeFileSync(path, [first, ...rest].map((entry) => `${formatLine(entry)}\n`).join(''))
  return path
}

describe('triage502 diagnose, from a recorded incident', () => {
  it('prints the verdict for people, and exits by its outcome', async () => {
    const { code, out, err } = await triage502('diagnose', '--recorded', recordNoName())
    expect(code).toBe(3)
    expect(err).toBe('')
    expect(out).toContain('http://no-such-shop.example.com/checkout')
    expect(out).toContain('dns-failure')
    expect(out).toContain('no-such-shop.example.com does not resolve')
    expect(out).not.toContain('\u001b')
  })

  it('prints one document with --json, as its schema says', async () => {
    const { code, out, err } = await triage502('diagnose', '--json', '--recorded', recordNoName())
    expect([code, err]).toEqual([3, ''])
    const diagnosis: unknown = JSON.parse(out)
    expect(diagnosis).toMatchObject({
      schema: 'triage502/diagnosis/1',
      url: 'http://no-such-shop.example.com/checkout',
      outcome: 'diagnosed',
      state: 'failing',
      ended: 'complete',
      verdict: { id: 'locate/no-name', cause: 'dns-failure', bornAt: 'visitor', confidence: 'confirmed' },
      startedAt: '2026-11-21T02:03:00.000Z',
    })
    const schema: unknown = JSON.parse(readFileSync('schema/diagnosis.schema.json', 'utf8'))
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, uri: true } })
    const validate = ajv.compile(schema as object)
    expect(validate(diagnosis) ? [] : validate.errors).toEqual([])
  })

  it('prints in colour on a terminal, unless told otherwise', async () => {
    const recorded = recordNoName()
    const onTerminal = async (...argv: string[]) => {
      const io = testIo(env(), { cwd: home, stdoutTty: true })
      await main(['diagnose', '--recorded', recorded, ...argv], io)
      return io.printed()
    }
    expect(await onTerminal()).toContain('\u001b[')
    expect(await onTerminal('--no-color')).not.toContain('\u001b')
  })

  it('exits 0 with --exit-zero', async () => {
    expect((await triage502('diagnose', '--exit-zero', '--recorded', recordNoName())).code).toBe(0)
  })

  it('is the same every time', async () => {
    const recorded = recordNoName()
    const documents = await Promise.all(
      [1, 2].map(async () => JSON.parse((await triage502('diagnose', '--json', '--recorded', recorded)).out)),
    )
    const [one, two] = documents.map((document) => ({ ...document, session: '' }))
    expect(two).toEqual(one)
  })

  it('keeps nothing: it is a look at something already kept', async () => {
    await triage502('diagnose', '--recorded', recordNoName())
    expect(readdirSync(home)).toEqual(['no-name.jsonl'])
  })

  it('is itself a recording with --journal, and that one gives the same diagnosis', async () => {
    const first = await triage502('diagnose', '--json', '--recorded', recordNoName(), '--journal', 'again.jsonl')
    const second = await triage502('diagnose', '--json', '--recorded', 'again.jsonl')
    expect(second.code).toBe(3)
    const [one, two] = [first, second].map(({ out }) => ({ ...JSON.parse(out), session: '' }))
    expect(two).toEqual(one)
    expect(statSync(join(home, 'again.jsonl')).mode & 0o777).toBe(0o600)
    const { entries: kept, problems } = readJournal(join(home, 'again.jsonl'))
    expect(problems).toEqual([])
    expect(kept.map(({ event }) => event.type)).toEqual(
      expect.arrayContaining([
        'session.started',
        'probe.started',
        'probe.finished',
        'verdict.reached',
        'session.ended',
      ]),
    )
  })

  it('shows no secret of the URL, and keeps none', async () => {
    const recorded = recordNoName(ADDRESS)
    const { out } = await triage502('diagnose', '--json', '--recorded', recorded, '--journal', 'kept.jsonl')
    expect(out).not.toContain('hunter2secret')
    expect(readFileSync(join(home, 'kept.jsonl'), 'utf8')).not.toContain('hunter2secret')
  })

  it('says honestly that a recording without looks shows nothing', async () => {
    const path = join(home, 'empty.jsonl')
    writeFileSync(
      path,
      entries()
        .map((entry) => `${formatLine(entry)}\n`)
        .join(''),
    )
    const { code, out } = await triage502('diagnose', '--json', '--recorded', path)
    expect(code).toBe(4)
    const diagnosis = JSON.parse(out)
    expect(diagnosis).toMatchObject({ outcome: 'inconclusive', verdict: null })
    expect(diagnosis.blindSpots.length).toBeGreaterThan(0)
  })

  it('with --dry-run prints what might run, and nothing of what was recorded', async () => {
    const { code, out } = await triage502('diagnose', '--dry-run', '--recorded', recordNoName())
    expect(code).toBe(0)
    expect(out).toContain('nothing was run')
    expect(out).not.toContain('dns-failure')
  })

  it('warns when its journal cannot be written, and diagnoses all the same', async () => {
    writeFileSync(join(home, 'there.jsonl'), 'kept\n')
    const { code, out, err } = await triage502('diagnose', '--recorded', recordNoName(), '--journal', 'there.jsonl')
    expect(code).toBe(3)
    expect(err).toContain('the session is not kept')
    expect(out).toContain('dns-failure')
    expect(readFileSync(join(home, 'there.jsonl'), 'utf8')).toBe('kept\n')
  })
})

describe('triage502 resume', () => {
  const ID = '2026-11-21T0203-shop-k3f9'

  /** Keeps a session that was killed after its last look, before it could say how it ended. */
  async function brokenOff(): Promise<string> {
    await triage502('diagnose', '--recorded', recordNoName(), '--journal', 'killed.jsonl')
    const { entries: kept } = readJournal(join(home, 'killed.jsonl'))
    const events = kept.map(({ event }) => (event.type === 'session.started' ? { ...event, id: ID } : event))
    const lines = events
      .filter((event) => event.type !== 'session.ended')
      .map((event, at) => formatLine({ v: 1, seq: at + 1, at: '2026-11-21T02:03:00.000Z', event }))
    writeFileSync(openStore(env()).pathOf(ID), `${lines.join('\n')}\n`, { mode: 0o600 })
    return ID
  }
  const journalOf = (id: string) => readJournal(openStore(env()).find(id).path).entries.map(({ event }) => event.type)

  it('goes on where it stopped: the end is written, and told', async () => {
    const id = await brokenOff()
    const { code, out, err } = await triage502('resume', '--json', id)
    expect([code, err]).toEqual([3, ''])
    expect(JSON.parse(out)).toMatchObject({ session: id, ended: 'complete', verdict: { cause: 'dns-failure' } })
    expect(journalOf(id).slice(-2)).toEqual(['session.resumed', 'session.ended'])
  })

  it('takes the unfinished one when none is named', async () => {
    await brokenOff()
    expect((await triage502('resume')).code).toBe(3)
    const { code, err } = await triage502('resume')
    expect(code).toBe(2)
    expect(err).toContain('no session is unfinished')
  })

  it('with --dry-run runs nothing and writes nothing', async () => {
    const id = await brokenOff()
    const before = journalOf(id)
    const { code, out } = await triage502('resume', id, '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('nothing was run')
    expect(journalOf(id)).toEqual(before)
  })

  it('says so when the last line was torn, and when the flows have changed', async () => {
    const id = await brokenOff()
    const { path } = openStore(env()).find(id)
    const text = readFileSync(path, 'utf8').replace(loadShipped().digest, 'another')
    writeFileSync(path, `${text}{"v":1,"seq":99,"ty`)
    const { code, err } = await triage502('resume', id)
    expect(code).toBe(3)
    expect(err).toContain('the last line of its journal was torn and is dropped')
    expect(err).toContain('the flows have changed since')
  })

  it('refuses a journal that is damaged in the middle, and says what can still be had', async () => {
    const id = await brokenOff()
    const { path } = openStore(env()).find(id)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"type":"probe.finished"', '"type":"probe.fnished"'))
    const { code, err } = await triage502('resume', id)
    expect(code).toBe(2)
    expect(err).toContain(`triage502 export ${id}`)
  })
})

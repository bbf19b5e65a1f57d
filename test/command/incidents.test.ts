import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileIncidents } from '../../src/command/compile-incidents.ts'
import { incidentOf } from '../../src/command/incident.ts'
import { choiceOf, incidentChoices } from '../../src/command/incidents.ts'
import { recordingNames } from '../../src/command/recordings.ts'

const root = join(import.meta.dirname, '../..')
const LIST = { 'first-nights': ['easy'], keepers: { 'pm2.name': 'PM2', 'app.unit': 'systemd' } }

const line = (event: object) => JSON.stringify({ v: 1, seq: 1, at: '2026-11-21T02:03:12.000Z', ...event })
const fact = (name: string, value: unknown) => line({ type: 'fact.learned', name, value })
const taken = (more: object) => line({ type: 'branch.taken', by: 'probe', hops: [], ...more })
const ended = (outcome: string, state: string, verdict: object | null = null) =>
  line({ type: 'session.ended', ended: 'complete', conclusion: { outcome, state, verdict } })
const VERDICT = { cause: 'wrong-port', shape: 'unreachable', place: 'proxy', says: 'It listens on 3001.' }

describe('a recorded incident in the list', () => {
  it('is told by what its journal says', () => {
    const lines = [
      fact('answer.status', 502),
      fact('gateway.name', 'HAProxy'),
      fact('app.unit', 'shop.service'),
      taken({
        hops: [
          { kind: 'cdn', vendor: 'cloudflare' },
          { kind: 'proxy', vendor: 'haproxy' },
        ],
      }),
      line({ type: 'node.blind' }),
      taken({ by: 'fork', finding: { says: 'a fork tells nothing of looks' } }),
      fact('gateway.name', 'nginx'),
      ended('diagnosed', 'failing', VERDICT),
    ]
    expect(incidentOf('a-case', lines, LIST)).toEqual({
      name: 'a-case',
      level: 'tricky',
      status: 502,
      gateways: ['cloudflare', 'HAProxy', 'nginx'],
      keeper: 'systemd',
      looks: 2,
      cause: 'wrong-port',
      shape: 'unreachable',
      place: 'proxy',
      says: 'It listens on 3001.',
    })
  })

  it('is as hard as its hops, its state and its end', () => {
    const level = (name: string, ...lines: string[]) => incidentOf(name, lines, LIST)?.level
    expect(level('easy', ended('diagnosed', 'failing', VERDICT))).toBe('first night')
    expect(level('a', fact('gateway.name', 'nginx'), ended('diagnosed', 'failing', VERDICT))).toBe('everyday')
    expect(level('a', ended('diagnosed', 'intermittent', VERDICT))).toBe('tricky')
    expect(level('a', ended('diagnosed', 'recovered', VERDICT))).toBe('tricky')
    expect(level('a', ended('inconclusive', 'failing'))).toBe('tricky')
    expect(level('a', ended('healthy', 'well'))).toBe('all well')
  })

  it('without a verdict is found by what was seen first; without an end it is none', () => {
    const lines = [taken({ finding: { says: 'nobody answers' } }), taken({ finding: { says: 'later' } })]
    expect(incidentOf('a', [...lines, ended('inconclusive', 'failing')], LIST)).toMatchObject({
      status: null,
      cause: '',
      says: 'nobody answers',
    })
    expect(incidentOf('a', lines, LIST)).toBeNull()
  })

  it('shows no answer: the verdict is only searched', () => {
    const incident = incidentOf('a-b', [fact('pm2.name', 'shop'), ended('diagnosed', 'failing', VERDICT)], LIST)
    if (!incident) throw new Error('no incident')
    const { words, ...seen } = choiceOf(incident)
    expect(seen).toEqual({
      group: 'recorded',
      id: 'recorded:a-b',
      label: 'a b',
      kind: 'everyday',
      hint: '--- · PM2',
      about: 'Visitors get no answer, run by PM2; 0 looks to the end.',
    })
    expect(words).toContain('It listens on 3001.')
    const told = choiceOf({ ...incident, status: 502, gateways: ['cloudflare', 'nginx'], keeper: '', looks: 7 })
    expect(told).toMatchObject({
      hint: '502 · cloudflare › nginx',
      about: 'Visitors get 502 through cloudflare › nginx; 7 looks to the end.',
    })
  })
})

describe('the list that is shipped', () => {
  const incidents = compileIncidents(root)

  it('has every recording once, the easy ones first', () => {
    expect(incidents.map(({ name }) => name).sort()).toEqual(recordingNames())
    const levels = incidents.map(({ level }) => level)
    expect([...new Set(levels)]).toEqual(['first night', 'everyday', 'tricky', 'all well'])
    expect(levels).toEqual([...new Set(levels)].flatMap((level) => levels.filter((one) => one === level)))
    expect(incidents.slice(0, 3).map(({ name }) => name)).toEqual(['process-down', 'wrong-port', 'deliberate'])
  })

  it('names only first nights that are there, each with a verdict', () => {
    const first = incidents.filter(({ level }) => level === 'first night')
    expect(first).toHaveLength(16)
    for (const { name, cause } of first) expect(cause, name).not.toBe('')
  })

  it('knows who keeps what, where the name says it', () => {
    const keepers = (prefix: string) =>
      new Set(incidents.filter(({ name }) => name.startsWith(prefix)).map(({ keeper }) => keeper))
    expect(keepers('systemd-missing')).toEqual(new Set(['systemd']))
    expect(keepers('docker-crash')).toEqual(new Set(['Docker']))
    expect(keepers('pm2-errored')).toEqual(new Set(['PM2']))
  })

  it('is offered whole', () => {
    expect(incidentChoices().map(({ id }) => id)).toEqual(incidents.map(({ name }) => `recorded:${name}`))
  })
})

import { describe, expect, it } from 'vitest'
import { DOWN, NOT_READY } from './faults.ts'
import { answered, clock, exchange, samples } from './http.ts'
import { blind, candidates, processInfo, units } from './looks.ts'
import {
  accessLines,
  accessLog,
  errorLine,
  errorLog,
  exited,
  journal,
  MESSAGES,
  started,
  stoppedInOrder,
  unitState,
} from './text.ts'
import { diagnose, type World } from './world.ts'

const WELL = samples(answered(200, 'ok', {}, true), answered(200, 'ok', {}, true))

describe('a unit that is only late', () => {
  it('is starting, and systemd waits for it', async () => {
    const unit = unitState({ active: 'activating', sub: 'start', started: clock(-4) })
    const log = journal([
      { at: clock(-4), says: 'Starting shop.service - Shop...', manager: true },
      { at: clock(-3), says: 'reading the catalogue' },
    ])
    const seen = await diagnose({ ...NOT_READY, unit, journal: log })
    expect(seen.verdict).toMatchObject({ id: 'ready/starting', cause: 'not-ready', confidence: 'confirmed' })
  })

  it('came up while we looked', async () => {
    const seen = await diagnose({ ...NOT_READY, samples: WELL })
    expect(seen.verdict).toMatchObject({ id: 'ready/came-up', cause: 'recovered', state: 'recovered' })
    expect(seen.fact('was.cause')).toBe('not-ready')
  })

  it('listens by now where it should: no other port is blamed', async () => {
    const app = candidates([{ pid: 4242, port: 3000, unit: 'shop.service', status: 200, ties: ['unit shop.service'] }])
    const seen = await diagnose({ ...NOT_READY, candidates: app, samples: WELL })
    expect(seen.at('app/unit-answers')).toMatchObject({ branch: 'came-up', go: 'ready/again' })
    expect(seen.verdict?.id).toBe('ready/came-up')
    const bare = await diagnose({ ...DOWN, candidates: app, samples: WELL })
    expect(bare.at('app/candidates')).toMatchObject({ branch: 'came-up', go: 'ready/who' })
    expect(bare.short).toBe('app/came-back')
  })

  it('had time enough: it does not listen, and why is open', async () => {
    const seen = await diagnose({ ...NOT_READY, unit: unitState({ pid: 4242, started: clock(-7200) }) })
    expect(seen.verdict).toMatchObject({ id: 'ready/never-listens', cause: 'not-ready', confidence: 'likely' })
  })

  it('answers the question that was refused a moment ago', async () => {
    const back: Partial<World> = {
      ...DOWN,
      direct: exchange(answered(200)),
      units: units([{ unit: 'shop.service', active: 'active' }]),
    }
    const young = { unit: unitState({ pid: 4242, started: clock(-5) }), samples: WELL }
    expect((await diagnose({ ...back, ...young })).verdict?.id).toBe('ready/came-up')
    expect((await diagnose({ ...back, ...young, unit: unitState({ pid: 4242 }) })).short).toBe('app/came-back')
    expect((await diagnose({ ...back, ...young, units: units() })).short).toBe('app/came-back')
    expect((await diagnose({ ...back, unit: young.unit })).short).toBe('app/came-back')
  })
})

describe('it is over: errors around a restart', () => {
  const at = (...seconds: number[]) =>
    errorLog(seconds.map((second) => errorLine(MESSAGES.refused, { at: clock(second) })))
  const OVER: Partial<World> = {
    errorLog: at(-32, -31, -30),
    accessLog: accessLog([...accessLines(20, -40), ...accessLines(3, -30, { status: 502 }), ...accessLines(10, -5)]),
    samples: samples(...Array.from({ length: 8 }, () => answered(200, 'ok', {}, true))),
    process: processInfo({ started: clock(-31) }),
    journal: journal([
      started(clock(-3600), 'a'),
      ...stoppedInOrder(clock(-32)).map((entry) => ({ ...entry, run: 'a' })),
      started(clock(-31), 'b'),
      { at: clock(-29), says: 'listening on http://127.0.0.1:3000', run: 'b' },
    ]),
  }

  it('somebody restarted the unit', async () => {
    const seen = await diagnose(OVER)
    expect(seen.verdict).toMatchObject({
      id: 'restart/over',
      cause: 'recovered',
      confidence: 'confirmed',
      state: 'recovered',
    })
    expect(seen.verdict?.says).toBe('It failed while shop.service was restarted, until 02:02:42Z, and answers well now')
    expect(seen.fact('was.cause')).toBe('deploy-without-drain')
  })

  it('it crashed, and its supervisor started it again', async () => {
    const log = journal([
      started(clock(-3600), 'a'),
      { at: clock(-3599), says: 'listening on http://127.0.0.1:3000', run: 'a' },
      ...exited(clock(-32), 'code=dumped, status=11/SEGV', 'a'),
      started(clock(-31), 'b'),
    ])
    const seen = await diagnose({ ...OVER, journal: log })
    expect(seen.at('restart/journal')).toMatchObject({ branch: 'by-itself' })
    expect(seen.verdict?.id).toBe('nginx/recovered')
  })

  it.each<[string, Partial<World>]>([
    ['it was started long before', { process: processInfo() }],
    ['it was started after all of it', { process: processInfo({ started: clock(-32 - 3600) }) }],
    ['it belongs to no unit', { process: processInfo({ started: clock(-31), unit: '' }) }],
    ['its journal is dark', { journal: blind('no-permission') }],
    ['its process is dark', { process: blind('no-permission') }],
    ['who listens is dark', { listeners: blind('no-permission') }],
    ['where it runs is dark', { place: blind('no-permission') }],
  ])('%s: nobody says that it was a restart', async (_, parts) => {
    const seen = await diagnose({ ...OVER, ...parts })
    expect(seen.verdict?.id).toBe('nginx/recovered')
    expect(seen.fact('was.cause')).toBe('process-down')
  })
})

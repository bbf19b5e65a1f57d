import { describe, expect, it } from 'vitest'
import { CRASH, DOWN, WRONG_INTERFACE } from './faults.ts'
import { answered, clock, exchange, samples } from './http.ts'
import { blind, gone, place, processInfo, units } from './looks.ts'
import { exited, journal, NGINX_SOCKET, ss, started, tcp, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

const WORDS = journal([
  started(clock(-31)),
  { at: clock(-30), says: 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000' },
  ...exited(clock(-30)),
])

/** The unit cannot have its port: pid 777 of /srv/other holds it and answers 503. */
const TAKEN: Partial<World> = {
  request: exchange(answered(503, 'no', {}, true)),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 777)),
  direct: exchange(answered(503)),
  units: units([{ unit: 'shop.service' }]),
  process: processInfo({ pid: 777, unit: '', cwd: '/srv/other' }),
  journal: WORDS,
}

describe('a stranger holds the port of the unit', () => {
  it('and answers badly: not the application’s own error', async () => {
    const seen = await diagnose(TAKEN)
    expect(seen.at('port/named')).toMatchObject({ branch: 'another', go: 'port/holder' })
    expect(seen.at('port/holder')).toMatchObject({ branch: 'stranger', go: 'port/words' })
    expect(seen.verdict).toMatchObject({
      id: 'port/in-use',
      cause: 'port-in-use',
      confidence: 'confirmed',
      place: 'app',
    })
    expect(seen.verdict?.says).toBe(
      'shop.service cannot have port 3000: node (pid 777, of no unit) holds it, and answers in its place',
    )
  })

  it('and answers well: the wrong site is no health', async () => {
    const well = {
      request: exchange(answered(200, 'ok', {}, true)),
      samples: samples(...Array.from({ length: 5 }, () => answered(200, 'ok', {}, true))),
    }
    const seen = await diagnose({ ...TAKEN, ...well })
    expect(seen.path).toContain('port/holds.there')
    expect(seen.verdict).toMatchObject({ id: 'port/in-use', confidence: 'confirmed', state: 'failing' })
  })

  it.each<[string, Partial<World>]>([
    ['lives in a folder of this site', { process: processInfo({ pid: 777, unit: '', cwd: '/srv/shop' }) }],
    ['is a unit named like it', { process: processInfo({ pid: 777, unit: 'shop-old.service', cwd: '/srv/other' }) }],
    [
      'has a folder that cannot be seen',
      { process: processInfo({ pid: 777, unit: '', cwd: '/srv/other', hidden: ['cwd'] }) },
    ],
    ['keeps a unit from it that has another name', { units: units([{ unit: 'grafana.service' }]) }],
  ])('that %s may be the application itself: only likely', async (_, parts) => {
    expect((await diagnose({ ...TAKEN, ...parts })).short).toBe('port-in-use likely')
  })

  it.each<[string, Partial<World>]>([
    ['the unit fails for another reason', { journal: CRASH.journal ?? WORDS }],
    ['its journal is dark', { journal: blind('no-permission') }],
    ['the holder is the unit’s own child', { process: processInfo({ pid: 777, unit: 'shop.service' }) }],
    ['the holder cannot be seen', { process: blind('no-permission') }],
    ['the holder is gone', { process: gone(777) }],
    ['no unit names the port', { units: units() }],
    ['units cannot be asked', { units: blind('missing-tool') }],
  ])('%s: the answer is the application’s', async (_, parts) => {
    const seen = await diagnose({ ...TAKEN, ...parts })
    expect(seen.verdict).toMatchObject({ cause: 'app-error', confidence: 'confirmed' })
  })
})

describe('a healthy site', () => {
  it('stays healthy, whatever cannot be seen of its port', async () => {
    const dark = blind('no-permission')
    const parts: Partial<World>[] = [
      {},
      { place: dark },
      { place: place(['10.9.9.9']) },
      { listeners: dark },
      { units: dark },
    ]
    for (const part of parts) expect((await diagnose(part)).judged.outcome).toBe('healthy')
  })

  it('stays healthy where its unit’s main process is the parent of who listens', async () => {
    const seen = await diagnose({ units: units([{ unit: 'shop.service', active: 'active' }]) })
    expect(seen.path).toContain('port/holder.own')
    expect(seen.judged.outcome).toBe('healthy')
  })
})

describe('a listener on another address', () => {
  const BESIDE: Partial<World> = {
    ...CRASH,
    listeners: ss(NGINX_SOCKET, tcp('10.0.0.5', 3000, 'node', 777)),
    process: processInfo({ pid: 777, unit: '', cwd: '/srv/other' }),
  }

  it('is a stranger beside a unit that is down', async () => {
    const seen = await diagnose(BESIDE)
    expect(seen.at('port/beside-whose')).toMatchObject({ branch: 'stranger', rulesOut: ['wrong-interface'] })
    expect(seen.verdict).toMatchObject({ id: 'start/no-module', cause: 'crash-on-start', confidence: 'confirmed' })
  })

  it('is the unit’s own: the address is the fault', async () => {
    const seen = await diagnose({ ...BESIDE, process: processInfo({ pid: 777, unit: 'shop.service' }) })
    expect(seen.verdict).toMatchObject({ id: 'app/wrong-interface' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('with no unit that is down: the address is the fault', async () => {
    for (const units_ of [units(), units([{ unit: 'shop.service', active: 'inactive' }])]) {
      expect((await diagnose({ ...WRONG_INTERFACE, units: units_ })).short).toBe('wrong-interface confirmed')
    }
  })

  it('with units that cannot be asked: it is no surer than that', async () => {
    expect((await diagnose({ ...WRONG_INTERFACE, units: blind('missing-tool') })).short).toBe('wrong-interface likely')
  })
})

describe('the port was taken when it started', () => {
  it('and is free now: it only has to be started again', async () => {
    const unit = unitState({ active: 'failed', result: 'exit-code', code: 1, status: 1, ended: clock(-30) })
    const seen = await diagnose({ ...DOWN, units: units([{ unit: 'shop.service' }]), unit, journal: WORDS })
    expect(seen.verdict).toMatchObject({ id: 'systemd/port-in-use', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('nobody listens there now')
  })
})

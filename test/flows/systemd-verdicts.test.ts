import { describe, expect, it } from 'vitest'
import { CRASH, DOWN, LOOP, OOM, STOPPED } from './faults.ts'
import { clock } from './http.ts'
import { blind, candidates, units } from './looks.ts'
import { exited, journal, kernelJournal, NGINX_SOCKET, ss, started, tcp, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

const _ONE: Partial<World> = { ...DOWN, units: units([{ unit: 'shop.service' }]) }

describe('verdicts', () => {
  it('crash-on-start', async () => {
    expect((await diagnose(CRASH)).verdict).toEqual({
      id: 'start/no-module',
      cause: 'crash-on-start',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: "shop.service does not start: code that it needs is not installed: Error: Cannot find module 'express'",
      symptoms: ['process-down', 'crash-loop', 'socket-missing', 'not-ready'],
      proofs: ['systemd/journal.start-error', 'systemd/unit.failed', 'app/listening.nothing', 'app/unit-search.one'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    [
      'several units name the port',
      { units: units([{ unit: 'shop.service' }, { unit: 'shop-b.service' }]) },
      'crash-on-start likely',
    ],
    [
      'who listens on the port was not seen',
      { listeners: blind('no-permission'), direct: blind('declined') },
      'crash-on-start likely',
    ],
    ['the journal is dark', { journal: blind('no-permission') }, 'process-down likely'],
    ['it is not proven that the upstream is here', { place: blind('no-permission') }, 'process-down reported'],
  ])('crash-on-start is not certain while %s', async (_, parts, short) => {
    expect((await diagnose({ ...CRASH, ...parts })).short).toBe(short)
  })

  it('crash-on-start of a unit that is restarted over and over: the reason wins', async () => {
    const words = [1, 2, 3, 4].flatMap((n) => [
      started(clock(-40 + n * 4), `run${n}`),
      { at: clock(-39 + n * 4), says: "Error: Cannot find module 'express'", run: `run${n}` },
      ...exited(clock(-38 + n * 4), undefined, `run${n}`),
    ])
    const seen = await diagnose({ ...LOOP, journal: journal(words) })
    expect(seen.verdict).toMatchObject({
      cause: 'crash-on-start',
      confidence: 'confirmed',
      symptoms: ['process-down', 'crash-loop', 'socket-missing', 'not-ready'],
    })
  })

  it('crash-loop', async () => {
    expect((await diagnose(LOOP)).verdict).toEqual({
      id: 'systemd/crash-loop',
      cause: 'crash-loop',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.service starts and ends again and again, and does not say why',
      symptoms: ['process-down'],
      proofs: ['systemd/journal.restarting', 'systemd/unit.auto-restart', 'app/unit-search.one'],
      open: ['oom-killed', 'crash-on-start'],
      alternatives: ['crash-on-start reported', 'not-ready reported'],
    })
  })

  it('port-in-use', async () => {
    const log = journal([
      started(clock(-31)),
      { at: clock(-30), says: 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000' },
      ...exited(clock(-30)),
    ])
    expect((await diagnose({ ...CRASH, journal: log })).verdict).toEqual({
      id: 'systemd/port-in-use',
      cause: 'port-in-use',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.service could not have its port when it started, because another process held it, and nobody listens there now: Error: listen EADDRINUSE: address already in use 127.0.0.1:3000',
      symptoms: ['crash-on-start', 'crash-loop', 'process-down'],
      proofs: ['systemd/journal.port-taken', 'app/unit-search.one'],
      open: ['oom-killed'],
      alternatives: ['not-ready reported'],
    })
  })

  it('process-down: somebody stopped it', async () => {
    expect((await diagnose(STOPPED)).verdict).toEqual({
      id: 'systemd/stopped',
      cause: 'process-down',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.service is not running',
      symptoms: ['socket-missing'],
      proofs: ['systemd/unit.stopped', 'app/listening.nothing', 'app/unit-search.one'],
    })
  })

  it.each<[string, Partial<World>]>([
    [
      'several units name the port',
      { units: units([{ unit: 'shop.service', active: 'inactive' }, { unit: 'shop-b.service' }]) },
    ],
    ['the journal is dark', { journal: blind('no-permission') }],
    ['it may listen elsewhere', { candidates: candidates([{ port: 3001, status: 200 }]) }],
    ['who listens elsewhere was not seen', { candidates: blind('no-permission') }],
    ['who listens on the port was not seen', { listeners: blind('no-permission'), direct: blind('declined') }],
  ])('process-down is not certain while %s', async (_, parts) => {
    expect((await diagnose({ ...STOPPED, ...parts })).short).toBe('process-down likely')
  })

  it('a unit that nobody uses any more is no reason: the application runs elsewhere', async () => {
    const seen = await diagnose({
      ...STOPPED,
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3001, 'node', 4242)),
      candidates: candidates([{ pid: 4242, port: 3001, ties: ['folder shop'], status: 200 }]),
    })
    expect(seen.at('systemd/elsewhere')).toEqual({
      branch: 'tied',
      says: 'node (pid 4242) listens on 3001 and answers /checkout with 200; tied by folder shop',
      learns: { 'app.pid': 4242, 'app.port': 3001, 'app.program': 'node' },
      suspects: ['wrong-port'],
      rulesOut: ['process-down', 'not-ready', 'crash-on-start'],
      go: 'app/wrong-port-fork',
    })
    expect(seen.verdict).toMatchObject({ cause: 'wrong-port', confidence: 'confirmed' })
  })

  it('nobody is elsewhere, or somebody may be', async () => {
    expect((await diagnose(STOPPED)).at('systemd/elsewhere')).toEqual({
      branch: 'none',
      says: 'no other listener here could be the application',
      rulesOut: ['wrong-port'],
      go: 'systemd/not-running',
    })
    expect(
      (await diagnose({ ...STOPPED, candidates: candidates([{ port: 3001, status: 200 }]) })).at('systemd/elsewhere'),
    ).toEqual({
      branch: 'several',
      says: '1 other programs listen here; none is surely the application',
      suspects: ['wrong-port'],
      go: 'systemd/not-running',
    })
  })

  it('failed without a known word: process-down, with the crash still open', async () => {
    const log = journal([
      started(clock(-31)),
      { at: clock(-30), says: 'the moon is in the wrong house' },
      ...exited(clock(-30)),
    ])
    const seen = await diagnose({ ...CRASH, journal: log })
    expect(seen.verdict).toEqual({
      id: 'systemd/stopped',
      cause: 'process-down',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.service is not running',
      symptoms: ['socket-missing'],
      proofs: ['systemd/unit.failed', 'app/listening.nothing', 'app/unit-search.one'],
      open: ['crash-on-start', 'not-ready'],
      alternatives: ['crash-on-start reported', 'not-ready reported'],
    })
  })

  it('killed, and neither systemd nor the kernel says that it was for memory', async () => {
    const unit = unitState({ active: 'failed', result: 'signal', code: 2, status: 9, ended: clock(-30) })
    const seen = await diagnose({ ...OOM, unit, kernelJournal: kernelJournal() })
    expect(seen.verdict).toMatchObject({ id: 'systemd/stopped', cause: 'process-down', confidence: 'likely' })
    expect(seen.ruledOut).toContain('oom-killed')
  })
})

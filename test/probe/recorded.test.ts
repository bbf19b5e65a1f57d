import { describe, expect, it } from 'vitest'
import { createRecordedProber } from '../../src/probe/recorded.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { blindCapture, type Capture, type LookRequest } from '../../src/words/look.ts'

const never = new AbortController().signal
const ss: LookRequest = { kind: 'run', at: 'proxy', read: 'listeners', timeoutMs: 5000, commands: [['ss', '-ltn']] }
const ps: LookRequest = {
  kind: 'look',
  at: 'proxy',
  read: 'process',
  timeoutMs: 5000,
  name: 'process',
  args: { pid: 7, deep: true },
}
const saw = (request: LookRequest, out: string): Capture => ({
  ...blindCapture(request, 'cut', ''),
  outcome: 'ok',
  out,
})

/** A journal's events for looks that gave this. */
function journal(...looks: [LookRequest, Capture][]): SessionEvent[] {
  return looks.flatMap(([request, capture], at): SessionEvent[] => [
    { type: 'probe.started', n: at + 1, node: 'nginx/a', request },
    { type: 'probe.finished', n: at + 1, node: 'nginx/a', capture },
  ])
}

describe('a recorded prober', () => {
  it('answers a look with what was recorded', async () => {
    const prober = createRecordedProber(journal([ss, saw(ss, 'sockets')], [ps, saw(ps, 'node')]))
    expect((await prober.look(ps, never)).out).toBe('node')
    expect((await prober.look(ss, never)).out).toBe('sockets')
  })

  it('knows a look again whatever its time limit and the order of its arguments', async () => {
    const prober = createRecordedProber(journal([ps, saw(ps, 'node')]))
    expect((await prober.look({ ...ps, timeoutMs: 1, args: { deep: true, pid: 7 } }, never)).out).toBe('node')
    expect(await prober.look({ ...ps, args: { pid: 8, deep: true } }, never)).toMatchObject({ outcome: 'blind' })
  })

  it('gives several captures of one look in their order, then the last one again', async () => {
    const prober = createRecordedProber(journal([ss, saw(ss, '1')], [ps, saw(ps, 'x')], [ss, saw(ss, '2')]))
    const outs = []
    for (let i = 0; i < 4; i += 1) outs.push((await prober.look(ss, never)).out)
    expect(outs).toEqual(['1', '2', '2', '2'])
  })

  it('is blind for what the recording does not hold', async () => {
    expect(await createRecordedProber([]).look(ss, never)).toMatchObject({
      outcome: 'blind',
      why: 'declined',
      says: 'this recording holds no such look',
    })
  })

  it('does not hold a look against a vantage that was proven later', async () => {
    const prober = createRecordedProber(
      journal([ss, blindCapture(ss, 'no-vantage', 'not proven')], [ss, saw(ss, 'sockets')]),
    )
    expect((await prober.look(ss, never)).out).toBe('sockets')
  })

  it('leaves out a look that had not finished when the recording ended', async () => {
    const events = journal([ss, saw(ss, 'x')]).slice(0, 1)
    expect(await createRecordedProber(events).look(ss, never)).toMatchObject({ outcome: 'blind' })
  })
})

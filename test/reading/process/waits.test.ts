import { describe, expect, it } from 'vitest'
import type { Outgoing } from '../../../src/reading/process/outgoing.ts'
import { seenAt, waitsOf } from '../../../src/reading/process/waits.ts'

const open = (more: Partial<Outgoing> = {}): Outgoing => ({
  local: '127.0.0.1:40112',
  peer: '192.0.2.40:5432',
  state: 'established',
  pids: [20],
  sentMs: 0,
  receivedMs: 0,
  sent: 65,
  received: 0,
  triedMs: 0,
  ...more,
})
/** Looked at every 200 ms; each connection as it is then, `undefined` where it is not there. */
const watched = (count: number, at: (ms: number) => (Outgoing | undefined)[]) =>
  waitsOf(
    Array.from({ length: count }, (_, i) => 200 * (i + 1)).map((ms) => ({
      at: ms,
      connections: at(ms).flatMap((each) => each ?? []),
    })),
  )

describe('for whom a program waits', () => {
  it('a new connection that was asked at once and says nothing', () => {
    expect(watched(5, (ms) => [open({ sentMs: ms - 10, receivedMs: ms - 9 })])).toEqual([
      { peer: '192.0.2.40:5432', for: 'answer', ms: 990, toTheEnd: true },
    ])
  })

  it('a connection that stood long before, asked since our request', () => {
    const pooled = (ms: number) => [open({ sentMs: ms - 50, receivedMs: ms + 30_000, received: 9000 })]
    expect(watched(4, pooled)).toEqual([{ peer: '192.0.2.40:5432', for: 'answer', ms: 750, toTheEnd: true }])
  })

  it('one that was asked before our request waits for another’s sake', () => {
    expect(watched(4, (ms) => [open({ sentMs: ms + 5000, receivedMs: ms + 9000, received: 1 })])).toEqual([])
  })

  it('one that was answered is only open', () => {
    expect(watched(4, (ms) => [open({ sentMs: ms - 10, receivedMs: ms - 14, received: 200 })])).toEqual([])
  })

  it('one that nobody asked anything is only open', () => {
    expect(watched(4, () => [open({ sent: 0 })])).toEqual([])
  })

  it('an answer that came in the middle ends the wait', () => {
    const half = (ms: number) => [
      ms <= 400 ? open({ sentMs: ms, receivedMs: ms }) : open({ sentMs: ms, receivedMs: ms - 500, received: 10 }),
    ]
    expect(watched(5, half)).toEqual([{ peer: '192.0.2.40:5432', for: 'answer', ms: 400, toTheEnd: false }])
  })

  it('the last moment may fall between the end of the wait and the answer', () => {
    const until = (ms: number) => [ms <= 800 ? open({ sentMs: ms, receivedMs: ms }) : undefined]
    expect(watched(5, until)).toEqual([{ peer: '192.0.2.40:5432', for: 'answer', ms: 800, toTheEnd: true }])
  })

  it('nobody takes the connection, however often it tries', () => {
    const tries = (ms: number) => [open({ state: 'syn-sent', local: `10.0.0.2:${40_000 + ms}`, sent: 0 })]
    expect(watched(6, tries)).toEqual([{ peer: '192.0.2.40:5432', for: 'connecting', ms: 1000, toTheEnd: true }])
  })

  it('nobody takes it, and the first look came late: the kernel knows since when it tries', () => {
    const late = [
      { at: 1400, connections: [open({ state: 'syn-sent', sent: 0, triedMs: 1380 })] },
      { at: 2100, connections: [open({ state: 'syn-sent', sent: 0, triedMs: 2080 })] },
    ]
    expect(waitsOf(late)).toEqual([{ peer: '192.0.2.40:5432', for: 'connecting', ms: 2080, toTheEnd: true }])
  })

  it('it tried before our request already: all of our time, and no more', () => {
    const tries = (ms: number) => [open({ state: 'syn-sent', sent: 0, triedMs: ms + 9000 })]
    expect(watched(5, tries)).toMatchObject([{ for: 'connecting', ms: 1000 }])
  })

  it('several: the longest first', () => {
    const two = (ms: number) => [
      open({ sentMs: ms - 700, receivedMs: ms }),
      open({ peer: '127.0.0.1:6379', sentMs: ms - 10, receivedMs: ms }),
    ]
    expect(watched(5, two).map(({ peer, ms }) => [peer, ms])).toEqual([
      ['127.0.0.1:6379', 990],
      ['192.0.2.40:5432', 300],
    ])
  })

  // The machine is busy: the second look came when all was over.
  const early = [{ at: 300, connections: [open({ sentMs: 290, receivedMs: 291, sent: 65 })] }]

  it('a look afterwards tells how long the answer took', () => {
    const answered = open({ sentMs: 4700, receivedMs: 700, received: 900 })
    expect(waitsOf(early, { ended: 4050, connections: [answered] })).toEqual([
      { peer: '192.0.2.40:5432', for: 'answer', ms: 4000, toTheEnd: true },
    ])
  })

  it('an answer long before the end does not explain the time', () => {
    const answered = open({ sentMs: 4700, receivedMs: 4000, received: 900 })
    const idle = [900, 1100].map((at) => ({ at, connections: [] }))
    expect(waitsOf([...early, ...idle], { ended: 4050, connections: [answered] })).toEqual([
      { peer: '192.0.2.40:5432', for: 'answer', ms: 700, toTheEnd: false },
    ])
  })

  it.each([
    ['asked once more since', open({ sentMs: 2000, receivedMs: 100, received: 900, sent: 130 })],
    ['another connection', open({ local: '127.0.0.1:40999', sentMs: 4700, receivedMs: 700, received: 900 })],
    ['never answered', open({ sentMs: 4700, receivedMs: 4700 })],
  ])('%s: only what was seen in time counts', (_, connection) => {
    expect(waitsOf(early, { ended: 4050, connections: [connection] })).toMatchObject([{ ms: 290 }])
  })

  it('nothing was looked at', () => {
    expect(waitsOf([])).toEqual([])
  })
})

describe('when connections were seen', () => {
  const ours = (sentMs: number) => open({ peer: '127.0.0.1:3000', pids: [7], sentMs })

  it('as long after our request as the kernel says, however long the program took to start', () => {
    expect(seenAt([ours(340), { ...ours(0), sent: 0 }], 120)).toBe(340)
  })

  it.each([
    ['nothing of ours', []],
    ['two of ours', [ours(340), ours(20)]],
    ['not sent yet', [{ ...ours(0), sent: 0 }]],
  ])('%s: when the program was started', (_, connections) => {
    expect(seenAt(connections, 120)).toBe(120)
  })
})

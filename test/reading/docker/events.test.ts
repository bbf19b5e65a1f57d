import { describe, expect, it } from 'vitest'
import { containerEventsReader } from '../../../src/reading/docker/events.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, looked, printed } from '../process/support.ts'

const T = Date.UTC(2026, 10, 21, 3, 59, 0) / 1000
const event = (Action: string, seconds: number, attributes: JsonObject = {}): JsonObject => ({
  Action,
  time: T + seconds,
  Actor: { Attributes: attributes },
})
const read = (events: JsonObject[]) => containerEventsReader.read(looked({ events }), context()).value
const at = (seconds: number) => new Date((T + seconds) * 1000)

describe('the end of a container', () => {
  it('was asked for where a signal went before it', () => {
    const events = [event('start', 0), event('kill', 5, { signal: '15' }), event('die', 6, { exitCode: '143' })]
    expect(read([...events, event('stop', 6)])).toMatchObject({
      asked: true,
      signal: '15',
      exit_code: 143n,
      died_at: at(6),
      started_at: at(0),
      deaths: 1n,
    })
  })

  it('keeps the first signal where a kill followed', () => {
    const signals = [event('kill', 0, { signal: '15' }), event('kill', 10, { signal: '9' })]
    expect(read([...signals, event('die', 10, { exitCode: '137' })]).signal).toBe('15')
  })

  it('came by itself where no signal, or none that ends, was sent', () => {
    expect(read([event('die', 6, { exitCode: '1' })])).toMatchObject({ asked: false, signal: '', exit_code: 1n })
    expect(read([event('kill', 5, { signal: '10' }), event('die', 6)]).asked).toBe(false)
  })

  it('came by itself where the signal was for the life before, or long ago', () => {
    const before = [event('kill', 0, { signal: '15' }), event('die', 1), event('start', 2)]
    expect(read([...before, event('die', 5)]).asked).toBe(false)
    expect(read([event('kill', 0, { signal: '15' }), event('die', 500)]).asked).toBe(false)
  })

  it('for memory is told by an event of its own', () => {
    expect(read([event('oom', 3), event('die', 3, { exitCode: '137' })])).toMatchObject({ oom: true, exit_code: 137n })
  })

  it('for memory is not told by an old event', () => {
    expect(read([event('oom', 0), event('die', 600, { exitCode: '1' })]).oom).toBe(false)
    expect(read([event('oom', 0)]).oom).toBe(false)
  })

  it('is counted each time', () => {
    const life = (from: number) => [event('start', from), event('die', from + 1, { exitCode: '3' })]
    expect(read([...life(0), ...life(10), ...life(20)])).toMatchObject({ deaths: 3n, died_at: at(21), lived: 1n })
    expect(read([event('die', 5)]).lived).toBe(-1n)
  })
})

describe('a pause', () => {
  it('has its moment', () => {
    expect(read([event('pause', 7)]).paused_at).toEqual(at(7))
  })
})

describe('what Docker does not remember', () => {
  it('never counts as not having been', () => {
    const value = read([])
    expect(value).toMatchObject({ complete: false, events: 0n, asked: false, exit_code: 0n })
    expect(value.died_at).toEqual(NEVER)
  })

  it('is dark where it could not be asked', () => {
    const capture = looked({}, { outcome: 'blind', why: 'no-permission', says: 'denied' })
    expect(containerEventsReader.read(capture, context()).dark).toEqual([{ why: 'no-permission', says: 'denied' }])
  })
})

describe('lines of `docker events`', () => {
  const line = { status: 'die', Type: 'container', time: T, Actor: { Attributes: { exitCode: '1', token: 's3cr3t' } } }

  it('are read, an old one too that has only a status', () => {
    const out = `${JSON.stringify(line)}\nno JSON\n`
    expect(containerEventsReader.read(printed('docker events', out), context()).value.exit_code).toBe(1n)
  })

  it('lose their labels', () => {
    const { out } = containerEventsReader.keep?.(JSON.stringify(line)) ?? { out: '' }
    expect(out).not.toContain('s3cr3t')
    expect(containerEventsReader.read(looked(JSON.parse(out)), context()).value.exit_code).toBe(1n)
  })

  it.each(['', '[]', '{}', '{"events":7}', '\u0000'])('%j says nothing', (out) => {
    expect(containerEventsReader.read(printed('docker events', out), context()).value.deaths).toBe(0n)
  })
})

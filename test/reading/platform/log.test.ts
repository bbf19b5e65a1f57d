import { describe, expect, it } from 'vitest'
import { cpuNow } from '../../cpu.ts'
import { CRASH as OF_FLY, printedBy as onFly, proxied } from '../../documented/platforms/fly.ts'
import { CRASH, managed, printedBy, routed } from '../../documented/platforms/heroku.ts'
import { contextOf, HOSTILE, read } from './support.ts'

const HEROKU = contextOf({ 'platform.kind': 'heroku' })
const FLY = contextOf({ 'platform.kind': 'fly' })
const heroku = (...lines: string[]) => read('platform-log', lines.join('\n'), {}, HEROKU).value
const fly = (...lines: string[]) => read('platform-log', lines.join('\n'), {}, FLY).value
const codes = (value: { codes?: unknown }) =>
  (value.codes as { code: string; count: bigint; ours: boolean }[]).map(
    ({ code, count, ours }) => `${count} ${code}${ours ? ' ours' : ''}`,
  )

describe('what the platform complains of', () => {
  it('is counted, the most frequent first, and our own is known', () => {
    const value = heroku(
      routed('H12', 'Request timeout', { at: '2026-11-21T02:00:00+00:00' }),
      routed('H13', 'Connection closed without response', { at: '2026-11-21T02:01:00+00:00', path: '/other' }),
      routed('H12', 'Request timeout', { at: '2026-11-21T02:03:12.400+00:00', path: '/checkout?a=1' }),
    )
    expect(codes(value)).toEqual(['2 H12 ours', '1 H13'])
    expect(value).toMatchObject({ complete: true, lines: 3n, first: new Date('2026-11-21T02:00:00Z') })
  })

  it('another path at our time is not ours', () => {
    expect(codes(heroku(routed('H12', 'Request timeout', { path: '/other' })))).toEqual(['1 H12'])
  })

  it('what an application prints is no word of its platform', () => {
    expect(codes(heroku(printedBy('web.1', ' code=H12 desc="Request timeout"')))).toEqual([])
    expect(codes(fly(onFly('[PC01] instance refused connection')))).toEqual([])
  })

  it('only the window counts; of what is pasted, everything', () => {
    const old = routed('H12', 'Request timeout', { at: '2026-11-20T02:00:00+00:00' })
    expect(codes(heroku(old))).toEqual([])
    expect(codes(read('platform-log', old, { pasted: true }, HEROKU).value)).toEqual(['1 H12'])
  })

  it('each platform has its own words', () => {
    expect(codes(fly(proxied('PC01', 'instance refused connection')))).toEqual(['1 PC01 ours'])
    expect(codes(heroku(proxied('PC01', 'instance refused connection')))).toEqual([])
  })
})

describe('what the application says', () => {
  it('names the reason of a crash, and how it ended', () => {
    expect(heroku(...CRASH)).toMatchObject({
      reason_found: true,
      reason: "Error: Cannot find module 'express'",
      reason_cause: 'crash-on-start',
      ends: 1n,
      exit: 1n,
      died: false,
    })
    expect(fly(...OF_FLY)).toMatchObject({ reason_cause: 'crash-on-start', ends: 1n, exit: 1n })
  })

  it('an end while our request ran', () => {
    expect(heroku(managed('web.1', 'Process exited with status 139', '2026-11-21T02:03:13+00:00'))).toMatchObject({
      died: true,
      exit: 139n,
    })
  })

  it('where it listens', () => {
    expect(heroku(printedBy('web.1', 'Listening on port 3000'))).toMatchObject({
      listens_port: 3000n,
      listens_loopback: false,
    })
    expect(heroku(printedBy('web.1', 'Listening on http://localhost:3000'))).toMatchObject({
      listens_port: 3000n,
      listens_loopback: true,
    })
    expect(heroku(printedBy('web.1', 'Server running at http://0.0.0.0:3000/'))).toMatchObject({
      listens_port: 3000n,
      listens_loopback: false,
    })
    expect(heroku(printedBy('web.1', 'hello'))).toMatchObject({ listens_port: 0n, last_line: 'hello' })
  })

  it('a worker’s words are not the web’s', () => {
    expect(
      heroku(
        printedBy('worker.1', "Error: Cannot find module 'express'"),
        managed('worker.1', 'Process exited with status 1'),
      ),
    ).toMatchObject({ reason_found: false, ends: 0n, last_line: '' })
  })

  it('an application cannot pose as its platform’s end', () => {
    expect(heroku(printedBy('web.1', 'Process exited with status 1'))).toMatchObject({ ends: 0n, exit: -1n })
  })
})

describe('logs as objects', () => {
  it('of Railway and Render', () => {
    const lines = [
      '{"timestamp":"2026-11-21T02:02:40Z","message":"Listening on port 3000","severity":"info"}',
      '{"timestamp":"2026-11-21T02:02:39Z","message":"Starting Container"}',
    ]
    expect(read('platform-log', lines.join('\n')).value).toMatchObject({
      complete: true,
      lines: 2n,
      listens_port: 3000n,
      first: new Date('2026-11-21T02:02:39Z'),
    })
  })

  it('of Google', () => {
    const entries = [
      { timestamp: '2026-11-21T02:02:40Z', textPayload: 'Memory limit of 512 MiB exceeded with 527 MiB used.' },
      { timestamp: '2026-11-21T02:02:41Z', jsonPayload: { message: 'Listening on port 8080' } },
      { timestamp: '2026-11-21T02:02:42Z', httpRequest: { status: 503 } },
    ]
    const { value } = read('platform-log', JSON.stringify(entries), {}, contextOf({ 'platform.kind': 'cloud-run' }))
    expect(codes(value)).toEqual(['1 cloudrun-memory'])
    expect(value).toMatchObject({ listens_port: 8080n, lines: 3n })
  })
})

describe('nothing', () => {
  it('an empty log proves nothing', () => {
    expect(heroku('').complete).toBe(false)
    expect(heroku('[]')).toMatchObject({ complete: true, lines: 0n })
  })

  it('a refusal is told', () => {
    const { value, dark } = read('platform-log', '', { exit: 1, err: "Error: Couldn't find that app." }, HEROKU)
    expect(value).toMatchObject({ complete: false, lines: 0n, codes: [] })
    expect(dark).toMatchObject([{ why: 'wrong-account' }])
  })

  it('whatever comes', () => {
    for (const out of HOSTILE) expect(read('platform-log', out, {}, HEROKU).value.codes).toEqual([])
    const long = Array.from({ length: 20_000 }, () => routed('H12', 'Request timeout')).join('\n')
    const began = cpuNow()
    expect(codes(read('platform-log', long, {}, HEROKU).value)).toEqual(['20000 H12 ours'])
    expect(cpuNow() - began).toBeLessThan(8000)
  })
})

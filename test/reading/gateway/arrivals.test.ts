import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrivalsLaterReader, arrivalsReader } from '../../../src/reading/gateway/arrivals.ts'
import { arrivalsFormat } from '../../../src/reading/gateway/arrivals-format.ts'
import { logFormat, readsLog } from '../../../src/reading/log-formats.ts'
import { capture, context, FRONT, LINES, type Line, type Log, NOW, OWN, run } from './support.ts'

const logs: readonly Log[] = ['haproxy', 'apache', 'caddy', 'varnish', 'envoy', 'traefik']

/** Reads these lines as such a log is read: HAProxy's, Apache's and Caddy's from a file, Varnish's from its memory. */
function read(log: Log, lines: readonly Line[], facts = {}, more = {}, from = arrivalsReader) {
  const out = lines.map((line) => LINES[log](line)).join('')
  const seen = log === 'varnish' ? run(out, more) : capture(out, more)
  return from.read(seen, context(log, facts))
}

describe.each(logs)('%s', (log) => {
  it('our request came through', () => {
    const { value, dark } = read(log, [{ status: 502 }])
    expect(dark).toEqual([])
    expect(value).toMatchObject({ complete: true, came: 1n, direct: 0n, status: 502n, client: FRONT, abandoned: false })
    expect(value).toMatchObject({ none: false, nobody: false })
  })

  it("another site's or another path's is none of ours", () => {
    const { value } = read(log, [{ path: '/blog' }])
    expect(value.came).toBe(0n)
  })

  it('one of an hour ago is not ours, and tells from where requests come', () => {
    const { value } = read(log, [
      { offset: -3600, agent: 'Mozilla/5.0' },
      { offset: -1000, path: '/', agent: OWN },
    ])
    expect(value).toMatchObject({ came: 0n, visited_from: FRONT })
  })

  it('the one that we sent to the gateway itself is told from the one through the front', () => {
    const { value } = read(log, [{ status: 200 }, { offset: 0.16, client: '127.0.0.1' }])
    expect(value).toMatchObject({ came: 2n, direct: 1n, status: 200n, client: FRONT })
    const alone = read(log, [{ offset: 0.16, client: '127.0.0.1' }])
    expect(alone.value).toMatchObject({ came: 1n, direct: 1n })
  })

  it('the gateway asked at an address of this machine is asked by this machine', () => {
    const { value } = read(log, [{ client: '10.0.0.5' }], { 'gateway.address': '10.0.0.5' })
    expect(value).toMatchObject({ came: 1n, direct: 1n })
  })

  it('a log that could not be read proves nothing', () => {
    const { value, dark } = read(log, [], {}, { outcome: 'blind', why: 'no-permission', says: 'denied' })
    expect(value).toMatchObject({ complete: false, none: false, nobody: false })
    expect(dark.map(({ why }) => why)).toContain('no-permission')
  })

  it('a log that was cut holds what it holds, and misses nothing for sure', () => {
    const { value } = read(log, [{ path: '/blog', agent: 'Mozilla/5.0' }], {}, { cut: true })
    expect(value).toMatchObject({ complete: false, none: false })
  })

  it('reads itself again as it is kept, and the later look as the first', () => {
    const out = LINES[log]({ status: 502 })
    const seen = log === 'varnish' ? run(out) : capture(out)
    const kept = arrivalsReader.keep?.(out).out ?? out
    const all = context(log)
    expect(arrivalsReader.read({ ...seen, out: kept }, all)).toEqual(arrivalsReader.read(seen, all))
    expect(arrivalsLaterReader.read(seen, all)).toEqual(arrivalsReader.read(seen, all))
  })
})

describe('which log tells what', () => {
  it('none of ours in a whole log: it never came', () => {
    for (const log of ['haproxy', 'apache', 'varnish'] as const) {
      expect(read(log, [{ offset: -60, agent: 'Mozilla/5.0' }]).value).toMatchObject({ none: true, nobody: true })
    }
  })

  it.each<Log>(['envoy', 'traefik'])('%s may write late: without a later line, none of ours proves nothing', (log) => {
    const before = [{ offset: -30, agent: 'Mozilla/5.0' }]
    expect(read(log, before).value).toMatchObject({ came: 0n, none: false, complete: false })
    const after = [...before, { offset: 5, path: '/blog', agent: 'Mozilla/5.0' }]
    expect(read(log, after).value).toMatchObject({ came: 0n, none: true, nobody: true, complete: true })
  })

  it.each<Log>(['envoy', 'traefik'])('%s out of the journal, and nothing of what others wrote there', (log) => {
    const entry = (MESSAGE: string) =>
      `${JSON.stringify({ __REALTIME_TIMESTAMP: '1', MESSAGE: MESSAGE.trim(), _CMDLINE: 'secret' })}\n`
    const out = entry('starting workers') + entry(LINES[log]({ status: 502 }))
    expect(arrivalsReader.read(run(out, { argv: ['journalctl'] }), context(log)).value).toMatchObject({
      came: 1n,
      status: 502n,
    })
    expect(arrivalsReader.keep?.(out).out).not.toContain('starting')
  })

  it('Caddy without an access log writes only what failed: absence proves nothing', () => {
    const failed = LINES.caddy({ offset: -60, status: 502, logger: 'http.log.error', agent: 'Mozilla/5.0' })
    const { value, dark } = arrivalsReader.read(capture(failed), context('caddy'))
    expect(value).toMatchObject({ complete: false, none: false })
    expect(dark.at(-1)?.says).toBe('Caddy writes no access log for this site: only failed requests are seen')
    const ours = LINES.caddy({ status: 502, logger: 'http.log.error' })
    expect(arrivalsReader.read(capture(ours), context('caddy')).value).toMatchObject({ came: 1n, status: 502n })
  })

  it('Caddy writes a failed request twice, and it counts once', () => {
    const out = LINES.caddy({ status: 502, logger: 'http.log.error' }) + LINES.caddy({ status: 502 })
    expect(arrivalsReader.read(capture(out), context('caddy')).value.came).toBe(1n)
  })

  it.each([
    ['caddy', 0],
    ['caddy', 499],
    ['apache', 499],
  ] as const)('%s writes %i where the front hung up', (log, status) => {
    expect(read(log, [{ status }]).value).toMatchObject({ came: 1n, abandoned: true })
  })

  it("a front that sends a User-Agent of its own: another's request at that very time", () => {
    for (const log of ['apache', 'caddy', 'varnish'] as const) {
      const { value } = read(log, [{ status: 503, agent: 'Amazon CloudFront' }])
      expect(value).toMatchObject({ came: 0n, none: true, nobody: false, beside: 1n, beside_failed: 1n })
      expect(value.beside_client).toBe(FRONT)
    }
  })

  it('earlier requests for the host by name show that this machine serves it', () => {
    const before: Line[] = [{ offset: -60, agent: 'Mozilla/5.0' }]
    expect(read('varnish', before).value).toMatchObject({ visited_from: FRONT, visited_by_name: true })
    expect(read('apache', before).value).toMatchObject({ visited_from: FRONT, visited_by_name: true })
    // HAProxy's line knows no Host.
    expect(read('haproxy', before).value).toMatchObject({ visited_from: FRONT, visited_by_name: false })
  })

  it("HAProxy's stamps want a zone that is certain", () => {
    const { value, dark } = read('haproxy', [{ status: 503 }], {}, { meta: { zone_sure: false } })
    expect(value).toMatchObject({ came: 1n, complete: false })
    expect(dark.at(-1)?.says).toBe("the time zone of the stamps in HAProxy's log is not certain")
  })

  it("HAProxy's from the journal", () => {
    const message = LINES.haproxy({ status: 503 }).trimEnd()
    const at = (NOW.getTime() + 160) * 1000
    const out = `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at), MESSAGE: message, _PID: '1' })}\n`
    const seen = { ...run(out), argv: ['journalctl'] }
    expect(arrivalsReader.read(seen, context('haproxy')).value).toMatchObject({ came: 1n, status: 503n, client: FRONT })
    const kept = arrivalsReader.keep?.(out).out ?? ''
    expect(kept).not.toContain('_PID')
    expect(arrivalsReader.read({ ...seen, out: kept }, context('haproxy')).value).toMatchObject({ came: 1n })
  })

  it("Caddy's from the journal, and nothing of what others wrote there", () => {
    const message = LINES.caddy({ status: 502 }).trimEnd()
    const out = `${JSON.stringify({ MESSAGE: message })}\n${JSON.stringify({ MESSAGE: 'password=hunter2' })}\n`
    const seen = { ...run(out), argv: ['journalctl'] }
    expect(arrivalsReader.read(seen, context('caddy')).value).toMatchObject({ came: 1n, status: 502n })
    expect(arrivalsReader.keep?.(out).out).not.toContain('hunter2')
  })

  it('varnishlog that may not read the log', () => {
    const { value, dark } = arrivalsReader.read(
      { ...run(''), exit: 1, err: 'Could not get hold of varnishd, is it running?\n' },
      context('varnish'),
    )
    expect(value).toMatchObject({ complete: false, none: false })
    expect(dark.map(({ says }) => says)).toEqual([
      'varnishlog could not read the log: Could not get hold of varnishd, is it running?',
    ])
  })

  it('lines in no known form are dark', () => {
    const { value, dark } = arrivalsReader.read(capture('what\nis\nthis\n'), context('apache'))
    expect(value.complete).toBe(false)
    expect(dark.at(-1)?.says).toBe('3 lines of the log are in no form that is known')
  })

  it('an empty log that was read to its end: nobody came', () => {
    expect(arrivalsReader.read(capture(''), context('apache')).value).toMatchObject({ none: true, nobody: true })
  })

  it('anything else is read without an error', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (out, journal) => {
        const { value } = arrivalsReader.read(journal ? run(out) : capture(out), context('caddy'))
        expect(value.came >= 0n).toBe(true)
        expect(typeof arrivalsReader.keep?.(out).out).toBe('string')
      }),
    )
  })
})

describe('what is kept of a long log', () => {
  it.each(['haproxy', 'apache', 'caddy'] as const)('%s: its own stamps, and our requests before all others', (log) => {
    const sieve = arrivalsFormat.open(context(log))
    const line = LINES[log]({ status: 200 }).trimEnd()
    const stamp = sieve.stamp(line)?.ms ?? 0
    expect(Math.abs(stamp - NOW.getTime())).toBeLessThan(1000)
    const other = LINES[log]({ status: 200, agent: 'Mozilla/5.0', path: '/blog' }).trimEnd()
    expect(sieve.weigh(line).rank).toBe(3)
    expect(sieve.weigh(other).rank).toBeLessThan(3)
  })

  it('by both names', () => {
    expect(logFormat('arrivals')).toBe(logFormat('arrivals-later'))
  })

  it('a log is not read ahead of the request whose line counts', () => {
    expect(['arrivals', 'arrivals-later', 'varnish-log', 'haproxy-log'].every(readsLog)).toBe(true)
    expect(['listeners', 'haproxy-config', 'toString'].some(readsLog)).toBe(false)
  })
})

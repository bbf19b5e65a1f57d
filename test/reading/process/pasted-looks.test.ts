import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadReader } from '../../../src/reading/machine/load.ts'
import { destinationReader } from '../../../src/reading/process/destination.ts'
import { readPastedDestination } from '../../../src/reading/process/pasted-destination.ts'
import { readPastedPath } from '../../../src/reading/process/pasted-path.ts'
import { pathReader } from '../../../src/reading/process/path-info.ts'
import { upstreamPlaceReader } from '../../../src/reading/process/upstream-place.ts'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

// What people type where a look of our own would have looked, as Debian 12's tools printed it.

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/process/${name}`, import.meta.url), 'utf8')
const pasted = (out: string): Capture => ({
  ...{ kind: 'look', argv: [], at: 'pasted', outcome: 'ok', exit: null, ms: 0, startedAt: '2026-11-21T05:14:00.000Z' },
  ...{ out, err: '', cut: false, timedOut: false, leftOut: '', meta: {}, pasted: true },
})
const knowing = (facts: Record<string, Value>): ReadContext => ({
  facts: new Map(Object.entries(facts)),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date('2026-11-21T05:15:00Z'),
})

describe('a path', () => {
  const THERE = '/srv/shop-pasted/run/shop.sock'
  const read = (name: string, path: string) =>
    pathReader.read(pasted(fixture(`pasted/${name}`)), knowing({ 'upstream.socket': path })).value

  it.each(['namei-there.txt', 'ls-there.txt'])('%s: it is there; whether the worker may write is not told', (name) => {
    expect(read(name, THERE)).toMatchObject({
      ...{ complete: false, exists: true, kind: 'socket', mode: '0660', owner: 'www-data', group: 'www-data' },
      ...{ writable: false, worker: '' },
    })
  })

  it.each([
    ['namei-missing.txt', '/srv/shop-pasted/run/other.sock', ''],
    ['ls-missing.txt', '/srv/shop-pasted/run/other.sock', ''],
    ['namei-missing-folder.txt', '/srv/shop-pasted/gone/shop.sock', '/srv/shop-pasted/gone'],
  ])('%s: it is not there', (name, path, stops) => {
    expect(read(name, path)).toMatchObject({ complete: true, exists: false, kind: '', stops_at: stops })
  })

  it('another path than the one asked about says nothing', () => {
    expect(read('namei-missing.txt', '/run/php/php.sock')).toMatchObject({ complete: false, exists: false })
    expect(readPastedPath(fixture('pasted/namei-missing.txt'), '')).toBeNull()
  })

  it.each([
    ['rwxr-xr-x', '0755'],
    ['rw-rw-rw-', '0666'],
    ['rwsr-Sr-T', '7744'],
    ['---------', '0000'],
  ])('rights %s are %s', (rights, mode) => {
    const line = `f: /run/a.sock\ns${rights} www-data www-data a.sock`
    expect(readPastedPath(line, '/run/a.sock')?.mode).toBe(mode)
  })

  it('never throws, whatever was pasted', () => {
    const piece = fc.constantFrom(
      'f: ',
      '/run/a.sock',
      '\n',
      'srw-rw---- ',
      'root root ',
      ' - No such file or directory',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        const value = readPastedPath(parts.join(''), '/run/a.sock')
        if (value?.exists) expect(value.complete).toBe(false)
      }),
    )
  })
})

describe('where the URL leads', () => {
  const LINE = 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))\n'

  it('a list of listeners names who holds the URL’s port', () => {
    const { value } = destinationReader.read(pasted(LINE), knowing({ 'url.port': 80n }))
    expect(value).toMatchObject({ complete: false, listening: true, local: true, pid: 811n, program: 'nginx' })
  })

  it('of netstat too', () => {
    const ports = [...fixture('netstat.txt').matchAll(/:(\d+) .*LISTEN +\d+\//g)].map(([, port]) => Number(port))
    expect(ports.length).toBeGreaterThan(0)
    for (const port of ports) expect(readPastedDestination(fixture('netstat.txt'), port)?.pid).toBeGreaterThan(0n)
  })

  it.each([
    ['another port', LINE, 443],
    ['no owner', 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:*\n', 80],
    ['other text', 'it does not work\n', 80],
    ['nothing', '', 80],
  ])('%s says nothing', (_, text, port) => {
    expect(readPastedDestination(text, port)).toBeNull()
    const { value } = destinationReader.read(pasted(text), knowing({ 'url.port': BigInt(port) }))
    expect(value).toMatchObject({ complete: false, listening: false, local: false })
  })

  it('what is not pasted is not read so', () => {
    const capture = { ...pasted(LINE), pasted: false }
    expect(destinationReader.read(capture, knowing({ 'url.port': 80n })).value.listening).toBe(false)
  })
})

describe('where the upstream’s name leads', () => {
  const read = (text: string) => upstreamPlaceReader.read(pasted(text), knowing({})).value

  it('loopback is the machine itself', () => {
    expect(read(fixture('pasted/getent-localhost.txt'))).toMatchObject({ complete: true, resolves: true, local: true })
  })

  it('whether any other address is, is not told', () => {
    const value = read(fixture('pasted/getent-other.txt'))
    expect(value).toMatchObject({ complete: false, resolves: true, local: false, addresses: ['192.0.2.7'] })
  })

  it('other text says nothing', () => {
    expect(read('it does not work')).toMatchObject({ complete: false, resolves: false, addresses: [] })
  })
})

describe('the load', () => {
  it('of /proc/loadavg with the number of nproc below', () => {
    const { value } = loadReader.read(pasted(fixture('pasted/loadavg-nproc.txt')), knowing({}))
    expect(value.complete).toBe(true)
    expect(value.cores).toBeGreaterThan(0n)
  })

  it('without a number of cores it is no measure', () => {
    expect(loadReader.read(pasted('3.54 2.30 1.20 1/234 999\n'), knowing({})).value.complete).toBe(false)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileOfTitle, fpmLines, fpmPools, fpmTime, poolAt } from '../../../src/reading/app-limit/php-fpm.ts'
import { phpFpmLimitReader } from '../../../src/reading/app-limit/php-fpm-limit.ts'
import type { Json } from '../../../src/words/json.ts'
import { context, looked } from '../process/support.ts'

const SHOP = `; Start a new pool named 'www'.
[shop]
user = www-data
listen = /run/php/$pool.sock
;request_terminate_timeout = 0
request_terminate_timeout = 90s ; reports
env[DB_PASSWORD] = "s3cret"
`
const pools = (text: string) => fpmPools(fpmLines('/p.conf', text))

describe('its files', () => {
  it('give each pool where it listens and its time, with the line', () => {
    expect(pools(SHOP)).toEqual([{ name: 'shop', listen: '/run/php/shop.sock', terminateMs: 90_000, at: '/p.conf:6' }])
  })

  it('nothing else of them is kept', () => {
    expect(JSON.stringify(fpmLines('/p.conf', SHOP))).not.toMatch(/s3cret|www-data/)
  })

  it('a pool may go on in another file, and the last value counts', () => {
    const lines = [
      ...fpmLines('/a', '[global]\nlisten = 1\n[shop]\nlisten = 9000'),
      ...fpmLines('/b', '[blog]\n[shop]'),
    ]
    const more = fpmLines('/c', '[shop]\nrequest_terminate_timeout = 1m\nrequest_terminate_timeout = "2m"')
    expect(fpmPools([...lines, ...more])).toEqual([
      { name: 'shop', listen: '9000', terminateMs: 120_000, at: '/c:3' },
      { name: 'blog', listen: '', terminateMs: 0, at: '' },
    ])
  })

  it.each([
    ['30', 30_000],
    ['0', 0],
    ['2s', 2000],
    ['3m', 180_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    [['$', '{T}'].join(''), -1],
    ['-1', -1],
    ['', -1],
  ])('the time %s', (value, ms) => {
    expect(fpmTime(value)).toBe(ms)
  })

  it.each([
    ['php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)   ', '/etc/php/8.2/fpm/php-fpm.conf'],
    ['php-fpm: pool www', ''],
    ['nginx: master process (/etc/nginx.conf)', ''],
    ['php-fpm: master process (relative.conf)', ''],
  ])('the title %s', (title, file) => {
    expect(fileOfTitle(title)).toBe(file)
  })

  it('takes anything', () => {
    fc.assert(fc.property(fc.string(), (text) => fpmPools(fpmLines('/x', text)).every(({ name }) => name !== '')))
  })
})

describe('the pool that listens there', () => {
  const three = pools(
    '[a]\nlisten = 127.0.0.1:9000\n[b]\nlisten = [::]:9001\n[c]\nlisten = /run/c.sock\n[d]\nlisten=9002',
  )
  it.each([
    [9000, '', 'a'],
    [9001, '', 'b'],
    [9002, '', 'd'],
    [0, '/run/c.sock', 'c'],
    [900, '', undefined],
    [0, '', undefined],
    [9000, '/run/x.sock', undefined],
  ])('%i %s', (port, socket, name) => {
    expect(poolAt(three, port, socket)?.name).toBe(name)
  })

  it('is none where two could be', () => {
    expect(poolAt(pools('[a]\nlisten = 10.0.0.1:9000\n[b]\nlisten = 127.0.0.1:9000'), 9000, '')).toBeUndefined()
  })
})

describe('after how long PHP-FPM ends a request', () => {
  const lines = (text: string): Json => fpmLines('/p.conf', text).map((line) => ({ ...line }))
  const read = (text: string, more: { [name: string]: Json } = {}, capture = {}) =>
    phpFpmLimitReader.read(
      looked({ whole: true, changed: '', port: 9000, socket: '', lines: lines(text), ...more }, capture),
      context(),
    ).value

  it('is what its pool says, 0 where it says nothing', () => {
    expect(read('[a]\nlisten = 9000\nrequest_terminate_timeout = 30')).toMatchObject({
      ...{ complete: true, known: true, limit_ms: 30_000n, at: '/p.conf:3', from: 'file' },
    })
    expect(read('[a]\nlisten = 9000')).toMatchObject({ known: true, limit_ms: 0n, at: '', from: 'default' })
  })

  it.each([
    ['a file that is younger', { changed: '/p.conf' }, '/p.conf was changed after PHP-FPM started'],
    ['a file that could not be read', { whole: false }, 'not all files'],
    ['another pool', { port: 9001 }, 'which of its pools'],
  ])('is not known for %s', (_, more, why) => {
    const value = read('[a]\nlisten = 9000', more)
    expect(value).toMatchObject({ known: false, complete: false, limit_ms: -1n })
    expect(value.why).toContain(why)
  })

  it('is not known where it is no time, of half a look, or of anything else', () => {
    expect(read('[a]\nlisten = 9000\nrequest_terminate_timeout = x')).toMatchObject({ known: false })
    expect(read('[a]\nlisten = 9000', {}, { timedOut: true })).toMatchObject({ known: false })
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(phpFpmLimitReader.read(looked(raw as Json), context()).value.known).toBe(false)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { doorsReader } from '../../../src/reading/process/doors.ts'
import { context, printed } from './support.ts'

const row = (address: string, port: number, users: [string, number][]) =>
  `LISTEN 0 511 ${address}:${port} 0.0.0.0:* users:(${users.map(([name, pid]) => `("${name}",pid=${pid},fd=6)`).join(',')})`

const read = (rows: string[], port = 80n, more = {}) =>
  doorsReader.read(printed('ss -ltnpH', `${rows.join('\n')}\n`, more), context({ 'url.port': port })).value

describe('who could be the gateway', () => {
  it('each process at the port that is most like a site, the likeliest first', () => {
    const { doors, complete } = read([
      row('127.0.0.1', 8404, [['haproxy', 41]]),
      row('0.0.0.0', 8080, [['haproxy', 41]]),
      row('0.0.0.0', 22, [['sshd', 7]]),
      row('0.0.0.0', 443, [['caddy', 50]]),
      row('[::]', 80, [
        ['apache2', 61],
        ['apache2', 60],
      ]),
    ])
    expect(complete).toBe(true)
    expect(doors).toEqual([
      { program: 'apache2', pid: 60n, port: 80n, host: '::1', scheme: 'http', open: true },
      { program: 'caddy', pid: 50n, port: 443n, host: '127.0.0.1', scheme: 'https', open: true },
      { program: 'haproxy', pid: 41n, port: 8080n, host: '127.0.0.1', scheme: 'http', open: true },
      { program: 'sshd', pid: 7n, port: 22n, host: '127.0.0.1', scheme: 'http', open: true },
    ])
  })

  it("the URL's own port before any other", () => {
    const { doors } = read([row('0.0.0.0', 80, [['haproxy', 41]]), row('0.0.0.0', 9000, [['haproxy', 41]])], 9000n)
    expect(doors).toMatchObject([{ port: 9000n }])
  })

  it('what only this machine reaches comes last', () => {
    const { doors } = read([
      row('127.0.0.1', 80, [['varnishd', 20]]),
      row('10.0.0.5', 6081, [['varnishd', 20]]),
      row('127.0.0.1', 3000, [['node', 30]]),
    ])
    expect(doors).toMatchObject([
      { program: 'varnishd', port: 6081n, host: '10.0.0.5' },
      { program: 'node', port: 3000n },
    ])
  })

  it('an owner that is hidden is no door, and makes the list incomplete', () => {
    expect(read(['LISTEN 0 511 0.0.0.0:80 0.0.0.0:*'])).toEqual({ complete: false, doors: [] })
  })

  it('nothing of a command that failed', () => {
    expect(read([], 80n, { exit: 1 })).toEqual({ complete: false, doors: [] })
  })
})

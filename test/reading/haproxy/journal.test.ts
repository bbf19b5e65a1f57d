import { describe, expect, it } from 'vitest'
import { haproxyLogReader } from '../../../src/reading/haproxy/log.ts'
import { asked, look } from './support.ts'

// HAProxy logs to /dev/log, and systemd's journal is behind it: `journalctl -o json`.
const context = {
  ...asked('http://127.0.0.1/checkout', { 'config.frontend': 'web', 'config.backend': 'shop', 'window.seconds': 900n }),
  requests: [
    { startedAt: new Date('2026-11-21T10:00:05.000Z'), endedAt: new Date('2026-11-21T10:00:06.100Z'), status: 503 },
  ],
  now: new Date('2026-11-21T10:00:04.000Z'),
}

/** An entry of the journal, written when its request ended. */
function entry(message: string, atMs: number, more = {}) {
  return JSON.stringify({
    __CURSOR: 's=1',
    _SYSTEMD_UNIT: 'haproxy.service',
    _CMDLINE: '/usr/sbin/haproxy --secret hunter2',
    SYSLOG_IDENTIFIER: 'haproxy',
    __REALTIME_TIMESTAMP: String(atMs * 1000),
    MESSAGE: message,
    ...more,
  })
}

const OURS_AT = Date.UTC(2026, 10, 21, 10, 0, 5, 10)
/** A line of a request that was accepted at `hour`:00:05.010 of HAProxy's clock. */
const line = (hour: string, minute = '00') =>
  `127.0.0.1:5000 [21/Nov/2026:${hour}:${minute}:05.010] web shop/app1 0/0/-1/-1/1003 503 217 - - SC-- 1/1/0/0/1 0/0 "GET /checkout HTTP/1.1"`

function read(lines: string[], more = {}) {
  const { out = '' } = haproxyLogReader.keep?.(lines.join('\n')) ?? {}
  return haproxyLogReader.read(
    look(out, {}, { kind: 'run', exit: 0, startedAt: '2026-11-21T10:00:07.000Z', ...more }),
    context,
  )
}

describe('the journal', () => {
  it.each([
    ['UTC', '10', '00'],
    ['an hour east', '11', '00'],
    ['five hours and a half east', '15', '30'],
    ['eight hours west', '02', '00'],
  ])('knows when a line was written, and so the zone of its stamp: %s', (_, hour, minute) => {
    const { value, dark } = read([entry(line(hour, minute), OURS_AT + 1003)])
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      ours: { found: true, at: new Date(OURS_AT), signature: 'connect-refused' },
    })
  })

  it('tells of health too, and of nothing else', () => {
    const down =
      'Server shop/app1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms.'
    const text = [
      entry('Proxy web started. hunter2', OURS_AT - 9000),
      entry(down, OURS_AT - 5000),
      entry(line('10'), OURS_AT + 1003),
    ]
    const { value } = read(text)
    expect(value.health).toMatchObject([{ server: 'app1', up: false, signature: 'check-refused' }])
    expect(haproxyLogReader.keep?.(text.join('\n')).out).not.toContain('hunter2')
  })

  it('leaves plain lines of a file as they are', () => {
    expect(haproxyLogReader.keep?.('Nov 21 10:00:00 vm haproxy[1]: x\n')).toEqual({
      out: 'Nov 21 10:00:00 vm haproxy[1]: x\n',
      leftOut: '',
    })
  })

  it.each([
    ['is empty', [], {}, 'no entry of HAProxy'],
    ['could not be asked', [], { outcome: 'blind', why: 'no-permission', says: 'closed' }, 'closed'],
    ['was not read to its end', [entry(line('10'), OURS_AT + 1003)], { cut: true }, 'not be read to its end'],
    ['ended with an error', [entry(line('10'), OURS_AT + 1003)], { exit: 1 }, 'not be read to its end'],
    ['holds torn entries only', [entry('x', OURS_AT).slice(0, -20)], {}, 'no entry of HAProxy'],
    [
      'holds more than was asked for',
      Array.from({ length: 1000 }, () => entry(line('10'), OURS_AT + 1003)),
      {},
      'only the last 1000',
    ],
  ])('proves nothing by absence where it %s', (_, lines, more, says) => {
    const { value, dark } = read(lines, more)
    expect(value.complete).toBe(false)
    expect(dark.map((each) => each.says).join('\n')).toContain(says)
  })
})

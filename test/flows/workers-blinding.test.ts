import { describe, expect, it } from 'vitest'
import { CONFIDENCES } from '../../src/words/vocabulary.ts'
import { SLOW } from './faults.ts'
import { type Answer, clock, exchange, nginxPage, SILENT } from './http.ts'
import { blind, cut, late } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { appLog, LOG, listenerWorkers, protocol, written } from './workers.ts'
import { config, diagnose, HEALTHY, type Seen, type World } from './world.ts'

// Of a pool too, whoever sees less is never surer: each fault again with each of its looks blinded in turn.

const line = (message: string) => errorLog([errorLine(message, { upstream: 'fastcgi://127.0.0.1:3000' })])
const BASE: Partial<World> = {
  config: config('location / { fastcgi_pass 127.0.0.1:3000; fastcgi_read_timeout 2s; }'),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'php-fpm8.2', 4242)),
  listenerWorkers: listenerWorkers({ held: [0, 0] }),
  written: written(LOG),
  protocol: protocol('fastcgi'),
}
const CLOSED: Partial<World> = { ...BASE, request: exchange(nginxPage(502)), errorLog: line(MESSAGES.reset) }
const LATE: Partial<World> = { ...BASE, request: exchange(nginxPage(504, 2000)), errorLog: line(MESSAGES.readTimeout) }
const says = (text: string) => appLog([{ at: clock(1), says: text }])

const FAULTS: [string, Partial<World>, string][] = [
  [
    'all are busy',
    {
      ...LATE,
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'php-fpm8.2', 4242, 2)),
      listenerWorkers: listenerWorkers({ held: [1, 1], waiting: 2 }),
      appLog: says('[pool www] server reached pm.max_children setting (2), consider raising it'),
    },
    'workers-exhausted',
  ],
  ['a slow script', { ...LATE, listenerWorkers: listenerWorkers({ held: [1, 0] }) }, 'slow-app'],
  [
    'ended for its time',
    {
      ...CLOSED,
      appLog: says(`[pool www] child 7, script '/a.php' (request: "GET /") execution timed out (3.1 sec), terminating`),
    },
    'worker-timeout',
  ],
  [
    'ended by a fault',
    { ...CLOSED, appLog: says('[pool www] child 77 exited on signal 11 (SIGSEGV) after 2.1 seconds from start') },
    'crashed-mid-response',
  ],
  [
    'ended by a kill',
    { ...CLOSED, appLog: says('[pool www] child 77 exited on signal 9 (SIGKILL) after 2.1 seconds from start') },
    'crashed-mid-response',
  ],
  [
    'the other protocol',
    {
      ...CLOSED,
      errorLog: line(
        'upstream sent unsupported FastCGI protocol version: 72 while reading response header from upstream',
      ),
      protocol: protocol('http'),
    },
    'protocol-mismatch',
  ],
  [
    'workers that end as they start',
    {
      ...SLOW,
      direct: exchange(SILENT),
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'gunicorn', 4242, 1)),
      listenerWorkers: listenerWorkers({ waiting: 1 }),
      written: written('/var/log/shop/error.log'),
      appLog: appLog(
        Array.from({ length: 8 }, (_, n) => ({ at: clock(n - 8), says: `Booting worker with pid: ${n + 50}` })),
      ),
    },
    'crash-loop',
  ],
]

const BLINDED: [string, (answer: Answer) => Answer][] = [
  ['no-permission', () => blind('no-permission')],
  ['timed-out', (answer) => late(answer)],
  ['cut', (answer) => cut(answer)],
]

const rank = ({ judged: { verdict } }: Seen): number =>
  verdict ? CONFIDENCES.indexOf(verdict.assessment.confidence) : CONFIDENCES.length

describe.each(FAULTS)('%s', (_, parts, cause) => {
  it('is no surer with any of its looks blinded, and never sure of something else', async () => {
    const world: World = { ...HEALTHY, ...parts }
    const full = await diagnose(parts)
    expect(full.short).toBe(`${cause} confirmed`)
    for (const part of new Set(full.asked)) {
      for (const [how, blinded] of BLINDED) {
        const seen = await diagnose({ ...parts, [part]: blinded(world[part]) })
        const told = `${part}, ${how}: ${full.short} became ${seen.short}\n${seen.path.join('\n')}`
        expect(rank(seen), told).toBeGreaterThanOrEqual(rank(full))
        if (rank(seen) === 0) expect(seen.judged.verdict?.node.cause, told).toBe(cause)
        expect(seen.judged.outcome, told).not.toBe('healthy')
      }
    }
  })

  it('is the same when every look is made that can be', async () => {
    const [some, all] = [await diagnose(parts), await diagnose(parts, { sweep: true })]
    expect(all.short).toBe(some.short)
  })
})

it.each(FAULTS.filter(([name]) => name.startsWith('ended')))(
  '%s: what nginx did not see is not certain',
  async (_, parts) => {
    const seen = await diagnose({ ...parts, errorLog: errorLog([]) })
    expect(rank(seen), `${seen.short}\n${seen.path.join('\n')}`).toBeGreaterThan(0)
  },
)

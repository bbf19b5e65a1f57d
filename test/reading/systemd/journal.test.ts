import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { journalReader } from '../../../src/reading/systemd/journal.ts'
import { NEVER } from '../../../src/words/value.ts'
import { life } from './journal-lines.ts'
import { context, fixture, printed } from './support.ts'

const COMMAND = 'journalctl -u x.service -o json -n 500 --no-pager'
const reading = (out: string, more = {}) => journalReader.read(printed(COMMAND, out, more), context())
const read = (out: string, more = {}) => reading(out, more).value
const captured = (name: string) => fixture(`systemd/journal-${name}`)

describe('the journal of a unit that failed', () => {
  it.each([
    ['shop-module', 'crash-on-start', 'node-module-missing', "Error: Cannot find module 'express'"],
    ['shop@3007', 'crash-on-start', 'node-module-missing', "Error: Cannot find module 'express'"],
    ['shop-variable', 'crash-on-start', 'python-key-missing', "KeyError: 'DATABASE_URL'"],
    ['shop-busy', 'port-in-use', 'node-port-in-use', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3009'],
    // The child of systemd writes before systemd says `Started`: it is the same run.
    [
      'shop-exec',
      'crash-on-start',
      'systemd-no-executable',
      'shop-exec.service: Failed to locate executable /opt/shop/bin/server: No such file or directory',
    ],
    [
      'shop-user',
      'crash-on-start',
      'systemd-no-user',
      'shop-user.service: Failed to determine user credentials: No such process',
    ],
    [
      'shop-chdir',
      'crash-on-start',
      'systemd-no-folder',
      'shop-chdir.service: Changing to the requested working directory failed: No such file or directory',
    ],
    [
      'shop-notify',
      'crash-on-start',
      'systemd-start-timeout',
      'shop-notify.service: start operation timed out. Terminating.',
    ],
    ['shop-watchdog', 'app-hung', 'systemd-watchdog', 'shop-watchdog.service: Watchdog timeout (limit 2s)!'],
    [
      'shop-heap',
      'crashed-mid-response',
      'node-heap-limit',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ],
  ])('%s: %s', (name, cause, signature, reason) => {
    const value = read(captured(`${name}.jsonl`))
    expect(value).toMatchObject({
      complete: true,
      reason_found: true,
      reason_cause: cause,
      reason_signature: signature,
      reason,
    })
    expect(value.reason_at >= value.first && value.reason_at <= value.last).toBe(true)
    expect(value).toMatchObject({ starts: 1n })
    expect(value.exited_at > NEVER).toBe(true)
  })

  it('whichever of the child and systemd was the first to write', () => {
    const lines = captured('shop-user.jsonl').trim().split('\n')
    expect(read(lines.reverse().join('\n')).reason_signature).toBe('systemd-step-failed')
    const exited = lines.findIndex((line) => line.includes('Main process exited'))
    expect(read([...lines.splice(exited, 1), ...lines].join('\n')).reason_signature).toBe('systemd-step-failed')
  })

  it('in full', () => {
    const { value, dark, lines } = reading(captured('shop-module.jsonl'))
    expect(value).toEqual({
      complete: true,
      entries: 23n,
      first: new Date('2026-11-21T04:22:56.530Z'),
      last: new Date('2026-11-21T04:22:56.567Z'),
      reason_found: true,
      reason_at: new Date('2026-11-21T04:22:56.563Z'),
      reason: "Error: Cannot find module 'express'",
      reason_signature: 'node-module-missing',
      reason_cause: 'crash-on-start',
      listens_found: false,
      listens_at: NEVER,
      listens_port: 0n,
      listens_socket: '',
      last_line: "Error: Cannot find module 'express'",
      started_at: new Date('2026-11-21T04:22:56.530Z'),
      exited_at: new Date('2026-11-21T04:22:56.567Z'),
      exited_with: 'status 1',
      exited_in_order: false,
      starts: 1n,
    })
    expect(dark).toEqual([])
    expect(lines).toEqual([
      "Error: Cannot find module 'express'",
      'shop-module.service: Main process exited, code=exited, status=1/FAILURE',
    ])
  })

  it('for memory, on a host that does not say so: no reason, the kernel must be asked', () => {
    expect(read(captured('shop-oom.jsonl'))).toMatchObject({ complete: true, reason_found: false, listens_port: 3008n })
  })

  it('in a loop: every start counts, and giving up is no reason', () => {
    expect(read(captured('shop-limit.jsonl'))).toMatchObject({ starts: 5n, reason_found: false })
    expect(read(captured('shop-loop.jsonl'))).toMatchObject({ starts: 3n, reason_cause: 'crash-on-start' })
  })

  it('in words that nobody knows: the last line, and no reason', () => {
    expect(read(captured('shop-own-words.jsonl'))).toMatchObject({
      ...{ complete: true, reason_found: false, reason: '', reason_at: NEVER },
      last_line: 'the catalogue has no products',
    })
  })
})

describe('the journal of a unit that did not fail', () => {
  it('stopped by somebody', () => {
    const value = read(captured('shop-stopped.jsonl'))
    expect(value).toMatchObject({
      complete: true,
      reason_found: false,
      starts: 1n,
      listens_found: true,
      listens_port: 3005n,
    })
    expect(value.exited_at).toEqual(new Date('2026-11-21T04:22:56.510Z'))
  })

  it('running', () => {
    expect(read(captured('shop-well.jsonl'))).toMatchObject({
      ...{ complete: true, reason_found: false, exited_at: NEVER, listens_port: 3009n },
      last_line: 'listening on http://127.0.0.1:3009',
    })
  })
})

describe('which run a reason belongs to', () => {
  const failedThenWell =
    captured('shop-module.jsonl') + captured('shop-well.jsonl').replaceAll('17952349754', '17952349774')

  it('not to a later one that settled', () => {
    expect(read(failedThenWell)).toMatchObject({ reason_found: false, starts: 2n, listens_port: 3009n })
  })

  it('still the failed one while the next has only just begun: it may fail the same way', () => {
    const startedAt = '2026-11-21T04:22:59.000Z'
    expect(read(failedThenWell, { startedAt })).toMatchObject({ reason_found: true, reason_cause: 'crash-on-start' })
  })

  it('not to an earlier one than a stop', () => {
    expect(read(captured('shop-module.jsonl') + captured('shop-stopped.jsonl')).reason_found).toBe(false)
  })

  it('the last of several', () => {
    const value = read(captured('shop-module.jsonl') + captured('shop-busy.jsonl'))
    expect(value).toMatchObject({ reason_cause: 'port-in-use', starts: 2n })
  })

  it('told by words alone, without ids', () => {
    const text = captured('short-iso-shop-module.txt')
    expect(read(text)).toMatchObject({ complete: true, reason_cause: 'crash-on-start', starts: 1n, entries: 23n })
    const well =
      '2026-11-21T04:23:00+0000 lab systemd[1]: Started shop-module.service - Shop (missing module).\n' +
      '2026-11-21T04:23:01+0000 lab node[191]: listening on http://127.0.0.1:3001\n'
    expect(read(text + text)).toMatchObject({ starts: 2n, reason_found: true })
    expect(read(text + well)).toMatchObject({ starts: 2n, reason_found: false, listens_port: 3001n })
  })

  it('an error long before the end of a run is not why it ended', () => {
    const line = (seconds: number, words: string) =>
      `2026-11-21T04:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}+0000 lab ${words}\n`
    const run =
      line(0, 'systemd[1]: Started shop.service - Shop.') +
      line(1, 'node[7]: listening on :3000') +
      line(400, "python3[7]: KeyError: 'size'") +
      line(900, 'systemd[1]: shop.service: Main process exited, code=killed, status=9/KILL') +
      line(900, "systemd[1]: shop.service: Failed with result 'signal'.")
    expect(read(run)).toMatchObject({ reason_found: false })
    expect(read(run.replace('04:06:40', '04:14:59'))).toMatchObject({ reason_cause: 'crashed-mid-response' })
  })
})

describe('an app’s own log, as text', () => {
  const log = (lines: string[], more = {}) =>
    read(lines.join('\n'), { kind: 'log', exit: null, meta: { zone_minutes: 0 }, ...more })

  it('gunicorn 20.1 whose app cannot be imported', () => {
    const value = log([
      '[2026-11-21 04:21:49 +0000] [3402] [INFO] Starting gunicorn 20.1.0',
      '[2026-11-21 04:21:49 +0000] [3402] [INFO] Listening at: http://127.0.0.1:38112 (3402)',
      '[2026-11-21 04:21:49 +0000] [3403] [INFO] Booting worker with pid: 3403',
      '[2026-11-21 04:21:49 +0000] [3403] [ERROR] Exception in worker process',
      'Traceback (most recent call last):',
      '    import nosuchmod',
      "ModuleNotFoundError: No module named 'nosuchmod'",
      '[2026-11-21 04:21:49 +0000] [3403] [INFO] Worker exiting (pid: 3403)',
      '[2026-11-21 04:21:49 +0000] [3402] [INFO] Reason: Worker failed to boot.',
    ])
    expect(value).toMatchObject({ reason_signature: 'python-module-missing', listens_port: 38112n, starts: 0n })
    expect(value.reason_at).toEqual(new Date('2026-11-21T04:21:49Z'))
  })

  it('Go says that it listens before it tries', () => {
    const lines = [
      '2026/11/21 04:21:46 listening on :38111',
      '2026/11/21 04:21:46 listen tcp :38111: bind: address already in use',
    ]
    expect(log(lines)).toMatchObject({ reason_cause: 'port-in-use', listens_port: 38111n })
  })

  it('Apache says in the line after which file is gone', () => {
    const { app, starting, failed } = life('a')
    const lines = [
      starting(0),
      app(0.1, 'AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf:'),
      app(0.1, "SSLCertificateFile: file '/etc/ssl/shop.pem' does not exist or is empty"),
      app(0.1, "Action 'start' failed."),
      failed(0.2),
    ]
    const whole =
      "AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf: SSLCertificateFile: file '/etc/ssl/shop.pem' does not exist or is empty"
    expect(read(lines.join('\n')).reason).toBe(whole)
    // What comes much later is not its other half, and the manager's words are nobody's.
    expect(read([...lines.slice(0, 2), failed(0.2)].join('\n')).reason).toMatch(/shop\.conf:$/)
    expect(read([...lines.slice(0, 2), app(9, 'well'), failed(9)].join('\n')).reason).toMatch(/shop\.conf:$/)
  })

  it('a named error before one that only begins like any', () => {
    const lines = [
      "2026/11/21 04:21:46 Error: Cannot find module 'express'",
      '2026/11/21 04:21:47 Error: shutting down',
    ]
    expect(log(lines).reason).toContain("Cannot find module 'express'")
  })

  it('what came before it listened again is over', () => {
    const lines = [
      "2026-11-20 09:00:00 +0000 Error: Cannot find module 'express'",
      '2026-11-20 09:05:00 +0000 listening on :3000',
    ]
    expect(log(lines)).toMatchObject({ reason_found: false, listens_port: 3000n })
  })

  it('PHP-FPM 8.2: stamps without a zone are read in the host’s', () => {
    const line =
      '[21-Nov-2026 04:19:38] WARNING: [pool www] child 1441, script \'/srv/shop/slow.php\' (request: "GET /slow.php") execution timed out (2.608704 sec), terminating'
    const value = log([line], { meta: { zone_minutes: 60 } })
    expect(value).toMatchObject({
      complete: true,
      reason_cause: 'worker-timeout',
      reason_at: new Date('2026-11-21T03:19:38Z'),
    })
    expect(log([line], { meta: {} })).toMatchObject({ complete: false, reason_cause: 'worker-timeout' })
  })
})

describe('what proves that nothing was said', () => {
  it('no entry proves nothing', () => {
    expect(read('')).toMatchObject({ complete: false, entries: 0n, first: NEVER })
    expect(read('-- No entries --\n')).toMatchObject({ complete: false, entries: 0n })
  })

  it.each([
    [
      'another user’s journal',
      { err: 'Hint: You are currently not seeing messages from other users and the system.\n' },
    ],
    ['no permission', { exit: 1, err: 'No journal files were opened due to insufficient permissions.\n' }],
    ['a failure', { exit: 1 }],
    ['cut', { cut: true }],
    ['out of time', { timedOut: true }],
    ['pasted', { pasted: true }],
  ])('%s: seen counts, absent does not', (_, more) => {
    const { value, dark } = reading(captured('shop-module.jsonl'), more)
    expect(value).toMatchObject({ complete: false, reason_found: true })
    expect(dark).toHaveLength(1)
  })

  it('as many entries as were asked for, and no start among them', () => {
    const tail = captured('shop-module.jsonl').split('\n').slice(5).join('\n')
    const shown = (n: number) => journalReader.read(printed(`journalctl -u x -n ${n}`, tail), context()).value.complete
    expect([shown(18), shown(19)]).toEqual([false, true])
  })

  it('a torn last line is left out', () => {
    const whole = captured('shop-well.jsonl')
    expect(read(whole + captured('shop-module.jsonl').slice(0, 400))).toEqual(read(whole))
  })
})

describe('entries of every kind', () => {
  const entry = (fields: object) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: '1795234976530000', _SYSTEMD_UNIT: 'x.service', ...fields })

  it('bytes, several values, nothing, control characters', () => {
    const bytes = [...Buffer.from("KeyError: 'é'")]
    expect(read(entry({ MESSAGE: bytes })).reason).toBe("KeyError: 'é'")
    expect(read(entry({ MESSAGE: ["KeyError: 'a'", 'b'] })).reason).toBe("KeyError: 'a'")
    expect(read(entry({ MESSAGE: null }))).toMatchObject({ entries: 1n, last_line: '' })
    expect(read(entry({ MESSAGE: '\u001b[31mpanic: no\u202e more\u0007' })).reason).toBe('panic: no more')
  })

  it('an app that logs JSON of its own', () => {
    const value = read('{"level":"error","msg":"Error: Cannot find module \'x\'"}\n')
    expect(value).toMatchObject({ entries: 1n, reason_found: true, reason_at: NEVER })
  })

  it('of a user’s own manager', () => {
    const id = 'a'.repeat(32)
    const lines = [
      entry({
        USER_UNIT: 'x.service',
        USER_INVOCATION_ID: id,
        MESSAGE: 'Started x.',
        MESSAGE_ID: '39f53479d3a045ac8e11786248231fbf',
      }),
      entry({ _SYSTEMD_UNIT: 'user@1000.service', _SYSTEMD_INVOCATION_ID: 'b'.repeat(32), MESSAGE: "KeyError: 'A'" }),
      entry({
        USER_UNIT: 'x.service',
        USER_INVOCATION_ID: id,
        MESSAGE: "x.service: Failed with result 'exit-code'.",
        MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c',
      }),
    ]
    expect(read(lines.join('\n'))).toMatchObject({ starts: 1n, reason: "KeyError: 'A'" })
  })

  it('anything at all', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...captured('shop-module.jsonl').split('\n'), ...captured('short-shop-module.txt').split('\n')),
      fc.json().map((json) => `{"__REALTIME_TIMESTAMP":${json},"MESSAGE":${json},"UNIT":${json}}`),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const value = read(lines.join('\n'))
        expect(Number.isNaN(value.first.getTime() + value.last.getTime() + value.reason_at.getTime())).toBe(false)
        expect(value.reason_found).toBe(value.reason_signature !== '')
      }),
    )
  })
})

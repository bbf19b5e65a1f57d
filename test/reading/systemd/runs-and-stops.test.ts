import { describe, expect, it } from 'vitest'
import { journalReader } from '../../../src/reading/systemd/journal.ts'
import { NEVER } from '../../../src/words/value.ts'
import { life, moment } from './journal-lines.ts'
import { context, printed } from './support.ts'

/** What the journal says, read `seconds` after its start. */
const readAt = (seconds: number, lines: readonly string[]) =>
  journalReader.read(
    printed('journalctl -u shop.service -o json', `${lines.join('\n')}\n`, {
      startedAt: moment(seconds).toISOString(),
    }),
    context(moment(seconds)),
  ).value

const MISSING = "Error: Cannot find module 'express'"
const TAKEN = 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000'

/** A start that fails within four seconds. */
function failing(run: string, at: number, message = MISSING): string[] {
  const it = life(run)
  return [it.started(at), it.app(at + 2, message), it.exited(at + 4), it.failed(at + 4)]
}

describe('how long the next run must live before the failed one is over', () => {
  const next = life('2')
  const restarted = [...failing('1', 0), life('1').restart(10, 1), next.started(10)]
  const served = [...restarted, next.app(11, 'listening on :3000')]

  it.each([
    ['one second in: it may fail the same way', 11, restarted, true],
    ['nine seconds in', 19, restarted, true],
    ['ten seconds in: it outlived the failed one twice over', 20, restarted, false],
    ['it listens, for less than ten seconds', 15, served, true],
    ['it listens, ten seconds after its start', 20, served, false],
  ])('%s', (_, seconds, lines, stands) => {
    expect(readAt(seconds, lines)).toMatchObject({ starts: 2n, reason_found: stands, reason: stands ? MISSING : '' })
  })

  /** Dies of a heap limit an hour in, and is started again at once. */
  const first = life('1')
  const slow = [
    first.started(0),
    first.app(1, 'listening on :3000'),
    first.app(3600, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
    first.exited(3601, 'code=killed, status=6/ABRT'),
    first.failed(3601, 'signal'),
    first.restart(3602, 1),
    next.started(3602),
  ]

  it.each([
    ['five minutes after', 3602 + 300, slow, true],
    ['a quarter of an hour after: no run is waited for longer', 3602 + 900, slow, false],
    ['ten seconds after, when it listens again', 3602 + 10, [...slow, next.app(3603, 'listening on :3000')], false],
  ])('a leak that needs an hour: %s', (_, seconds, lines, stands) => {
    expect(readAt(seconds, lines).reason_cause).toBe(stands ? 'crashed-mid-response' : '')
  })
})

describe('what somebody stopped has no reason', () => {
  const run = life('1')

  it.each([
    [
      'an app that obeys',
      [run.started(0), run.app(1, 'listening on :3000'), run.stopping(60), run.succeeded(61), run.stopped(61)],
    ],
    [
      'an app that errs on its way out',
      [
        run.started(0),
        run.stopping(60),
        run.app(60, 'Error: connect ECONNREFUSED 127.0.0.1:5432'),
        run.exited(61),
        run.failed(61),
        run.stopped(61),
      ],
    ],
    [
      'an app that has to be killed',
      [
        run.started(0),
        run.app(1, 'panic: not the reason'),
        run.stopping(60),
        run.manager(150, "shop.service: State 'stop-sigterm' timed out. Killing."),
        run.manager(150, 'shop.service: Killing process 4242 (node) with signal SIGKILL.'),
        run.exited(150, 'code=killed, status=9/KILL'),
        run.failed(150, 'timeout'),
        run.stopped(150),
      ],
    ],
  ])('%s', (_, lines) => {
    const value = readAt(600, lines)
    expect(value).toMatchObject({ complete: true, starts: 1n, reason_found: false, reason_at: NEVER })
    expect(value.exited_at > moment(59)).toBe(true)
  })

  it('also where the run before the stop had failed', () => {
    const again = life('2')
    const lines = [...failing('1', 0), again.started(10), again.stopping(20), again.succeeded(21), again.stopped(21)]
    expect(readAt(22, lines)).toMatchObject({ starts: 2n, reason_found: false, exited_at: moment(21) })
  })

  it('and a run after it that fails has its own', () => {
    const lines = [run.started(0), run.stopping(60), run.succeeded(61), run.stopped(61), ...failing('2', 70, TAKEN)]
    expect(readAt(100, lines)).toMatchObject({ starts: 2n, reason_cause: 'port-in-use', reason_at: moment(72) })
  })

  it('a failure before `Stopping` is no stop: systemd stops what has failed already', () => {
    expect(readAt(100, [...failing('1', 0), run.stopping(50), run.stopped(51)])).toMatchObject({
      reason_found: true,
      reason: MISSING,
      exited_at: moment(4),
    })
  })
})

describe('a loop', () => {
  const loop = (count: number, message: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => {
      const it = life(`${n + 1}`)
      return [
        it.started(n * 5),
        it.app(n * 5 + 1, message(n)),
        it.exited(n * 5 + 2),
        it.failed(n * 5 + 2),
        // systemd 252 counts the restart to the run that ended, and says that it stopped it.
        it.restart(n * 5 + 5, n + 1),
        it.stopped(n * 5 + 5),
      ]
    }).flat()
  const gaveUp = [
    life('5').manager(26, 'shop.service: Start request repeated too quickly.'),
    life('5').failed(26),
    life('5').manager(26, 'Failed to start shop.service - Shop.', 'be02cf6855d2428ba40df7e9d022f03d'),
  ]

  it('counts every start, and has the reason of the last', () => {
    expect(
      readAt(
        60,
        loop(5, (n) => `Error: attempt ${n} found no configuration`),
      ),
    ).toMatchObject({
      ...{ starts: 5n, reason: 'Error: attempt 4 found no configuration', reason_at: moment(21) },
      ...{ started_at: moment(20), exited_at: moment(22), reason_cause: 'crash-on-start' },
    })
  })

  it('that systemd gave up on keeps the reason: giving up is none, and no start', () => {
    expect(readAt(60, [...loop(5, () => MISSING), ...gaveUp])).toMatchObject({
      ...{ starts: 5n, reason: MISSING, reason_signature: 'node-module-missing', reason_at: moment(21) },
    })
  })

  it('that the restarts lead into a working start is over', () => {
    const well = life('8')
    const lines = [...loop(3, () => TAKEN), well.started(15), well.app(16, 'listening on :3000')]
    expect(readAt(16, lines)).toMatchObject({ starts: 4n, reason_cause: 'port-in-use' })
    expect(readAt(60, lines)).toMatchObject({ starts: 4n, reason_found: false, listens_port: 3000n })
  })
})

describe('which of several lines is the reason', () => {
  const dying = (...messages: string[]) => {
    const run = life('1')
    return readAt(60, [run.started(0), ...messages.map((message) => run.app(2, message)), run.exited(4), run.failed(4)])
  }

  it.each([
    ['the port that is taken, not the module error before it', [MISSING, TAKEN], TAKEN],
    ['and not the one after it', [TAKEN, MISSING], TAKEN],
    [
      'a full disk before whatever it led to',
      ['Error: ENOSPC: no space left on device, write', 'Error: could not save', MISSING],
      'Error: ENOSPC: no space left on device, write',
    ],
    [
      'too many open files before the refused database',
      ["Error: EMFILE: too many open files, open '/dev/null'", 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
      "Error: EMFILE: too many open files, open '/dev/null'",
    ],
    ['the error with a name before the one that says only `Error:`', [MISSING, 'Error: giving up'], MISSING],
    ['of two alike the last', ["KeyError: 'FIRST'", "KeyError: 'SECOND'"], "KeyError: 'SECOND'"],
    [
      'the app’s own words before its supervisor’s',
      ["ModuleNotFoundError: No module named 'flask'", 'Worker failed to boot.', 'Exception in worker process'],
      "ModuleNotFoundError: No module named 'flask'",
    ],
  ])('%s', (_, messages, reason) => {
    expect(dying(...messages).reason).toBe(reason)
  })

  it('what nobody knows is the last line, and no reason', () => {
    expect(dying('the till is jammed', 'fatal: no coins')).toMatchObject({
      ...{ reason_found: false, last_line: 'fatal: no coins' },
    })
  })

  it('frames of a stack are never the last line', () => {
    expect(
      dying('TypeError: x is not a function', '    at main (/srv/shop/server.js:3:1)', 'Node.js v24.1.0', '}', '')
        .last_line,
    ).toBe('TypeError: x is not a function')
  })

  it('what was said long before the end is not why it ended', () => {
    const run = life('1')
    const lines = (said: number) => [
      run.started(0),
      run.app(said, 'Error: connect ECONNREFUSED 127.0.0.1:5432'),
      run.exited(600),
      run.failed(600),
    ]
    expect(readAt(700, lines(539)).reason_found).toBe(false)
    expect(readAt(700, lines(540)).reason_cause).toBe('third-party')
  })
})

describe('how systemd itself says why', () => {
  const ending = (...lines: [message: string, id?: string][]) => {
    const run = life('1')
    return readAt(60, [run.started(0), ...lines.map(([message, id]) => run.manager(3, message, id)), run.failed(4)])
  }
  const EXITED = '98e322203f7a4ed290d09fe03c09fe15'

  // Wordings of systemd 252; those in test/fixtures/systemd were captured.
  it.each([
    [
      'systemd-no-executable',
      'crash-on-start',
      'shop.service: Failed to locate executable /opt/shop/bin/server: No such file or directory',
    ],
    ['systemd-no-user', 'crash-on-start', 'shop.service: Failed to determine user credentials: No such process'],
    [
      'systemd-no-folder',
      'crash-on-start',
      'shop.service: Changing to the requested working directory failed: No such file or directory',
    ],
    [
      'systemd-no-environment-file',
      'crash-on-start',
      'shop.service: Failed to load environment files: No such file or directory',
    ],
    [
      'systemd-step-failed',
      'crash-on-start',
      'shop.service: Failed at step NAMESPACE spawning /usr/bin/node: No such file or directory',
    ],
    [
      'systemd-bad-setting',
      'crash-on-start',
      'shop.service: Unit configuration has fatal error, unit will not be started.',
    ],
    ['systemd-start-timeout', 'crash-on-start', 'shop.service: start operation timed out. Terminating.'],
    ['systemd-watchdog', 'app-hung', 'shop.service: Watchdog timeout (limit 30s)!'],
    ['systemd-watchdog', 'app-hung', 'shop.service: Watchdog timeout (limit 1min 30s)!'],
    ['systemd-oom', 'oom-killed', 'shop.service: A process of this unit has been killed by the OOM killer.'],
    ['systemd-oomd', 'oom-killed', 'shop.service: systemd-oomd killed 12 process(es) in this unit.'],
  ])('%s: %s: %s', (signature, cause, message) => {
    expect(ending([message])).toMatchObject({
      ...{ reason_signature: signature, reason_cause: cause, reason: message, reason_at: moment(3) },
    })
  })

  // systemd.exec(5): exit statuses 200 and above are systemd's own.
  it.each([
    ['code=exited, status=200/CHDIR', 'systemd-status-chdir', 'crash-on-start'],
    ['code=exited, status=203/EXEC', 'systemd-status-exec', 'crash-on-start'],
    ['code=exited, status=209/STDOUT', 'systemd-status-stdout', 'crash-on-start'],
    ['code=exited, status=216/GROUP', 'systemd-status-group', 'crash-on-start'],
    ['code=exited, status=217/USER', 'systemd-status-user', 'crash-on-start'],
    ['code=exited, status=226/NAMESPACE', 'systemd-status-namespace', 'crash-on-start'],
    ['code=dumped, status=11/SEGV', 'systemd-dumped', 'crash-on-start'],
    ['code=dumped, status=6/ABRT', 'systemd-dumped', 'crash-on-start'],
    ['code=exited, status=1/FAILURE', '', ''],
    ['code=exited, status=143/n/a', '', ''],
    ['code=killed, status=9/KILL', '', ''],
    ['code=killed, status=15/TERM', '', ''],
  ])('%s', (how, signature, cause) => {
    expect(ending([`shop.service: Main process exited, ${how}`, EXITED])).toMatchObject({
      ...{ reason_found: signature !== '', reason_signature: signature, reason_cause: cause },
    })
  })

  it.each([
    ['oom-kill', 'oom-killed'],
    ['exit-code', ''],
    ['signal', ''],
    ['core-dump', ''],
    ['timeout', ''],
    ['watchdog', ''],
    ['start-limit-hit', ''],
    ['protocol', ''],
    ['resources', ''],
    ['exec-condition', ''],
  ])("Failed with result '%s' alone", (result, cause) => {
    const run = life('1')
    expect(
      readAt(60, [run.started(0), run.exited(4, 'code=killed, status=9/KILL'), run.failed(4, result)]),
    ).toMatchObject({
      ...{ starts: 1n, exited_at: moment(4), reason_cause: cause },
    })
  })

  it('memory outweighs what the app said', () => {
    const run = life('1')
    const lines = [
      run.started(0),
      run.app(1, 'listening on :3000'),
      run.app(3, "KeyError: 'size'"),
      run.manager(
        4,
        'shop.service: A process of this unit has been killed by the OOM killer.',
        'fe6faa94e7774663a0da52717891d8ef',
      ),
      run.exited(4, 'code=killed, status=9/KILL'),
      run.failed(4, 'oom-kill'),
    ]
    expect(readAt(60, lines)).toMatchObject({ reason_cause: 'oom-killed', listens_port: 3000n, reason_at: moment(4) })
  })

  it('an app cannot pose as systemd in its own output', () => {
    const run = life('1')
    const lines = [
      run.started(0),
      run.app(1, 'shop.service: A process of this unit has been killed by the OOM killer.'),
      run.app(1, "shop.service: Failed with result 'oom-kill'."),
      run.exited(2),
      run.failed(2),
    ]
    expect(readAt(60, lines)).toMatchObject({ reason_found: false, starts: 1n })
  })
})

describe('a unit that says itself when it is ready', () => {
  it('starts once: `Starting` and `Started` are one start', () => {
    const run = life('1')
    const lines = [run.starting(0), run.app(5, 'listening on :3000'), run.started(6)]
    expect(readAt(60, lines)).toMatchObject({
      starts: 1n,
      started_at: moment(0),
      exited_at: NEVER,
      listens_port: 3000n,
    })
  })

  it('or never was', () => {
    const run = life('1')
    const lines = [
      run.starting(0),
      run.app(5, 'waiting for the database'),
      run.manager(90, 'shop.service: start operation timed out. Terminating.'),
      run.failed(90, 'timeout'),
    ]
    expect(readAt(120, lines)).toMatchObject({
      ...{ starts: 1n, reason_signature: 'systemd-start-timeout', last_line: 'waiting for the database' },
    })
  })
})

describe('entries whose order or fields are odd', () => {
  it('a run told by its id holds together when others stand between', () => {
    const [one, two] = [life('1'), life('2')]
    const lines = [
      one.started(0),
      two.started(1),
      one.app(2, MISSING),
      two.app(2, 'listening on :3000'),
      one.exited(3),
      one.failed(3),
    ]
    expect(readAt(100, lines)).toMatchObject({ starts: 2n, listens_port: 3000n, reason_found: false })
  })

  it('entries without a time keep their place and give none', () => {
    const line = JSON.stringify({ __CURSOR: 's=1', MESSAGE: "KeyError: 'A'", _SYSTEMD_UNIT: 'shop.service' })
    expect(readAt(60, [line])).toMatchObject({ entries: 1n, first: NEVER, reason: "KeyError: 'A'", reason_at: NEVER })
  })

  it.each(['-1', '1e15', ' 1795234976530000', '999999999999999999', '', 'yesterday'])(
    'the time %j is none',
    (stamp) => {
      const line = JSON.stringify({ __REALTIME_TIMESTAMP: stamp, MESSAGE: 'hello' })
      expect(readAt(60, [line])).toMatchObject({ entries: 1n, first: NEVER, last_line: 'hello' })
    },
  )
})

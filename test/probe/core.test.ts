import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { type CommandContext, lookRun } from '../../src/probe/command.ts'
import { createGate } from '../../src/probe/gate.ts'
import { createLiveProber, type LiveOptions } from '../../src/probe/live.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { fromSudo, sudoRefused, underSudo } from '../../src/probe/privilege.ts'
import { createRecordedProber } from '../../src/probe/recorded.ts'
import type { RunResult } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { blindCapture, type Capture, type LookRequest } from '../../src/words/look.ts'

const ended = (more: Partial<RunResult> = {}): RunResult => ({
  exit: 0,
  signal: null,
  out: '',
  err: '',
  ms: 5,
  startedAt: new Date('2026-11-21T02:03:04Z'),
  cut: false,
  timedOut: false,
  cancelled: false,
  missing: false,
  ...more,
})

const never = new AbortController().signal
type RunRequest = LookRequest & { kind: 'run' }
const SS: RunRequest = {
  kind: 'run',
  commands: [['ss', '-ltnpH']],
  at: 'here',
  read: 'listeners',
  timeoutMs: 5000,
}
const request = (more: Partial<RunRequest> = {}): RunRequest => ({ ...SS, ...more })

describe('the clean room', () => {
  const base = {
    PATH: '/opt/bin:.:/usr/bin:relative',
    HOME: '/home/oncall',
    LANG: 'de_DE.UTF-8',
    http_proxy: 'http://proxy:3128',
    HTTPS_PROXY: 'http://proxy:3128',
    ALL_PROXY: 'socks5://proxy',
    no_proxy: '*',
    LD_PRELOAD: '/tmp/evil.so',
    NODE_OPTIONS: '--require /tmp/evil.js',
    BASH_ENV: '/tmp/evil.sh',
    AWS_PROFILE: 'shop',
    KUBECONFIG: '/home/oncall/.kube/config',
    SSH_AUTH_SOCK: '/run/agent',
    DOCKER_HOST: 'unix:///run/docker.sock',
    CURL_HOME: '/tmp',
  }
  const clean = cleanEnvironment(base)

  it.each([
    'http_proxy',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'no_proxy',
    'LD_PRELOAD',
    'NODE_OPTIONS',
    'BASH_ENV',
    'LANG',
    'CURL_HOME',
  ])('leaves %s outside', (name) => {
    expect(clean).not.toHaveProperty(name)
  })

  it.each(['HOME', 'AWS_PROFILE', 'KUBECONFIG', 'SSH_AUTH_SOCK', 'DOCKER_HOST'] as const)(
    'lets %s in: the real clients read it',
    (name) => {
      expect(clean[name]).toBe(base[name])
    },
  )

  it('speaks the C locale, without pager and colours', () => {
    expect(clean).toMatchObject({ LC_ALL: 'C', TERM: 'dumb' })
    expect(clean.PAGER).toBe('cat')
  })

  it('looks for programs in absolute folders only, the system’s own among them', () => {
    const folders = clean.PATH?.split(':') ?? []
    expect(folders.every((folder) => folder.startsWith('/'))).toBe(true)
    expect(folders).toEqual(expect.arrayContaining(['/opt/bin', '/usr/bin', '/usr/sbin', '/sbin']))
    expect(new Set(folders).size).toBe(folders.length)
  })
})

describe('the gate', () => {
  const calm = { availablePermille: 800, loadPerCore: 0.2 }

  /** How many of ten get in at once. */
  async function atOnce(strain: { availablePermille: number; loadPerCore: number }): Promise<number> {
    const gate = createGate(() => strain)
    let inside = 0
    for (let n = 0; n < 10; n++)
      gate.enter(never).then(
        () => inside++,
        () => {},
      )
    await new Promise((resolve) => setImmediate(resolve))
    return inside
  }

  it.each([
    ['three on a machine at ease', calm, 3],
    ['one where memory is short', { ...calm, availablePermille: 99 }, 1],
    ['three where it is just enough', { ...calm, availablePermille: 100 }, 3],
    ['one where the processors are behind', { ...calm, loadPerCore: 2.1 }, 1],
    ['three at two for each core', { ...calm, loadPerCore: 2 }, 3],
  ])('lets %s', async (_, strain, most) => {
    expect(await atOnce(strain)).toBe(most)
  })

  it('lets the next one in when one leaves, in their order, and counts a double leave once', async () => {
    const gate = createGate(() => ({ ...calm, availablePermille: 0 }))
    const order: string[] = []
    const first = await gate.enter(never)
    const second = gate.enter(never).then((leave) => {
      order.push('second')
      return leave
    })
    const third = gate.enter(never).then((leave) => {
      order.push('third')
      return leave
    })
    first()
    first()
    ;(await second)()
    await third
    expect(order).toEqual(['second', 'third'])
  })

  it('gives no place to one that was stopped while it waited', async () => {
    const gate = createGate(() => ({ ...calm, availablePermille: 0 }))
    const leave = await gate.enter(never)
    const stop = new AbortController()
    const waiting = gate.enter(stop.signal)
    stop.abort()
    await expect(waiting).rejects.toThrow(/stopped/)
    leave()
    await expect(gate.enter(never)).resolves.toBeTypeOf('function')
    await expect(gate.enter(AbortSignal.abort())).rejects.toThrow(/stopped/)
  })
})

describe('privilege', () => {
  it('is one command, without a password, that ends by itself over there', () => {
    expect(underSudo(['ss', '-ltnp'], 4200)).toEqual(['sudo', '-n', '--', 'timeout', '-k', '2', '5', 'ss', '-ltnp'])
    expect(underSudo(['ss'], 10)[6]).toBe('1')
  })

  it.each([
    ['a password is asked for', ended({ exit: 1, err: 'sudo: a password is required\n' }), true],
    ['no sudo is there', ended({ exit: null, missing: true }), true],
    ['the command itself failed', ended({ exit: 1, err: 'ss: cannot open netlink socket' }), false],
    ['the command said something', ended({ exit: 1, out: 'row', err: 'sudo: unable to resolve host' }), false],
  ])('is refused by sudo or not: %s', (_, result, refused) => {
    expect(sudoRefused(result)).toBe(refused)
  })

  it('tells the time limit over there as a time limit', () => {
    expect(fromSudo(ended({ exit: 124 }))).toMatchObject({ exit: null, timedOut: true })
    expect(fromSudo(ended({ exit: 1 }))).toMatchObject({ exit: 1, timedOut: false })
  })
})

describe('a command look', () => {
  const context = (
    answer: (argv: readonly string[]) => RunResult,
    more: Partial<CommandContext> = {},
  ): CommandContext => ({
    run: (argv) => Promise.resolve(answer(argv)),
    otherwise: (name) => Promise.resolve(blindCapture(SS, 'declined', `built-in ${name}`)),
    sudo: false,
    ...more,
  })

  it('tries the other commands where the first tool is missing', async () => {
    const both = request({
      commands: [
        ['ss', '-ltnpH'],
        ['lsof', '-nP'],
      ],
    })
    const told = await lookRun(
      both,
      context((argv) => (argv[0] === 'ss' ? ended({ missing: true }) : ended({ out: 'COMMAND' }))),
    )
    expect(told).toMatchObject({ outcome: 'ok', argv: ['lsof', '-nP'], out: 'COMMAND' })
  })

  it('looks itself where no program is there', async () => {
    const told = await lookRun(
      request({ otherwise: 'listeners' }),
      context(() => ended({ missing: true })),
    )
    expect(told.says).toBe('built-in listeners')
  })

  it('is blind without any tool, and names them', async () => {
    const told = await lookRun(
      request({ commands: [['ss'], ['netstat']] }),
      context(() => ended({ missing: true })),
    )
    expect(told).toMatchObject({ outcome: 'blind', why: 'missing-tool', says: 'ss, netstat: not on this machine' })
  })

  it('is blind when nothing came in time, and a part when something did', async () => {
    const silent = await lookRun(
      request(),
      context(() => ended({ exit: null, timedOut: true })),
    )
    expect(silent).toMatchObject({ outcome: 'blind', why: 'timed-out' })
    const partial = await lookRun(
      request(),
      context(() => ended({ exit: null, timedOut: true, out: 'LISTEN' })),
    )
    expect(partial).toMatchObject({ outcome: 'ok', why: 'timed-out', timedOut: true, out: 'LISTEN' })
  })

  it('is blind for want of permission, with the tool’s own word', async () => {
    const told = await lookRun(
      request(),
      context(() => ended({ exit: 1, err: 'dmesg: read kernel buffer failed: Operation not permitted\n' })),
    )
    expect(told).toMatchObject({ outcome: 'blind', why: 'no-permission' })
    expect(told.says).toContain('Operation not permitted')
  })

  it('takes any other failure as data for the reader', async () => {
    const told = await lookRun(
      request(),
      context(() => ended({ exit: 4, err: 'Unit shop.service could not be found.' })),
    )
    expect(told).toMatchObject({ outcome: 'ok', exit: 4 })
  })

  it('asks as the person where sudo refuses', async () => {
    const asked: string[] = []
    const told = await lookRun(
      request(),
      context(
        (argv) => {
          asked.push(argv[0] ?? '')
          return argv[0] === 'sudo' ? ended({ exit: 1, err: 'sudo: a password is required' }) : ended({ out: 'LISTEN' })
        },
        { sudo: true },
      ),
    )
    expect(asked).toEqual(['sudo', 'ss'])
    expect(told).toMatchObject({ out: 'LISTEN', argv: ['ss', '-ltnpH'] })
  })
})

describe('the seal', () => {
  const capture = (more: Partial<Capture>): Capture => ({
    kind: 'run',
    argv: ['ss'],
    at: 'local',
    outcome: 'ok',
    exit: 0,
    ms: 1,
    startedAt: '2026-11-21T02:03:04.000Z',
    out: '',
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  })

  it('masks every part that somebody else will see', () => {
    const secret = 'hunter2hunter2'
    const sealed = seal(
      capture({
        argv: ['curl', `http://oncall:${secret}@host/`],
        out: `Authorization: Bearer ${secret}abcdefgh`,
        err: `password=${secret}`,
        says: `http://oncall:${secret}@host/ failed`,
        meta: { url: `http://oncall:${secret}@host/`, password: secret },
      }),
      undefined,
      createMasker(),
    )
    expect(JSON.stringify(sealed)).not.toContain(secret)
  })

  it('keeps what the reader needs, before it masks, and says what is gone', () => {
    const reader = {
      name: 'only-first',
      output: { kind: 'record', fields: {} },
      consults: [],
      keep: (out: string) => ({ out: out.split('\n')[0] ?? '', leftOut: '2 lines left out' }),
      read: () => ({ value: {}, dark: [], lines: [] }),
    } as const
    const sealed = seal(capture({ out: 'needed\nnot\nthis' }), reader, createMasker())
    expect(sealed).toMatchObject({ out: 'needed', leftOut: '2 lines left out' })
  })

  it('bounds a flood to its head and tail', () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => `row ${n} of many`).join('\n')
    const sealed = seal(capture({ out: rows }), undefined, createMasker())
    expect(sealed.out.length).toBeLessThan(600_000)
    expect(sealed.out.startsWith('row 0 of many')).toBe(true)
    expect(sealed.out.endsWith('row 99999 of many')).toBe(true)
    expect(sealed.leftOut).toMatch(/\d+ lines left out/)
    expect(sealed.cut).toBe(true)
  })

  it('leaves no NUL and no half character', () => {
    const sealed = seal(capture({ out: 'a\0b\ud800c' }), undefined, createMasker())
    expect(sealed.out).not.toMatch(/\0/)
    expect(sealed.out.isWellFormed()).toBe(true)
  })
})

describe('a recording answers', () => {
  const look = (n: number, more: Partial<Capture> = {}): SessionEvent[] => [
    { type: 'probe.started', n, node: 'app/listening', request: request() },
    {
      type: 'probe.finished',
      n,
      node: 'app/listening',
      capture: { ...blindCapture(request(), 'cut', ''), outcome: 'ok', out: `answer ${n}`, ...more },
    },
  ]

  it('the same look with its captures in their order, then with the last', async () => {
    const prober = createRecordedProber([...look(1), ...look(2)])
    const outs = []
    for (let n = 0; n < 3; n++) outs.push((await prober.look(request(), never)).out)
    expect(outs).toEqual(['answer 1', 'answer 2', 'answer 2'])
  })

  it('whatever the time limit was', async () => {
    const prober = createRecordedProber(look(1))
    expect((await prober.look({ ...request(), timeoutMs: 1 }, never)).out).toBe('answer 1')
  })

  it('blind what it does not hold, and what was not looked at for want of a vantage', async () => {
    const prober = createRecordedProber(look(1, { why: 'no-vantage' }))
    expect(await prober.look(request(), never)).toMatchObject({ outcome: 'blind', why: 'declined' })
    expect(await prober.look(request({ commands: [['df']] }), never)).toMatchObject({ outcome: 'blind' })
  })
})

describe('the live prober', () => {
  const options = (more: Partial<LiveOptions> = {}): LiveOptions => ({
    commands: [{ program: 'uname', words: [], flags: ['-s'], operands: false }],
    url: 'http://127.0.0.1:1/',
    userAgent: 'triage502/test',
    headers: [],
    resolve: [],
    insecure: false,
    sudo: false,
    noRequests: false,
    env: cleanEnvironment(),
    where: () => 'local',
    now: () => new Date(),
    context: () => ({
      facts: new Map(),
      knowledge: { fingerprints: [], signatures: [] },
      requests: [],
      now: new Date(),
    }),
    timeoutMs: null,
    ...more,
  })
  const uname = request({ commands: [['uname', '-s']] })

  it('runs what only reads', async () => {
    const { status } = spawnSync('uname', ['-s'])
    expect(status).toBe(0)
    const told = await createLiveProber(options()).look(uname, never)
    expect(told).toMatchObject({ outcome: 'ok', exit: 0, at: 'local' })
    expect(told.out.trim()).toMatch(/^\w+$/)
  })

  it.each([
    ['an unknown program', [['rm', '-rf', '/nowhere']]],
    ['an unknown flag of a known one', [['uname', '--set']]],
  ])('never starts %s', async (_, commands) => {
    const looking = createLiveProber(options()).look(request({ commands }), never)
    const told = await looking.then(
      (capture) => capture.outcome,
      () => 'refused',
    )
    expect(['blind', 'refused']).toContain(told)
  })

  it('runs nothing at a vantage that is not proven', async () => {
    const told = await createLiveProber(options({ where: () => 'unknown' })).look(uname, never)
    expect(told).toMatchObject({ outcome: 'blind', why: 'no-vantage' })
  })

  it('asks nobody where no requests are wanted', async () => {
    const ask: LookRequest = {
      kind: 'http',
      url: 'http://127.0.0.1:1/',
      times: 1,
      redirects: 0,
      own: true,
      at: 'here',
      read: 'http-response',
      timeoutMs: 1000,
    }
    expect(await createLiveProber(options({ noRequests: true })).look(ask, never)).toMatchObject({ why: 'declined' })
  })

  it('is blind for a look that it does not have', async () => {
    const told = await createLiveProber(options()).look(
      { kind: 'look', name: 'no-such-look', args: {}, at: 'here', read: 'text', timeoutMs: 1000 },
      never,
    )
    expect(told.outcome).toBe('blind')
  })
})

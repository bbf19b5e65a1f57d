import { describe, expect, it } from 'vitest'
import { type CommandContext, lookRun } from '../../src/probe/command.ts'
import { underSudo } from '../../src/probe/privilege.ts'
import type { RunResult } from '../../src/probe/run.ts'
import { blindCapture, type LookRequest } from '../../src/words/look.ts'

const request = {
  kind: 'run' as const,
  at: 'proxy' as const,
  read: 'listeners',
  timeoutMs: 5000,
  commands: [
    ['ss', '-ltnpH'],
    ['lsof', '-nP', '-iTCP'],
  ],
}

const result = (part: Partial<RunResult>): RunResult => ({
  exit: 0,
  signal: null,
  out: '',
  err: '',
  ms: 3,
  startedAt: new Date('2026-11-21T02:03:12.345Z'),
  cut: false,
  timedOut: false,
  cancelled: false,
  missing: false,
  ...part,
})
const MISSING = result({ exit: null, missing: true })

/** A machine on which each command line (by its beginning) gives a result; what is not listed is missing. */
function machine(answers: Record<string, Partial<RunResult>>, sudo = false) {
  const ran: string[] = []
  const context: CommandContext = {
    sudo,
    async run(argv) {
      const line = argv.join(' ')
      ran.push(line)
      const found = Object.entries(answers).find(([begin]) => line.startsWith(begin))
      return found ? result(found[1]) : MISSING
    },
    otherwise: async (name) =>
      blindCapture(request as LookRequest, 'missing-tool', `built-in ${name}`, { outcome: 'ok' }),
  }
  return { context, ran }
}

describe('a command look', () => {
  it('is the output of the first command', async () => {
    const { context, ran } = machine({ ss: { out: 'LISTEN', err: 'a warning' }, lsof: { out: 'never' } })
    expect(await lookRun(request, context)).toEqual({
      kind: 'run',
      argv: ['ss', '-ltnpH'],
      at: 'local',
      outcome: 'ok',
      exit: 0,
      ms: 3,
      startedAt: '2026-11-21T02:03:12.345Z',
      out: 'LISTEN',
      err: 'a warning',
      cut: false,
      timedOut: false,
      leftOut: '',
      meta: {},
    })
    expect(ran).toEqual(['ss -ltnpH'])
  })

  it('asks the next tool where one is missing', async () => {
    const { context, ran } = machine({ lsof: { out: 'LISTEN' } })
    expect(await lookRun(request, context)).toMatchObject({ outcome: 'ok', argv: ['lsof', '-nP', '-iTCP'] })
    expect(ran).toHaveLength(2)
  })

  it('uses the tool’s own look where none is there, and is blind without one', async () => {
    const { context } = machine({})
    expect(await lookRun({ ...request, otherwise: 'listeners' }, context)).toMatchObject({
      outcome: 'ok',
      says: 'built-in listeners',
    })
    expect(await lookRun(request, context)).toMatchObject({
      outcome: 'blind',
      why: 'missing-tool',
      says: 'ss, lsof: not on this machine',
    })
  })

  it('takes a failure for data: the reader knows what it means', async () => {
    const { context } = machine({ ss: { exit: 3, out: 'inactive\n', err: 'Permission denied' } })
    expect(await lookRun(request, context)).toMatchObject({ outcome: 'ok', exit: 3, out: 'inactive\n' })
    expect(await lookRun(request, machine({ ss: { exit: 1, err: 'no such unit' } }).context)).toMatchObject({
      outcome: 'ok',
      exit: 1,
    })
    expect(await lookRun(request, machine({ ss: { exit: 0, err: 'Permission denied' } }).context)).toMatchObject({
      outcome: 'ok',
    })
  })

  it.each([
    'dmesg: read kernel buffer failed: Operation not permitted',
    'Cannot open netlink socket: Permission denied',
    'permission denied while trying to connect to the Docker daemon socket',
    'Error from server (Forbidden): pods is forbidden: User "ann" cannot list resource "pods"',
    'You must be root to run this',
    'noise first\nls: cannot open directory: Permission denied',
    'Failed to get properties: Access denied',
  ])('is blind without permission: %s', async (err) => {
    const capture = await lookRun(request, machine({ ss: { exit: 1, err } }).context)
    expect(capture).toMatchObject({ outcome: 'blind', why: 'no-permission', err })
    expect(capture.says).toBe(`ss: ${err.split('\n').at(-1)}`)
  })

  it('is blind when nothing came in time, and a part when something did', async () => {
    const late = { exit: null, signal: 'SIGTERM', timedOut: true }
    expect(await lookRun(request, machine({ ss: late }).context)).toMatchObject({
      outcome: 'blind',
      why: 'timed-out',
      says: 'ss said nothing in 5000 ms',
      timedOut: true,
    })
    expect(await lookRun(request, machine({ ss: { ...late, out: 'LISTEN' } }).context)).toMatchObject({
      outcome: 'ok',
      why: 'timed-out',
      timedOut: true,
      out: 'LISTEN',
    })
  })

  it('says what is only a part', async () => {
    expect(await lookRun(request, machine({ ss: { out: 'x', cut: true } }).context)).toMatchObject({
      outcome: 'ok',
      why: 'cut',
      cut: true,
    })
    expect(await lookRun(request, machine({ ss: { exit: null, out: 'x', signal: 'SIGKILL' } }).context)).toMatchObject({
      outcome: 'ok',
      why: 'cut',
      says: 'ss was ended by SIGKILL',
    })
    expect(await lookRun(request, machine({ ss: { exit: null, cancelled: true } }).context)).toMatchObject({
      outcome: 'blind',
      why: 'timed-out',
      says: 'ss was stopped',
    })
  })

  it('does not take a program that could not be started for one that found nothing', async () => {
    const capture = await lookRun(request, machine({ ss: { exit: null, err: 'spawn EAGAIN' } }).context)
    expect(capture).toMatchObject({
      outcome: 'blind',
      why: 'not-understood',
      says: 'ss could not be started: spawn EAGAIN',
    })
    expect(
      await lookRun(request, machine({ ss: { exit: 126, err: '/usr/bin/ss: Permission denied' } }).context),
    ).toMatchObject({ outcome: 'blind', why: 'no-permission' })
  })
})

describe('under sudo', () => {
  const sudoLine = 'sudo -n -- timeout -k 2 5 ss -ltnpH'

  it('is one command that never asks and ends by itself', () => {
    expect(underSudo(['ss', '-l'], 4200)).toEqual(['sudo', '-n', '--', 'timeout', '-k', '2', '5', 'ss', '-l'])
    expect(underSudo(['ss'], 0)).toContain('1')
  })

  it('shows the command as it ran', async () => {
    const { context, ran } = machine({ [sudoLine]: { out: 'all owners' } }, true)
    expect(await lookRun(request, context)).toMatchObject({
      outcome: 'ok',
      argv: sudoLine.split(' '),
      out: 'all owners',
    })
    expect(ran).toEqual([sudoLine])
  })

  it.each([
    'sudo: a password is required',
    'sudo: a terminal is required to read the password',
    'ann is not in the sudoers file.',
    'Sorry, user ann is not allowed to execute ss as root',
  ])('looks as the person where sudo refuses: %s', async (err) => {
    const refused = { exit: 1, err }
    const own = machine({ sudo: refused, ss: { out: 'own sockets' } }, true)
    expect(await lookRun(request, own.context)).toMatchObject({
      outcome: 'ok',
      out: 'own sockets',
      argv: ['ss', '-ltnpH'],
      err: `${err}\n`,
    })
    const nothing = machine({ sudo: refused, ss: { exit: 1, err: 'Permission denied' } }, true)
    expect(await lookRun(request, nothing.context)).toMatchObject({ outcome: 'blind', why: 'no-permission' })
  })

  it('tries as the person what says nothing as root, and where there is no sudo', async () => {
    expect(
      await lookRun(request, machine({ sudo: { exit: 1, err: 'no configuration' }, ss: { out: 'x' } }, true).context),
    ).toMatchObject({ out: 'x' })
    expect(await lookRun(request, machine({ ss: { out: 'x' } }, true).context)).toMatchObject({ out: 'x', err: '' })
  })

  it('knows the time limit over there as a time limit', async () => {
    const { context, ran } = machine({ sudo: { exit: 124 } }, true)
    expect(await lookRun(request, context)).toMatchObject({ outcome: 'blind', why: 'timed-out', timedOut: true })
    expect(ran).toHaveLength(1)
  })

  it('asks the next tool where root has not got this one either', async () => {
    const { context } = machine(
      {
        'sudo -n -- timeout -k 2 5 ss': { exit: 127, err: 'timeout: failed to run command ss' },
        'sudo -n -- timeout -k 2 5 lsof': { out: 'x' },
      },
      true,
    )
    expect(await lookRun(request, context)).toMatchObject({ outcome: 'ok', out: 'x' })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernelLogReader } from '../../src/reading/machine/kernel-log.ts'
import { journalReader } from '../../src/reading/systemd/journal.ts'
import type { Journal, Unit, UnitsByToken } from '../../src/reading/systemd/types.ts'
import { systemdUnitReader, UNIT_PROPERTIES } from '../../src/reading/systemd/unit.ts'
import { unitsByTokenReader } from '../../src/reading/systemd/units-by-token.ts'
import type { Ran } from '../lab/docker.ts'
import { type Box, startSystemd, whyNoSystemd } from '../lab/systemd/container.ts'
import { context, looked, printed } from '../reading/systemd/support.ts'
import { FILES, UNITS } from './systemd-units.ts'

const why = await whyNoSystemd()

describe.skipIf(why !== '')(`a real systemd${why === '' ? '' : ` (skipped: ${why})`}`, () => {
  let box: Box

  beforeAll(async () => {
    box = await startSystemd()
    for (const [path, text] of Object.entries(FILES)) await box.write(path, text)
    await box.units(UNITS)
    for (const name of ['well', 'stopped', 'plain']) await systemctl('start', `shop-${name}`)
    await untilActive('shop-stopped', 'listening on')
    await untilActive('shop-plain', 'listening on')
    await systemctl('stop', 'shop-stopped', 'shop-plain')
    await systemctl('start', 'shop-module', 'shop-variable', 'shop-exec', 'shop-user', 'shop-busy', 'shop-own-words')
    await systemctl('start', 'shop-loop', 'shop@3007', 'shop-memory', 'shop-client')
    await settled()
  })
  afterAll(async () => box?.stop())

  const systemctl = (...args: string[]) => box.exec(['systemctl', ...args], { timeoutMs: 20_000 })

  async function untilActive(unit: string, says: string): Promise<void> {
    for (let i = 0; i < 100; i++) {
      if ((await box.exec(['journalctl', '-u', unit, '-o', 'cat', '--no-pager'])).out.includes(says)) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`${unit} never said ${says}`)
  }

  /** Until nothing that should have failed still runs, and the loop went round. */
  async function settled(): Promise<void> {
    for (let i = 0; i < 150; i++) {
      const failed = await systemctl('--failed', '--no-legend', '--plain')
      const loop = await unit('shop-loop.service')
      if (failed.out.split('\n').filter((line) => line.startsWith('shop')).length >= 8 && loop.restarts >= 2n) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the units did not fail as they should')
  }

  const capture = (argv: string[], ran: Ran) =>
    printed(argv.join(' '), ran.out, { exit: ran.exit, err: ran.err, startedAt: new Date().toISOString() })

  async function unit(name: string, ...flags: string[]): Promise<Unit> {
    const argv = ['systemctl', 'show', name, '-p', UNIT_PROPERTIES.join(','), ...flags]
    return systemdUnitReader.read(capture(argv, await box.exec(argv)), context()).value
  }

  async function journal(name: string, user = 'root'): Promise<Journal> {
    const argv = ['journalctl', '-u', name, '-o', 'json', '-n', '500', '--no-pager']
    return journalReader.read(capture(argv, await box.exec(argv, { user })), context()).value
  }

  async function unitsNaming(args: { port?: number; socket?: string }): Promise<UnitsByToken> {
    const script = ['--no-warnings', '--experimental-transform-types', '/opt/triage502/test/real/inside/look.ts']
    const ran = await box.exec(['node', ...script, 'units-by-token', JSON.stringify(args)])
    expect(ran.err).toBe('')
    const outcome = JSON.parse(ran.out)
    expect(ran.out).not.toContain('s3cret')
    return unitsByTokenReader.read(looked(JSON.parse(outcome.out), outcome), context()).value
  }

  it('a failed unit, with both forms of its times', async () => {
    const failed = await unit('shop-module.service', '--timestamp=unix')
    expect(failed).toMatchObject({
      ...{ complete: true, found: true, unit: 'shop-module.service', active: 'failed', result: 'exit-code' },
      ...{ exit_kind: 'exited', exit_status: 1n, main_pid: 0n, file_state: 'disabled', restart_policy: 'no' },
    })
    expect(Math.abs(failed.ended.getTime() - Date.now())).toBeLessThan(300_000)
    expect(await unit('shop-module.service')).toEqual(failed)
  })

  it('a running unit, a unit in a restart loop, and one that nobody knows', async () => {
    const well = await unit('shop-well.service', '--timestamp=unix')
    expect(well).toMatchObject({ active: 'active', sub: 'running', fd_limit: 4096n, memory_max_bytes: 0n })
    expect(well.main_pid).toBeGreaterThan(1n)
    const loop = await unit('shop-loop.service', '--timestamp=unix')
    expect(loop.restarts).toBeGreaterThanOrEqual(2n)
    expect(['activating', 'active']).toContain(loop.active)
    expect(await unit('nosuch.service')).toMatchObject({ complete: true, found: false, load: 'not-found' })
  })

  it.each([
    ['shop-module.service', 'crash-on-start', "Error: Cannot find module 'express'"],
    ['shop@3007.service', 'crash-on-start', "Error: Cannot find module 'express'"],
    ['shop-loop.service', 'crash-on-start', "Error: Cannot find module 'express'"],
    ['shop-variable.service', 'crash-on-start', "KeyError: 'DATABASE_URL'"],
    ['shop-exec.service', 'crash-on-start', '/opt/shop/bin/server: No such file or directory'],
    // The child that said why is often gone before journald can tell whose line it was: systemd's own word stays.
    ['shop-user.service', 'crash-on-start', /Failed to determine user credentials: No such process|status=217\/USER/],
    ['shop-busy.service', 'port-in-use', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3009'],
  ])('the journal of %s names its reason', async (name, cause, words) => {
    const read = await journal(name)
    expect(read).toMatchObject({ complete: true, reason_found: true, reason_cause: cause })
    expect(read.reason).toMatch(words)
  })

  it('an app that was stopped, and one that lives, name no reason and say where they listened', async () => {
    expect(await journal('shop-stopped')).toMatchObject({
      complete: true,
      reason_found: false,
      listens_port: 3005n,
      starts: 1n,
    })
    expect(await journal('shop-well')).toMatchObject({ complete: true, reason_found: false, listens_port: 3009n })
  })

  it('last words that nobody knows are the last line, and no reason', async () => {
    const read = await journal('shop-own-words')
    expect(read).toMatchObject({ reason_found: false, last_line: 'the catalogue has no products' })
  })

  it('a journal that this user may not read proves nothing', async () => {
    expect(await journal('shop-module', 'nobody')).toMatchObject({ complete: false, reason_found: false, entries: 0n })
  })

  it('the reason of yesterday does not outlive a start that went well', async () => {
    await box.write('/srv/shop/fixed.js', "require('/srv/shop/server.js')\n")
    await box.units({
      'shop-fixed.service':
        '[Service]\nEnvironment=PORT=3019\nExecStart=/usr/local/bin/node /srv/shop/missing-module.js\n',
    })
    await systemctl('start', 'shop-fixed')
    await untilActive('shop-fixed', "Failed with result 'exit-code'")
    expect(await journal('shop-fixed')).toMatchObject({ reason_found: true })
    await box.units({
      'shop-fixed.service': '[Service]\nEnvironment=PORT=3019\nExecStart=/usr/local/bin/node /srv/shop/fixed.js\n',
    })
    await systemctl('start', 'shop-fixed')
    await untilActive('shop-fixed', 'listening on')
    const argv = ['journalctl', '-u', 'shop-fixed', '-o', 'json', '--no-pager']
    const later = { ...capture(argv, await box.exec(argv)), startedAt: new Date(Date.now() + 60_000).toISOString() }
    expect(journalReader.read(later, context()).value).toMatchObject({
      reason_found: false,
      starts: 2n,
      listens_port: 3019n,
    })
  })

  it('the kernel names the unit that it killed for memory', async () => {
    const memory = await unit('shop-memory.service', '--timestamp=unix')
    expect(memory).toMatchObject({
      active: 'failed',
      memory_max_bytes: 157_286_400n,
      exit_kind: 'killed',
      exit_status: 9n,
    })
    for (const argv of [['dmesg', '--time-format', 'iso'], ['dmesg']]) {
      const read = kernelLogReader.read(capture(argv, await box.exec(argv)), context()).value
      expect(read.complete).toBe(true)
      const kill = read.kills.findLast((each) => each.cgroup.includes(box.id))
      expect(kill).toMatchObject({ scope: 'cgroup', unit: 'shop-memory.service' })
      expect(kill?.rss_kb).toBeGreaterThan(100_000n)
      if (argv.length > 1) expect(Math.abs(Number(kill?.at) - memory.ended.getTime())).toBeLessThan(5000)
    }
  })

  it('an empty kernel journal proves nothing', async () => {
    const argv = ['journalctl', '-k', '-o', 'json', '--no-pager']
    const read = kernelLogReader.read(capture(argv, await box.exec(argv)), context())
    expect(read.value).toMatchObject({ complete: false, entries: 0n })
  })

  it.each([
    [{ port: 3001 }, 'shop-module.service', 'PORT=3001', 'environment'],
    [{ port: 3002 }, 'shop-variable.service', '--port 3002', 'command'],
    [{ port: 3003 }, 'shop-exec.service', '--listen :3003', 'command'],
    [{ port: 3004 }, 'shop-loop.service', 'PORT=3004', 'environment'],
    [{ port: 3005 }, 'shop-stopped.service', 'PORT=3005', 'file'],
    [{ port: 3006 }, 'shop-by-socket.socket', 'ListenStream=3006', 'listen'],
    [{ socket: '/run/shop.sock' }, 'shop-by-socket.socket', 'ListenStream=/run/shop.sock', 'listen'],
    [{ port: 3007 }, 'shop@3007.service', 'shop@3007.service', 'instance'],
    [{ port: 3000 }, 'shop-plain.service', 'listening on 3000', 'journal'],
  ])('the unit that names %o', async (args, name, token, where) => {
    const { units } = await unitsNaming(args)
    expect(units.map((each) => each.unit)).toEqual([name])
    expect(units[0]).toMatchObject({ token, where, user: false })
  })

  it('a port that nobody names; while a failed unit says nothing of its port, that is no proof', async () => {
    const none = await unitsNaming({ port: 3999 })
    expect(none).toEqual({ units: [], complete: false })
    await systemctl('reset-failed', 'shop-own-words', 'shop-user')
    expect(await unitsNaming({ port: 3999 })).toEqual({ units: [], complete: true })
  })
})

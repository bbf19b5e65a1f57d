import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostOf, isPath, millisecondsOf, pidOf, portOf, stringsOf, unitOf } from '../../../src/probe/looks/arguments.ts'
import { blind, found, within } from '../../../src/probe/looks/outcome.ts'
import {
  allStats,
  attempt,
  countEntries,
  entriesOf,
  failureOf,
  inodeOf,
  listPids,
  or,
  processExists,
  readClock,
  readTarget,
  readText,
} from '../../../src/probe/looks/proc.ts'
import { inHosts, parseResolvConf, resolveHere, resolveUnder } from '../../../src/probe/looks/resolve.ts'
import { nameOfUser, namesIn } from '../../../src/probe/looks/users.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { folder, tools } from './support.ts'

const error = (code: string) => Object.assign(new Error(code), { code })

describe('a small file', () => {
  it('is read, as far as the limit', async () => {
    const path = join(folder(), 'a')
    writeFileSync(path, 'hello world')
    expect(await readText(path)).toEqual({ ok: true, value: 'hello world' })
    expect(await readText(path, 5)).toEqual({ ok: true, value: 'hello' })
    expect(await readText(path, 11)).toEqual({ ok: true, value: 'hello world' })
  })

  it('that is none says why', async () => {
    const top = folder()
    execFileSync('mkfifo', [join(top, 'pipe')])
    writeFileSync(join(top, 'file'), '')
    symlinkSync('loop', join(top, 'loop'))
    expect(await readText(join(top, 'none'))).toEqual({ ok: false, why: 'gone' })
    expect(await readText(join(top, 'file/below'))).toEqual({ ok: false, why: 'gone' })
    expect(await readText(join(top, 'pipe'))).toEqual({ ok: false, why: 'other' })
    expect(await readText(join(top, 'loop'))).toEqual({ ok: false, why: 'other' })
    expect(await readText(top)).toEqual({ ok: false, why: 'other' })
    expect(await readText('/dev/zero')).toEqual({ ok: false, why: 'other' })
  })

  it.skipIf(process.geteuid?.() === 0)('closed to us: root may read every file', async () => {
    const path = join(folder(), 'a')
    writeFileSync(path, '')
    chmodSync(path, 0)
    expect(await readText(path)).toEqual({ ok: false, why: 'denied' })
  })

  it('links, folders and inodes are looked at likewise', async () => {
    const top = folder()
    symlinkSync('/nowhere/else', join(top, 'link'))
    expect(await readTarget(join(top, 'link'))).toEqual({ ok: true, value: '/nowhere/else' })
    expect(await readTarget(top)).toEqual({ ok: false, why: 'other' })
    expect(await countEntries(top)).toEqual({ ok: true, value: 1 })
    expect(await countEntries(join(top, 'none'))).toEqual({ ok: false, why: 'gone' })
    expect((await inodeOf(join(top, 'link'))).ok).toBe(true)
  })

  it.each([
    ['ENOENT', 'gone'],
    ['ESRCH', 'gone'],
    ['ENOTDIR', 'gone'],
    ['EACCES', 'denied'],
    ['EPERM', 'denied'],
    ['EIO', 'other'],
    ['ELOOP', 'other'],
    ['EMFILE', 'other'],
  ])('%s is %s', (code, why) => {
    expect(failureOf(error(code))).toBe(why)
  })

  it('what is no error of the system is `other`, never `gone`', async () => {
    expect([failureOf('ENOENT'), failureOf(new Error('x')), failureOf(null)]).toEqual(['other', 'other', 'other'])
    expect(await attempt(() => Promise.reject(error('EPERM')))).toEqual({ ok: false, why: 'denied' })
    expect([or({ ok: true, value: 0 }, 7), or({ ok: false, why: 'gone' }, 7)]).toEqual([0, 7])
  })
})

describe('arguments and environments of a process', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a\0', ['a']],
    ['a\0b\0', ['a', 'b']],
    ['a\0\0b\0', ['a', '', 'b']],
    ['\0', ['']],
    ['nginx: worker process', ['nginx: worker process']],
    ['a\0b', ['a', 'b']],
  ])('%j', (text, entries) => {
    expect(entriesOf(text)).toEqual(entries)
  })
})

describe.runIf(process.platform === 'linux')('the processes of this machine', () => {
  it('we are among them, and nobody that is no number', async () => {
    const pids = await listPids()
    expect(pids).toContain(process.pid)
    expect(pids.every(Number.isSafeInteger)).toBe(true)
    expect((await allStats(() => false)).get(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid })
    expect((await allStats(() => true)).size).toBe(0)
  })

  it('exist, or not', () => {
    expect([process.pid, process.ppid, 1].map(processExists)).toEqual([true, true, true])
    expect(processExists(4_194_304)).toBe(false)
  })

  it('are dated by one clock', async () => {
    const clock = await readClock(new Date('2026-11-21T04:00:00Z'))
    expect(clock.nowMs).toBe(Date.parse('2026-11-21T04:00:00Z'))
    expect(clock.uptimeMs).toBeGreaterThan(0)
    expect(Math.abs(Date.now() - clock.uptimeMs - clock.bootSeconds * 1000)).toBeLessThan(3000)
  })
})

describe('names of users and groups, of a root of its own', () => {
  function root(passwd: string): string {
    const top = folder()
    mkdirSync(join(top, 'etc'))
    writeFileSync(join(top, 'etc/passwd'), passwd)
    return top
  }

  it.each<[string, string, [number, string][]]>([
    [
      'ordinary lines',
      'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\n',
      [
        [0, 'root'],
        [33, 'www-data'],
      ],
    ],
    ['two names for one number: the first', 'root:x:0:0::/:\ntoor:x:0:0::/:\n', [[0, 'root']]],
    ['lines that are none', '# comment\n\n+::::::\nx:y\nnobody:x:-2:-2::/:\n:x:7:7::/:\na:x:b:c\n', []],
    ['a number that is too long', `big:x:${'9'.repeat(20)}:0::/:\n`, []],
    ['the largest number', 'big:x:4294967295:0::/:', [[4_294_967_295, 'big']]],
    ['nothing', '', []],
  ])('%s', async (_, passwd, names) => {
    expect([...(await namesIn(root(passwd), 'passwd'))]).toEqual(names)
  })

  it('a link that leads out of that root is not followed out', async () => {
    const top = root('')
    symlinkSync('/etc/passwd', join(top, 'etc/group'))
    expect((await namesIn(top, 'group')).size).toBe(0)
    expect((await namesIn(join(top, 'none'), 'passwd')).size).toBe(0)
  })

  it('a number without a name is told as a number', async () => {
    expect(await nameOfUser(0)).toBe('root')
    expect(await nameOfUser(3_999_999_999)).toBe('3999999999')
  })
})

describe('names of hosts', () => {
  it.each<[string, string, string[]]>([
    ['127.0.0.1 localhost', 'localhost', ['127.0.0.1']],
    ['127.0.0.1\tlocalhost\tapp', 'app', ['127.0.0.1']],
    ['  10.0.0.5   app app.shop  ', 'app.shop', ['10.0.0.5']],
    ['10.0.0.5 App.Shop', 'aPP.sHOP', ['10.0.0.5']],
    ['10.0.0.5 app', 'app.', ['10.0.0.5']],
    ['10.0.0.5 app\n10.0.0.6 app\n10.0.0.5 app', 'app', ['10.0.0.5', '10.0.0.6']],
    ['fe80::1%eth0 app', 'app', ['fe80::1']],
    ['10.0.0.5 app#comment', 'app', ['10.0.0.5']],
    ['10.0.0.5 # app', 'app', []],
    ['app 10.0.0.5', '10.0.0.5', []],
    ['300.0.0.1 app', 'app', []],
    ['10.0.0.5 apples', 'app', []],
    ['10.0.0.5 app\r', 'app', ['10.0.0.5']],
    ['', 'app', []],
  ])('%j gives %s', (hosts, name, addresses) => {
    expect(inHosts(hosts, name)).toEqual(addresses)
  })

  it.each<[string, string[], string[]]>([
    ['nameserver 10.0.0.2', ['10.0.0.2'], []],
    ['nameserver ::1\nnameserver fe80::1%eth0', ['::1', 'fe80::1'], []],
    ['nameserver 1\nnameserver *\nnameserver', [], []],
    [
      'nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4',
      ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      [],
    ],
    ['domain a.example\nsearch b.example c.example', [], ['b.example', 'c.example']],
    ['search a b c d e f g h', [], ['a', 'b', 'c', 'd', 'e', 'f']],
    ['#nameserver 10.0.0.2\n; search x', [], []],
    ['\tnameserver\t10.0.0.2\t', ['10.0.0.2'], []],
  ])('resolv.conf %j', (text, servers, search) => {
    expect(parseResolvConf(text)).toEqual({ servers, search })
  })

  it('another root’s hosts file decides before anything else', async () => {
    const top = folder()
    mkdirSync(join(top, 'etc'))
    writeFileSync(join(top, 'etc/hosts'), '172.18.0.3 app\n')
    const app = { addresses: ['172.18.0.3'], unresolved: '', error: '' }
    expect(await resolveUnder(top, 'app', false, 100)).toEqual(app)
    expect(await resolveUnder(top, 'APP', true, 100)).toEqual(app)
    expect(await resolveUnder(top, '[::1]', true, 100)).not.toMatchObject({ unresolved: 'definite' })
    expect(await resolveUnder(top, '10.0.0.9', false, 100)).toMatchObject({ addresses: ['10.0.0.9'] })
  })

  it('without it, nothing is claimed: neither from another network nor without a name server', async () => {
    const top = folder()
    expect(await resolveUnder(top, 'app', false, 100)).toMatchObject({ addresses: [], unresolved: 'unsure' })
    expect(await resolveUnder(top, 'app', true, 100)).toMatchObject({ addresses: [], unresolved: 'unsure' })
  })

  it('a resolver that takes longer than it may leaves it open', async () => {
    expect(await resolveHere('localhost', 2000)).toMatchObject({ unresolved: '' })
    const late = await resolveHere('localhost', 0)
    expect(['', 'unsure']).toContain(late.unresolved)
  })
})

describe('arguments of looks', () => {
  it.each<[JsonObject, number | undefined]>([
    [{ pid: 1 }, 1],
    [{ pid: '17' }, 17],
    [{ pid: '017' }, 17],
    [{ pid: ' 17' }, undefined],
    [{ pid: '1e3' }, undefined],
    [{ pid: '0x10' }, undefined],
    [{ pid: '-1' }, undefined],
    [{ pid: Number.NaN }, undefined],
    [{ pid: 2 ** 53 }, undefined],
    [{ pid: [1] }, undefined],
    [{ pid: {} }, undefined],
    [{}, undefined],
  ])('pid of %j', (args, pid) => {
    expect(pidOf(args)).toBe(pid)
  })

  it.each<[JsonObject, number | undefined]>([
    [{ port: 443 }, 443],
    [{ port: '443' }, 443],
    [{ port: 1 }, 1],
    [{ port: 65_535 }, 65_535],
    [{ port: 65_536 }, undefined],
    [{ port: 0 }, undefined],
    [{ port: -80 }, undefined],
    [{ port: 80.5 }, undefined],
    [{ port: true }, undefined],
  ])('port of %j', (args, port) => {
    expect(portOf(args)).toBe(port)
  })

  it('durations, units, paths and lists', () => {
    expect(millisecondsOf({ since: 0 }, 'since')).toBe(0)
    expect(millisecondsOf({ since: '86400000' }, 'since')).toBe(86_400_000)
    expect(unitOf({ unit: 'a@b\\x2dc.service' })).toBe('a@b\\x2dc.service')
    expect(
      ['x.service; rm', '--all.service', `${'x'.repeat(300)}.service`, 'x.Service', ''].map((unit) => unitOf({ unit })),
    ).toEqual(Array.from({ length: 5 }, () => undefined))
    expect(['/a', '/', '/a b', '/ü'].map(isPath)).toEqual([true, true, true, true])
    expect(['a', '', '/a\0', `/${'x'.repeat(5000)}`, null].map(isPath)).toEqual([false, false, false, false, false])
    expect(stringsOf({ a: ['x', null, ['y'], { z: 1 }, ''] }, 'a')).toEqual(['x', ''])
    expect(stringsOf({ a: 7 }, 'a')).toEqual([])
  })

  it('a host is never more than a host', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const host = hostOf(text)
        expect(host === undefined || /^[a-z0-9_.:-]+$/.test(host)).toBe(true)
      }),
    )
  })
})

describe('a look’s own time', () => {
  const given = (timeoutMs: number, more = {}) => tools({ timeoutMs, ...more })

  it('what it found is its outcome', async () => {
    expect(await within(given(1000), ['x'], async () => found(['y'], { a: 1 }))).toEqual({
      ...{ outcome: 'ok', out: '{"a":1}', meta: {}, argv: ['y'], cut: false, timedOut: false },
    })
  })

  it('work that hangs is ended, and is blind', async () => {
    const hang = new Promise<never>(() => {})
    expect(await within(given(30), ['x'], () => hang)).toEqual(blind(['x'], 'timed-out', 'no answer within 30 ms'))
  })

  it('the work hears that it should end before it is ended', async () => {
    const heard = await within(given(200), ['x'], async (over) => {
      expect(over()).toBe(false)
      while (!over()) await wait(5)
      return found(['x'], { early: true }, { timedOut: over() })
    })
    expect(heard).toMatchObject({ outcome: 'ok', timedOut: true })
  })

  it('an abort ends it, before or in between, and leaves no listener behind', async () => {
    const hang = new Promise<never>(() => {})
    expect(await within(given(5000, { signal: AbortSignal.abort() }), ['x'], () => hang)).toMatchObject({
      why: 'timed-out',
    })
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 10)
    expect(await within(given(5000, { signal: abort.signal }), ['x'], () => hang)).toMatchObject({ why: 'timed-out' })
  })

  it('work that throws is the caller’s to handle', async () => {
    await expect(within(given(1000), ['x'], () => Promise.reject(error('EIO')))).rejects.toThrow('EIO')
  })

  it('a reason for blindness is told with it', () => {
    expect(blind(['x'], 'no-permission', 'not yours')).toMatchObject({ outcome: 'blind', timedOut: false, out: '' })
    expect(blind(['x'], 'timed-out', 'late').timedOut).toBe(true)
  })
})

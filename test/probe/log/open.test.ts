import { chmodSync, linkSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Opened, openHeld, openLog } from '../../../src/probe/log/open.ts'
import { openWritten } from '../../../src/probe/log/writer.ts'
import { folder, look, touched, writer } from './support.ts'

/** What was opened, read and closed: its text, or the reason why there is none. */
async function told(opened: Opened): Promise<string> {
  if (opened.kind === 'blind') return `${opened.why}: ${opened.says}`
  onTestFinished(() => opened.handle.close())
  return (await opened.handle.readFile()).toString()
}

describe('a log by its path', () => {
  it.each([
    ['a relative link', 'real.log'],
    ['a link with ..', '../logs/real.log'],
    ['a link with blanks in it', './real.log'],
  ])('is followed through %s', async (_, target) => {
    const top = folder()
    mkdirSync(join(top, 'logs'))
    writeFileSync(join(top, 'logs/real.log'), 'x')
    symlinkSync(target, join(top, 'logs/error.log'))
    const opened = await openLog(join(top, 'logs/error.log'))
    expect(opened).toMatchObject({ kind: 'file', path: join(top, 'logs/real.log') })
    expect(await told(opened)).toBe('x')
  })

  it('is followed through a chain of links, but not through twenty', async () => {
    const top = folder()
    writeFileSync(join(top, '0'), 'x')
    for (let i = 1; i <= 20; i += 1) symlinkSync(String(i - 1), join(top, String(i)))
    expect(await told(await openLog(join(top, '19')))).toBe('x')
    expect(await told(await openLog(join(top, '20')))).toContain('is a circle of links')
  })

  it('through a linked folder is opened as everybody would', async () => {
    const top = folder()
    mkdirSync(join(top, 'logs'))
    writeFileSync(join(top, 'logs/error.log'), 'x')
    symlinkSync('logs', join(top, 'var'))
    expect(await told(await openLog(join(top, 'var/error.log')))).toBe('x')
  })

  it.each<[string, (path: string) => void, string]>([
    ['nothing there', () => {}, 'no-such-file: there is no PATH'],
    ['a link to nothing', (path) => symlinkSync('gone', path), 'no-such-file: there is no PATH'],
    ['a folder', (path) => mkdirSync(path), 'is a folder, no regular file'],
    ['a link to the terminal', (path) => symlinkSync('/dev/tty', path), 'leads to a terminal'],
    ['a link to the console', (path) => symlinkSync('/dev/console', path), 'leads to a terminal'],
    ['a link to standard output', (path) => symlinkSync('/dev/stdout', path), 'leads to /dev/stdout'],
    ['a link to a descriptor', (path) => symlinkSync('/dev/fd/7', path), 'leads to /dev/stdout'],
    ['a link to standard error of itself', (path) => symlinkSync('/proc/self/fd/2', path), 'leads to /dev/stderr'],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path), 'is a device, no regular file'],
  ])('%s', async (_, make, says) => {
    const path = join(folder(), 'error.log')
    make(path)
    expect(await told(await openLog(path))).toContain(says.replace('PATH', path))
  })

  it('a file in the way of the path is no folder', async () => {
    const top = folder()
    writeFileSync(join(top, 'logs'), '')
    expect(await openLog(join(top, 'logs/error.log'))).toMatchObject({ kind: 'blind', why: 'no-such-file' })
  })

  it('a socket', async () => {
    const path = join(folder(), 's')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
    expect(await openLog(path)).toMatchObject({ kind: 'blind', why: 'not-understood', goes: 'socket' })
  })

  it('a name that no file can have', async () => {
    expect(await openLog(`/tmp/${'x'.repeat(300)}`)).toMatchObject({ kind: 'blind', why: 'not-understood' })
  })

  it.skipIf(process.geteuid?.() === 0)('closed to this account: root may read every file', async () => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, 'x')
    chmodSync(path, 0)
    expect(await openLog(path)).toMatchObject({ kind: 'blind', why: 'no-permission' })
    expect(await told(await openLog(path))).toContain('this account may not read')
  })
})

describe.runIf(process.platform === 'linux')('a log under another root', () => {
  function root(): string {
    const top = folder()
    mkdirSync(join(top, 'var/log'), { recursive: true })
    writeFileSync(join(top, 'var/log/error.log'), 'inside')
    writeFileSync(join(top, 'secret'), 'secret')
    return top
  }

  it('is found there, however the path is written', async () => {
    const top = root()
    for (const path of ['/var/log/error.log', 'var/log/error.log', '//var/./log//error.log']) {
      expect(await told(await openLog(path, top))).toBe('inside')
    }
  })

  it.each([
    ['/var/log/../../secret', 'holds ..'],
    ['/../secret', 'holds ..'],
    ['/var', 'is a folder'],
    ['/', 'is a folder'],
    ['', 'is a folder'],
    ['/var/log/none.log', 'there is no'],
    ['/var/log/error.log/x', 'there is no'],
  ])('%j is not', async (path, says) => {
    expect(await told(await openLog(path, root()))).toContain(says)
  })

  it('no link is followed, neither out of it nor inside, neither last nor on the way', async () => {
    const top = root()
    symlinkSync('/etc', join(top, 'out'))
    symlinkSync('var/log', join(top, 'logs'))
    symlinkSync('error.log', join(top, 'var/log/linked.log'))
    for (const path of ['/out/hostname', '/logs/error.log', '/var/log/linked.log']) {
      expect(await openLog(path, top)).toMatchObject({ kind: 'blind', why: 'no-vantage', goes: 'link' })
    }
    expect(await told(await openLog('/logs/error.log', top))).toContain('/logs is a link to var/log')
  })

  it('a link to its standard error, as in official images, is told as that', async () => {
    const top = root()
    symlinkSync('/dev/stderr', join(top, 'var/log/nginx.log'))
    symlinkSync('../../dev/stdout', join(top, 'var/log/access.log'))
    expect(await openLog('/var/log/nginx.log', top)).toMatchObject({ kind: 'blind', goes: 'stderr' })
    // Named so in the configuration itself: /proc of another pid namespace knows no self.
    expect(await openLog('/proc/self/fd/2', top)).toMatchObject({ kind: 'blind', goes: 'stderr' })
    expect(await openLog('/dev/stdout', top)).toMatchObject({ kind: 'blind', goes: 'stdout' })
    expect(await openLog('/var/log/access.log', top)).toMatchObject({ kind: 'blind', goes: 'stdout' })
  })

  it('a root that is gone', async () => {
    expect(await openLog('/var/log/error.log', '/proc/4194304/root')).toMatchObject({ kind: 'blind' })
  })
})

describe('what a process holds open', () => {
  it('is opened through its descriptor, and called as it was', async () => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, 'held')
    expect(await told(await openHeld(path, '/var/log/error.log (deleted)'))).toBe('held')
    expect(await openHeld('/dev/null', '/dev/null')).toMatchObject({ kind: 'blind', goes: 'device' })
    expect(await openHeld('/proc/4194304/fd/3', '/x')).toMatchObject({ kind: 'blind', why: 'no-such-file' })
  })

  it('is nobody’s without a pid', async () => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, '')
    const { opened, ...rest } = await openWritten(path, undefined)
    await told(opened)
    expect(rest).toEqual({ root: '', held: 'unknown', moved: false, tz: undefined, tzSeen: false })
  })
})

describe.runIf(process.platform === 'linux')('a log that its writer holds', () => {
  /** A log that a child process has open; `then` does something to it. */
  async function held(then: (path: string) => void, env: Record<string, string> = {}) {
    const path = join(folder(), 'error.log')
    writeFileSync(path, '@30 a\n')
    const pid = await writer([path], env)
    then(path)
    return { path, pid, capture: await look(path, { writer: pid }) }
  }

  it.each([
    ['renamed to .1', '.1'],
    ['renamed with a date', '-20261121'],
    ['renamed by hand', '.old'],
    ['renamed by hand with a date and a time', '.2026-11-21_0410'],
  ])('and that was %s is read where it is now', async (_, suffix) => {
    const { path, capture } = await held((at) => renameSync(at, at + suffix))
    expect(capture.meta).toMatchObject({ held: 'yes', moved: true, path: path + suffix })
    expect(capture.out).toBe('@30 a\n')
  })

  it('and that was renamed to something else entirely is not guessed at', async () => {
    const { capture } = await held((at) => renameSync(at, `${at}.shop`))
    expect(capture).toMatchObject({ outcome: 'blind', why: 'no-such-file', meta: { held: 'no', moved: false } })
  })

  it('and that was moved to another folder neither', async () => {
    const elsewhere = folder()
    const { capture } = await held((at) => renameSync(at, join(elsewhere, 'error.log.1')))
    expect(capture.meta).toMatchObject({ held: 'no', moved: false })
  })

  it('under another name: a link or a hard link is the same file', async () => {
    const top = folder()
    const path = join(top, 'error.log')
    writeFileSync(path, '@30 a\n')
    linkSync(path, join(top, 'hard.log'))
    symlinkSync('error.log', join(top, 'soft.log'))
    const pid = await writer([path])
    for (const name of ['hard.log', 'soft.log']) {
      expect((await look(join(top, name), { writer: pid })).meta).toMatchObject({ held: 'yes', moved: false })
    }
  })

  it('deleted, and another one put in its place: the held one is read, not the new one', async () => {
    const { path, capture } = await held((at) => {
      unlinkSync(at)
      writeFileSync(at, '@5 not its own\n')
    })
    expect(capture.out).toBe('@30 a\n')
    expect(capture.meta).toMatchObject({ moved: true, held: 'yes', path: `${path} (deleted)` })
  })

  it('and its older parts are found beside its name', async () => {
    const { capture } = await held((at) => {
      writeFileSync(`${at}.1`, '@100 older\n')
      touched(`${at}.1`, 100)
    })
    expect(capture.out).toBe('@100 older\n@30 a\n')
  })

  it('one of many that it holds', async () => {
    const top = folder()
    const files = Array.from({ length: 300 }, (_, i) => join(top, `site${i}.log`))
    const pid = await writer([...files, join(top, 'error.log')])
    expect((await look(join(top, 'error.log'), { writer: pid })).meta.held).toBe('yes')
    expect((await look(join(top, 'site299.log'), { writer: pid })).meta.held).toBe('yes')
  })

  it.each([
    ['no TZ', {}, undefined],
    ['an empty TZ', { TZ: '' }, ''],
    ['a zone', { TZ: 'Europe/Berlin' }, 'Europe/Berlin'],
    ['a zone behind a colon', { TZ: ':America/New_York' }, ':America/New_York'],
    ['a name that only ends in TZ', { XTZ: 'UTC' }, undefined],
  ])('with %s in its environment', async (_, env, tz) => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, '')
    const written = await openWritten(path, await writer([path], env))
    await told(written.opened)
    expect(written).toMatchObject({ tz, tzSeen: true, held: 'yes', root: '' })
  })
})

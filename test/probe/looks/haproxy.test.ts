import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askHaproxyLook } from '../../../src/probe/looks/ask-haproxy.ts'
import { askHaproxyLogLook } from '../../../src/probe/looks/ask-haproxy-log.ts'
import { haproxyConfigLook } from '../../../src/probe/looks/haproxy-config.ts'
import { filesGiven, isHaproxy } from '../../../src/probe/looks/haproxy-place.ts'
import { folder, node, tools } from './support.ts'

describe('the files of a command line', () => {
  it.each([
    ['-f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid', ['/etc/haproxy/haproxy.cfg']],
    ['-Ws -f a.cfg -fb.cfg', ['/srv/a.cfg', '/srv/b.cfg']],
    ['-C /etc/haproxy -f a.cfg -f conf.d', ['/etc/haproxy/a.cfg', '/etc/haproxy/conf.d']],
    ['-db -- /x.cfg y.cfg', ['/x.cfg', '/srv/y.cfg']],
    ['-db', []],
    ['-f', []],
  ])('%s', (words, files) => {
    expect(filesGiven(['haproxy', ...words.split(' ')], '/srv')).toEqual(files)
  })

  it('are nowhere without a folder to begin from', () => {
    expect(filesGiven(['haproxy', '-f', 'a.cfg'], '')).toEqual([])
  })

  it('are believed of a program by its file, not by its title', () => {
    expect(['/usr/sbin/haproxy', '/opt/haproxy-2.8', '/usr/sbin/haproxy (deleted)'].map(isHaproxy)).toEqual([
      true,
      true,
      true,
    ])
    expect(['/tmp/evil', '/usr/bin/haproxyctl', ''].map(isHaproxy)).toEqual([false, false, false])
  })
})

/** A program of the name haproxy with these words behind it, that waits until the test ends. */
async function named(words: string[], stdout: 'ignore' | number = 'ignore'): Promise<number> {
  const program = join(folder(), 'haproxy')
  copyFileSync('/bin/sh', program)
  chmodSync(program, 0o755)
  const child = spawn(program, ['-c', 'read x', ...words], { stdio: ['pipe', stdout, 'ignore'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('spawn', resolve))
  return child.pid ?? 0
}

describe('the configuration of a running one', () => {
  it('is every file of its command line; of a folder those that end in .cfg, in order', async () => {
    const home = folder()
    mkdirSync(join(home, 'conf.d'))
    writeFileSync(join(home, 'main.cfg'), 'global\n# configuration file /fake:\n')
    for (const name of ['b.cfg', 'a.cfg', 'no.txt', '.hidden.cfg'])
      writeFileSync(join(home, 'conf.d', name), `# ${name}\n`)
    const pid = await named(['-f', join(home, 'main.cfg'), '-f', join(home, 'conf.d')])
    const outcome = await haproxyConfigLook({ pid }, tools())
    expect(outcome).toMatchObject({
      outcome: 'ok',
      cut: false,
      argv: ['cat', join(home, 'main.cfg'), join(home, 'conf.d/a.cfg'), join(home, 'conf.d/b.cfg')],
    })
    expect(outcome.meta).toMatchObject({ conf: join(home, 'main.cfg'), unreadable: [], limited: false })
    expect(outcome.out).toContain(
      `# configuration file ${join(home, 'main.cfg')}:\nglobal\n## configuration file /fake:`,
    )
  })

  it('is part only where a file is missing, and says so', async () => {
    const file = join(folder(), 'main.cfg')
    writeFileSync(file, 'global\n')
    const pid = await named(['-f', file, '-f', '/nowhere/x.cfg'])
    expect(await haproxyConfigLook({ pid }, tools())).toMatchObject({
      outcome: 'ok',
      why: 'no-permission',
      meta: { unreadable: ['/nowhere/x.cfg'] },
    })
  })

  it('is not looked for where there is none, or no process', async () => {
    const pid = await named(['-f', '/nowhere/x.cfg'])
    expect(await haproxyConfigLook({ pid }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
      says: 'No HAProxy configuration at /nowhere/x.cfg',
    })
    expect(await haproxyConfigLook({ pid: 4_194_304 }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
  })

  it('is the usual one where another program has words like these', async () => {
    const { pid } = await node("console.log('ready'); setTimeout(() => {}, 60_000)", { argv: ['-f', '/tmp/evil.cfg'] })
    const { argv } = await haproxyConfigLook({ pid }, tools())
    expect(argv).toEqual(['cat', '/etc/haproxy/haproxy.cfg'])
  })
})

/** A runtime socket that answers these questions; what it was asked. */
async function socket(answers: Record<string, string>): Promise<{ path: string; asked: string[] }> {
  const path = join(folder('rt-'), 'admin.sock')
  const asked: string[] = []
  const server: Server = createServer((client) => {
    client.on('error', () => {})
    client.once('data', (data) => {
      const question = data.toString().trim()
      asked.push(question)
      const answer = answers[question]
      if (answer !== undefined) client.end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    server.close()
  })
  return { path, asked }
}

describe('the runtime socket', () => {
  const answers = { 'show info': `Pid: ${process.pid}\n`, 'show stat': '# a,b\n', 'show errors': 'none\n' }

  it('is asked three questions that only show', async () => {
    const { path, asked } = await socket(answers)
    const outcome = await askHaproxyLook({ sockets: [path], pid: process.pid }, tools())
    expect(asked).toEqual(['show info', 'show stat', 'show errors'])
    expect(JSON.parse(outcome.out)).toEqual({ socket: path, ...answers })
  })

  it('counts also where it is a child that answers', async () => {
    const { path } = await socket(answers)
    expect(await askHaproxyLook({ sockets: [path], pid: process.ppid }, tools())).toMatchObject({ outcome: 'ok' })
  })

  it("is another process's where the pid is another", async () => {
    const { path } = await socket({ ...answers, 'show info': 'Pid: 4194303\n' })
    expect(await askHaproxyLook({ sockets: [path], pid: process.pid }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-vantage',
    })
    const { path: mute } = await socket({ ...answers, 'show info': 'Unknown command\n' })
    expect(await askHaproxyLook({ sockets: [mute] }, tools())).toMatchObject({ outcome: 'blind', why: 'no-vantage' })
  })

  it('may be the second of two', async () => {
    const { path } = await socket(answers)
    expect(await askHaproxyLook({ sockets: ['/nowhere.sock', path], pid: process.pid }, tools())).toMatchObject({
      outcome: 'ok',
    })
  })

  it('is blind where nobody answers, where it is no socket, and where none is configured', async () => {
    const { path } = await socket({})
    expect(await askHaproxyLook({ sockets: [path] }, tools())).toMatchObject({ outcome: 'blind', why: 'timed-out' })
    expect(await askHaproxyLook({ sockets: ['/etc/hostname'] }, tools())).toMatchObject({
      outcome: 'blind',
      says: '/etc/hostname is no socket',
    })
    expect(await askHaproxyLook({ sockets: ['relative.sock'] }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
    const gone = await socket(answers)
    rmSync(gone.path)
    expect(await askHaproxyLook({ sockets: [gone.path] }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
  })
})

describe('where its log lines end up', () => {
  const told = async (args: Parameters<typeof askHaproxyLogLook>[0]) =>
    JSON.parse((await askHaproxyLogLook(args, tools())).out)

  it('in the file that is its standard output', async () => {
    const file = join(folder(), 'haproxy.log')
    const pid = await named([], openSync(file, 'a'))
    expect(await told({ pid, targets: ['/nowhere/log.sock', 'stdout'] })).toEqual({
      kind: 'file',
      path: file,
      writer: pid,
      program: 'haproxy',
      target: 'stdout',
    })
  })

  it('nowhere, where that is /dev/null or there is no target', async () => {
    const pid = await named([])
    expect(await told({ pid, targets: ['stdout'] })).toMatchObject({ kind: 'nowhere', path: '' })
    expect(await told({ pid, targets: [] })).toMatchObject({ kind: 'nowhere' })
    expect(await told({ pid, targets: ['10.0.0.9:514'] })).toMatchObject({ kind: 'unknown' })
  })

  it('in the file of the daemon behind a datagram port that holds a line of this process', async () => {
    const home = folder()
    const [mine, other] = [join(home, 'proxies.log'), join(home, 'haproxy-old.log')]
    const pid = await named([])
    writeFileSync(mine, `Nov 21 10:00:00 vm haproxy[${pid}]: Proxy web started.\n`)
    writeFileSync(other, 'Nov 20 10:00:00 vm haproxy[1]: Proxy web started.\n')
    const code = `
const fs = require('node:fs')
for (const file of process.argv.slice(1)) fs.openSync(file, 'a')
const socket = require('node:dgram').createSocket('udp4')
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port))`
    const daemon = await node(code, { argv: [other, mine] })
    expect(await told({ pid, targets: [`127.0.0.1:${daemon.said}`] })).toMatchObject({
      kind: 'file',
      path: mine,
      writer: daemon.pid,
    })
  })

  it('is blind without a process', async () => {
    expect(await askHaproxyLogLook({ targets: ['stdout'] }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'not-understood',
    })
    expect(await askHaproxyLogLook({ pid: 4_194_304, targets: ['stdout'] }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
  })
})

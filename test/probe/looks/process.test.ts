import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareNamespaces, samePaths } from '../../../src/probe/looks/namespaces.ts'
import { openFilesLook } from '../../../src/probe/looks/open-files.ts'
import { processLook } from '../../../src/probe/looks/process.ts'
import { sightLook } from '../../../src/probe/looks/sight.ts'
import { openFilesReader } from '../../../src/reading/machine/open-files.ts'
import { sightReader } from '../../../src/reading/machine/sight.ts'
import { processReader } from '../../../src/reading/process/process.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, start, tools } from './support.ts'

const look = async (pid: number) => processReader.read(captured(await processLook({ pid }, tools())), context()).value

describe('process', () => {
  it('describes a running program', async () => {
    const before = Date.now()
    const cwd = folder()
    const child = await node('console.log(1)\nsetInterval(() => {}, 1000)', { cwd, argv: ['--token', 's3cr3t'] })
    const value = await look(child.pid)
    expect(value).toMatchObject({
      complete: true,
      exists: true,
      pid: BigInt(child.pid),
      parent: BigInt(process.pid),
      program: 'node',
      exe: process.execPath,
      exe_replaced: false,
      cwd,
      uid: BigInt(process.geteuid?.() ?? -1),
      stopped: false,
      same_net: true,
      same_mnt: true,
      children: 0n,
    })
    expect(value.command).not.toContain('s3cr3t')
    // The kernel counts in ticks of 10 ms and the boot time may be a second off.
    expect(value.started.getTime()).toBeGreaterThan(before - 2_000)
    expect(value.started.getTime()).toBeLessThan(Date.now() + 2_000)
    expect(value.rss_kb).toBeGreaterThan(1000n)
    expect(value.fds).toBeGreaterThan(3n)
  })

  it('tells a master’s workers, and when the youngest started', async () => {
    const script = `const c = require('node:child_process').spawn('sleep', ['60']); process.on('SIGTERM', () => { c.kill(); process.exit() }); console.log(c.pid)`
    const child = await node(script)
    const value = await look(child.pid)
    expect(value.children).toBe(1n)
    expect(value.youngest_child.getTime()).toBeGreaterThanOrEqual(value.started.getTime())
    const worker = await look(Number(child.said))
    expect(worker).toMatchObject({ parent: BigInt(child.pid), program: 'sleep' })
    // Both were dated by an uptime that is precise to 10 ms.
    expect(Math.abs(worker.started.getTime() - value.youngest_child.getTime())).toBeLessThan(100)
    process.kill(Number(child.said))
  })

  it('one of many that never sleep: what it does not get of a core, it stands in line for', async () => {
    const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
    const spinning = 'console.log(1)\nfor (;;);'
    const spinners = await Promise.all(Array.from({ length: 4 }, () => node(spinning)))
    for (const { pid } of spinners) execFileSync('/usr/bin/taskset', ['-acp', allowed, String(pid)])
    const value = await look(spinners[0]?.pid ?? 0)
    expect(value.state).toBe('R')
    expect(value.cpu_permille).toBeLessThan(700n)
    expect(value.cpu_permille + value.waiting_permille).toBeGreaterThanOrEqual(800n)
  })

  it('sees that a program was stopped', async () => {
    const child = await node('console.log(1)\nsetInterval(() => {}, 1000)')
    child.process.kill('SIGSTOP')
    // The signal takes effect when the kernel comes to it: looked for, not waited for.
    const isStopped = () => /\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))
    for (let tries = 0; tries < 200 && !isStopped(); tries++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await look(child.pid)).toMatchObject({ state: 'T', stopped: true })
  })

  it('sees that a program’s file was replaced', async () => {
    const file = join(folder(), 'shop-server')
    copyFileSync('/usr/bin/tail', file)
    const child = await start(file, ['-n', '1', '-f', '/etc/hostname', '/etc/hosts'])
    unlinkSync(file)
    expect(await look(child.pid)).toMatchObject({ exe_replaced: true, exe: file, program: 'shop-server' })
  })

  it('knows that a process is gone', async () => {
    const child = await node('console.log(1)\nsetTimeout(() => {}, 60_000)')
    const gone = new Promise((resolve) => child.process.once('exit', resolve))
    child.process.kill('SIGKILL')
    await gone
    expect(await look(child.pid)).toMatchObject({ complete: true, exists: false })
  })

  it('needs a process id', async () => {
    for (const pid of [0, -1, 1.5, '1; rm', '', null]) {
      expect(await processLook({ pid }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    }
  })
})

it('our own namespaces are our own', async () => {
  expect(await compareNamespaces(process.pid)).toEqual({ net: 'same', mnt: 'same', pid: 'same' })
  expect(await samePaths(process.pid)).toBe('same')
  expect(await compareNamespaces(4_194_304)).toEqual({ net: 'unknown', mnt: 'unknown', pid: 'unknown' })
})

it('open files are counted, with the limits', async () => {
  const child = await node('console.log(1)\nsetInterval(() => {}, 1000)')
  const { value } = openFilesReader.read(captured(await openFilesLook({ pid: child.pid }, tools())), context())
  expect(value).toMatchObject({ complete: true, pid: BigInt(child.pid) })
  expect(value.open).toBeGreaterThan(3n)
  expect(value.limit).toBeGreaterThan(value.open)
  expect(await openFilesLook({ pid: 4_194_304 }, tools())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
})

it('sight tells who we are', async () => {
  const { value } = sightReader.read(captured(await sightLook({}, tools())), context())
  expect(value).toMatchObject({ complete: true, root: process.geteuid?.() === 0, sockets: value.processes })
  expect(value.user).not.toBe('')
})

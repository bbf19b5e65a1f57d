import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { workersLook } from '../../../src/probe/looks/workers.ts'
import { workersReader } from '../../../src/reading/process/workers.ts'
import type { Json } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context, looked } from '../../reading/process/support.ts'
import { captured, tools } from './support.ts'

const read = (findings: Json, more: Partial<Capture> = {}) => workersReader.read(looked(findings, more), context())
const limits = (n: number) => `Max open files            ${n}                 ${n}               files     \n`

describe('the children of a process', () => {
  it('are seen with their open files and their limit', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.once('spawn', resolve))
    const { value } = workersReader.read(captured(await workersLook({ pid: process.pid }, tools())), context())
    const own = value.workers.find(({ pid }) => pid === BigInt(child.pid ?? 0))
    expect(own?.open).toBeGreaterThan(2n)
    expect(own?.limit).toBeGreaterThan(10n)
  })

  it('of nobody, and of nothing', async () => {
    expect(await workersLook({ pid: 4_194_303 }, tools())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
    for (const args of [{}, { pid: 0 }, { pid: '1; id' }])
      expect(await workersLook(args, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})

describe('workers', () => {
  it('are told the fullest first', () => {
    const { value, lines } = read({
      workers: [
        { pid: 1, open: 10, limits: limits(100), denied: false },
        { pid: 2, open: 99, limits: limits(100), denied: false },
        { pid: 3, open: 50, limits: limits(1000), denied: false },
      ],
    })
    expect(value.workers.map(({ pid }) => pid)).toEqual([2n, 1n, 3n])
    expect(value.complete).toBe(true)
    expect(lines[0]).toBe('worker 2: 99 files open, limit 100')
  })

  it('of another user stay dark', () => {
    const { value, dark } = read({ workers: [{ pid: 1, open: -1, limits: limits(100), denied: true }] })
    expect(value).toMatchObject({ complete: false, workers: [{ open: -1n, limit: 100n }] })
    expect(dark).toEqual([{ why: 'no-permission', says: 'the open files of 1 workers belong to another user' }])
  })

  it.each<[Json, Partial<Capture>]>([
    [{ workers: [] }, {}],
    [{}, {}],
    [[], {}],
    [{ workers: [{ pid: 1, open: 1, limits: limits(9) }], more: true }, {}],
    [{ workers: [{ pid: 1, open: 1, limits: limits(9) }] }, { timedOut: true }],
    [{ workers: [{ pid: 1, open: 1, limits: '' }] }, {}],
  ])('%j prove nothing by what is absent', (findings, more) => {
    expect(read(findings, more).value.complete).toBe(false)
  })
})

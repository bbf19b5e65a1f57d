import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gunicornLimitLook } from '../../../src/probe/looks/gunicorn-limit.ts'
import { phpFpmLimitLook } from '../../../src/probe/looks/php-fpm-limit.ts'
import { changedSince } from '../../../src/probe/looks/started.ts'
import { gunicornLimitReader } from '../../../src/reading/app-limit/gunicorn-limit.ts'
import { phpFpmLimitReader } from '../../../src/reading/app-limit/php-fpm-limit.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

const WAITS = `console.log('ready'); setTimeout(() => {}, 60_000)`
const OLD = new Date('2020-01-01T00:00:00Z')

/** A file that is older than every process of the test. */
function old(path: string, text: string): string {
  writeFileSync(path, text)
  utimesSync(path, OLD, OLD)
  return path
}

describe('what a process with the words of gunicorn is told', () => {
  async function told(argv: string[], env: Record<string, string> = {}, file = '', cwd = folder()) {
    if (file !== '') old(join(cwd, 'gunicorn.conf.py'), file)
    const child = await node(WAITS, { argv, cwd, env: { PATH: process.env.PATH, SECRET_KEY: 's3cret', ...env } })
    const outcome = await gunicornLimitLook({ pid: child.pid }, tools())
    expect(outcome.out).not.toContain('s3cret')
    return { cwd, ...gunicornLimitReader.read(captured(outcome), context()).value }
  }

  it('by its usual file', async () => {
    const seen = await told([], {}, 'secret = "s3cret"\ntimeout = 12\n')
    expect(seen).toMatchObject({ known: true, limit_ms: 12_000n, at: `${seen.cwd}/gunicorn.conf.py:2` })
  })

  it('by a file that its words name, from its folder', async () => {
    const cwd = folder()
    old(join(cwd, 'a.py'), 'timeout = 13\n')
    expect(await told(['-c', './a.py'], {}, 'timeout = 12\n', cwd)).toMatchObject({ limit_ms: 13_000n })
    expect(await told(['--config=a.py'], {}, '', cwd)).toMatchObject({ limit_ms: 13_000n, at: `${cwd}/a.py:1` })
    expect(await told(['-c', 'none.py'], {}, '', cwd)).toMatchObject({ known: false })
    expect(await told(['-c', 'python:settings'], {}, '', cwd)).toMatchObject({ known: false })
    expect(await told(['-c', 'a.py', '--chdir', '/'], {}, '', cwd)).toMatchObject({ known: false })
  })

  it('by its variable, and by its words before that', async () => {
    const env = { GUNICORN_CMD_ARGS: '--timeout 14 --workers 3' }
    expect(await told([], env, 'timeout = 12\n')).toMatchObject({ limit_ms: 14_000n, at: 'GUNICORN_CMD_ARGS' })
    expect(await told(['-t', '15'], env)).toMatchObject({ limit_ms: 15_000n, at: 'its command line (--timeout)' })
  })

  it('by nothing: its default', async () => {
    expect(await told([])).toMatchObject({ complete: true, limit_ms: 30_000n, from: 'default' })
  })

  it('by a file that was written after it started: not known', async () => {
    const cwd = folder()
    const path = old(join(cwd, 'gunicorn.conf.py'), 'timeout = 12\n')
    const child = await node(WAITS, { cwd })
    const later = new Date(Date.now() + 60_000)
    utimesSync(path, later, later)
    const outcome = await gunicornLimitLook({ pid: child.pid }, tools())
    expect(gunicornLimitReader.read(captured(outcome), context()).value).toMatchObject({ known: false })
  })

  it('is blind for what is no process', async () => {
    expect(await gunicornLimitLook({}, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(await gunicornLimitLook({ pid: 4_194_304 }, tools())).toMatchObject({ why: 'no-such-file' })
  })
})

describe('what PHP-FPM is told', () => {
  it('nobody is believed who only has its title', async () => {
    const conf = old(join(folder(), 'fpm.conf'), '[a]\nlisten = 9000\n')
    const child = await node(`process.title = 'php-fpm: master process (${conf})'; ${WAITS}`)
    const outcome = await phpFpmLimitLook({ pid: child.pid, port: 9000 }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(phpFpmLimitReader.read(captured(outcome), context()).value.known).toBe(false)
  })

  it('is blind for what is no process', async () => {
    expect(await phpFpmLimitLook({}, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(await phpFpmLimitLook({ pid: 4_194_304 }, tools())).toMatchObject({ outcome: 'blind' })
  })
})

it('a file of the same moment was read, a younger one was not', () => {
  expect(changedSince(1000, new Date(1400))).toBe(false)
  expect(changedSince(1000, new Date(1600))).toBe(true)
  expect(changedSince(0, new Date(1600))).toBe(true)
})

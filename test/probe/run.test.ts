import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { liveGroups } from '../../src/probe/groups.ts'
import { type RunOptions, runCommand } from '../../src/probe/run.ts'

const node = process.execPath
const env = { PATH: ['/usr/bin', '/bin', dirname(node)].join(delimiter) }
const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'run-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (argv: string[], options: Partial<RunOptions> = {}) =>
  runCommand(argv, { timeoutMs: 10_000, signal: never, env, ...options })
const script = (code: string, ...argv: string[]) => [node, '-e', code, '--', ...argv]

/** Is a process of this id alive, and no zombie? */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && alive(pid); tries += 1) await pause(20)
  return !alive(pid)
}

describe('runCommand', () => {
  it('gives exit status, both outputs and the time it took', async () => {
    const result = await run(script('console.log("out"); console.error("err"); process.exitCode = 3'))
    expect(result).toMatchObject({
      exit: 3,
      signal: null,
      out: 'out\n',
      err: 'err\n',
      cut: false,
      timedOut: false,
      missing: false,
    })
    expect(result.ms).toBeGreaterThan(0)
    expect(result.startedAt).toBeInstanceOf(Date)
  })

  it('ends a command that never ends, and keeps what it said until then', async () => {
    const result = await run(['sh', '-c', 'echo begun; exec sleep 300'], { timeoutMs: 500 })
    expect(result).toMatchObject({ exit: null, signal: 'SIGTERM', timedOut: true, out: 'begun\n' })
    expect(result.ms).toBeLessThan(12_000)
  })

  it('kills what ignores TERM', async () => {
    const result = await run(['sh', '-c', 'trap "" TERM; echo $$; while :; do sleep 0.2; done'], { timeoutMs: 200 })
    expect(result).toMatchObject({ exit: null, signal: 'SIGKILL', timedOut: true })
    expect(await gone(Number(result.out))).toBe(true)
  })

  it('does not wait for a child that keeps the pipe open, and ends it', async () => {
    const result = await run(['sh', '-c', 'sleep 300 & echo $!; exit 4'])
    expect(result).toMatchObject({ exit: 4, timedOut: false })
    expect(result.ms).toBeLessThan(12_000)
    expect(await gone(Number(result.out))).toBe(true)
  })

  it('ends the whole group at the limit, not only its leader', async () => {
    const result = await run(['sh', '-c', 'sleep 300 & echo $!; wait'], { timeoutMs: 200 })
    expect(result.timedOut).toBe(true)
    expect(await gone(Number(result.out))).toBe(true)
  })

  it('stops a flood of a gigabyte early, in bounded memory, and keeps head and tail', async () => {
    const before = process.memoryUsage().rss
    const result = await run(['sh', '-c', 'echo first; yes | head -c 1000000000; echo last'])
    expect(result).toMatchObject({ cut: true, timedOut: false })
    expect(result.out.startsWith('first\ny\n')).toBe(true)
    expect(result.out).toMatch(/\n… \d+ bytes left out …\ny\n/)
    expect(result.out.length).toBeLessThan(4.1 * 1024 * 1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  it('keeps the last lines of what is only somewhat too long', async () => {
    const result = await run(['seq', '1', '2000'], { maxBytes: 4000 })
    expect(result).toMatchObject({ exit: 0, cut: true })
    const lines = result.out.trimEnd().split('\n')
    expect(lines.slice(0, 2)).toEqual(['1', '2'])
    expect(lines.at(-1)).toBe('2000')
    for (const line of lines) expect(line).toMatch(/^\d+$|^… \d+ bytes left out …$/)
  })

  it('bounds standard error as well', async () => {
    const result = await run(script('process.stderr.write("e".repeat(100000))'), { maxBytes: 1000 })
    expect(result.cut).toBe(true)
    expect(result.err.length).toBeLessThan(1100)
  })

  it('stops when told to, before or while it runs', async () => {
    expect(await run(['sleep', '300'], { signal: AbortSignal.abort() })).toMatchObject({
      cancelled: true,
      exit: null,
      ms: 0,
    })
    const control = new AbortController()
    const running = run(script('console.log(process.pid); setInterval(() => {}, 1000)'), { signal: control.signal })
    setTimeout(() => control.abort(), 300)
    const result = await running
    expect(result).toMatchObject({ cancelled: true, timedOut: false, exit: null })
    expect(liveGroups()).toBe(0)
  })

  it('takes any bytes for text', async () => {
    const result = await run(script('process.stdout.write(Buffer.from([0x61, 0xff, 0xfe, 0, 0x62, 0xc3]))'))
    expect(result.out).toBe('a\ufffd\ufffd\0b\ufffd')
  })

  it('closes standard input: a command that reads it ends', async () => {
    expect(await run(['cat'])).toMatchObject({ exit: 0, out: '' })
  })

  it('says so where there is no such program', async () => {
    expect(await run(['triage502-no-such-program'])).toMatchObject({ missing: true, exit: null })
    expect(await run([])).toMatchObject({ missing: true })
    expect(await run([''])).toMatchObject({ missing: true })
    expect(await run(['/nonexistent/ss'])).toMatchObject({ missing: true })
  })

  it('tells a program that may not be run from one that is not there', async () => {
    const path = join(folder, 'not-executable')
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o644 })
    expect(await run([path])).toMatchObject({
      missing: false,
      exit: 126,
      err: expect.stringContaining('Permission denied'),
    })
  })

  it('never runs a program of the working folder', async () => {
    const marker = join(folder, 'ran')
    writeFileSync(join(folder, 'ss-of-a-stranger'), `#!/bin/sh\ntouch ${marker}\n`)
    chmodSync(join(folder, 'ss-of-a-stranger'), 0o755)
    for (const path of ['/usr/bin', ':/usr/bin', '.:/usr/bin', '/usr/bin:', './:/usr/bin']) {
      for (const name of ['ss-of-a-stranger', './ss-of-a-stranger']) {
        expect(await run([name], { cwd: folder, env: { PATH: path } })).toMatchObject({ missing: true })
      }
    }
    expect(existsSync(marker)).toBe(false)
    expect(await run([join(folder, 'ss-of-a-stranger')])).toMatchObject({ exit: 0 })
    expect(existsSync(marker)).toBe(true)
  })

  it('gives the environment it was given and nothing of ours', async () => {
    process.env.TRIAGE502_TEST_LEAK = 'x'
    try {
      const { out } = await run(['env'], { env: { ...env, ONLY: 'this' } })
      expect(
        out
          .trimEnd()
          .split('\n')
          .filter((line) => !line.startsWith('_='))
          .sort(),
      ).toEqual(['ONLY=this', `PATH=${env.PATH}`])
    } finally {
      delete process.env.TRIAGE502_TEST_LEAK
    }
  })

  it('survives what cannot be an argument', async () => {
    expect(await run(['echo', 'a\0b'])).toMatchObject({ exit: 126, out: '' })
    expect(await run(['echo', 'x'.repeat(5_000_000)])).toMatchObject({ out: '' })
    expect(await run(['echo', 'x'], { cwd: '/nonexistent' })).toMatchObject({ out: '' })
  })

  it('keeps each of 1,000 hostile arguments one argument, exactly as it was', async () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          ' ',
          '"',
          "'",
          '\\',
          '$',
          '`',
          ';',
          '|',
          '&',
          '>',
          '<',
          '*',
          '?',
          '~',
          '(',
          ')',
          '{',
          '}',
          '\n',
          '\t',
          '-',
          '=',
          '$(id)',
          '%s',
          '!',
          '#',
          '\u202e',
          'é',
          '\u001b',
        ),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 30,
    })
    const hostile = fc.oneof(
      nasty,
      fc.constantFrom(
        '',
        '-',
        '--',
        '-e',
        '--eval',
        '; touch /tmp/x',
        '$(touch /tmp/x)',
        '`id`',
        '\\\\',
        "'",
        '--version',
      ),
    )
    const values = fc
      .sample(hostile, { numRuns: 1000, seed: 502 })
      .map((value) => value.toWellFormed().replaceAll('\0', ''))
    expect(values).toHaveLength(1000)
    for (let at = 0; at < values.length; at += 100) {
      const some = values.slice(at, at + 100)
      const { out } = await run(script('console.log(JSON.stringify(process.argv.slice(1)))', ...some))
      expect(JSON.parse(out)).toEqual(some)
    }
  })

  it('never throws, for any argv', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }), async (argv) => {
        const result = await run(argv.map((word) => `/nonexistent/${word}`))
        expect(result.missing).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the end of the tool', () => {
  const module = new URL('../../src/probe/run.ts', import.meta.url).href
  /** A tool that starts a look which never ends, says the look's pid, then ends in the given way. */
  const tool = (ending: string) => `
    import { runCommand } from ${JSON.stringify(module)}
    const file = ${JSON.stringify(join(folder, 'pid'))} + process.pid
    const argv = ['sh', '-c', 'echo $$ > "$0"; exec sleep 300', file]
    void runCommand(argv, { timeoutMs: 60000, signal: new AbortController().signal, env: { PATH: '/usr/bin:/bin' } })
    const { existsSync, readFileSync } = await import('node:fs')
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 10))
    console.log(readFileSync(file, 'utf8'))
    ${ending}
    await new Promise((resolve) => setTimeout(resolve, 30000))`

  it.each([
    ['exits', 'process.exit(5)', 5],
    ['throws', 'setTimeout(() => { throw new Error("bug") })', 1],
    ['is interrupted', 'process.kill(process.pid, "SIGINT")', 'SIGINT'],
    ['is terminated', 'process.kill(process.pid, "SIGTERM")', 'SIGTERM'],
    ['loses its terminal', 'process.kill(process.pid, "SIGHUP")', 'SIGHUP'],
    [
      'handles the signal itself',
      'process.on("SIGTERM", () => process.exit(7)); process.kill(process.pid, "SIGTERM")',
      7,
    ],
  ])('leaves nothing behind when it %s', async (_, ending, how) => {
    const file = join(folder, `tool-${Math.random().toString(36).slice(2)}.ts`)
    writeFileSync(file, tool(ending))
    const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', file]
    const ended = await promisify(execFile)(node, args).then(
      () => ({ code: 0, signal: null, stdout: '' }),
      (error: { code: number | null; signal: string | null; stdout: string }) => error,
    )
    expect(ended.signal ?? ended.code).toBe(how)
    const pid = Number(ended.stdout)
    expect(pid).toBeGreaterThan(1)
    expect(await gone(pid)).toBe(true)
  })
})

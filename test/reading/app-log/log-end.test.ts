import { describe, expect, it } from 'vitest'
import { logEndReader } from '../../../src/reading/app-log/log-end.ts'
import type { Capture } from '../../../src/words/look.ts'
import { NEVER } from '../../../src/words/value.ts'
import { looked } from '../process/support.ts'
import { context } from '../systemd/support.ts'

const WRITTEN = Date.UTC(2026, 10, 21, 4, 20, 0)
const read = (out: string, more: Partial<Capture> = {}) =>
  logEndReader.read({ ...looked({}), meta: { written_ms: WRITTEN }, ...more, out }, context())

describe('the end of a log without stamps', () => {
  it('names the reason, and when the file was written last', () => {
    const trace =
      "node:internal/modules/cjs/loader:1423\n  throw err;\n  ^\n\nError: Cannot find module 'express'\n    at x (y:1:2)\n"
    expect(read(trace).value).toMatchObject({
      complete: true,
      written: new Date(WRITTEN),
      reason_found: true,
      reason: "Error: Cannot find module 'express'",
      reason_cause: 'crash-on-start',
      reason_signature: 'node-module-missing',
    })
  })

  it('with stamps is read without them', () => {
    expect(read('2026-11-21T04:20:00: Error: DATABASE_URL is not set\n').value.reason).toBe(
      'Error: DATABASE_URL is not set',
    )
  })

  it('tells of memory in the words of PM2', () => {
    const line =
      'PM2        | [PM2][WORKER] Process 0 restarted because it exceeds --max-memory-restart value (current_memory=1 max_memory_limit=2 [octets])'
    expect(read(`${line}\n`).value).toMatchObject({ reason_signature: 'pm2-memory', reason_cause: 'oom-killed' })
  })

  it('does not count what stood before it last listened', () => {
    const words = "Error: Cannot find module 'express'\nServer listening on port 3000\n"
    expect(read(words).value).toMatchObject({ reason_found: false, listens_port: 3000n })
  })

  it('without a known word ends with its last line', () => {
    expect(read('warming\nSomething odd happened\n').value).toMatchObject({
      reason_found: false,
      last_line: 'Something odd happened',
      lines: 2n,
    })
  })

  it('that is empty says nothing, and that is seen', () => {
    expect(read('').value).toMatchObject({ complete: true, lines: 0n, last_line: '' })
  })
})

describe('what proves nothing', () => {
  it('is a log that was not read, or cut, or pasted', () => {
    for (const more of [{ cut: true }, { timedOut: true }, { pasted: true }]) {
      expect(read('', more).value.complete).toBe(false)
    }
    const dark = read('', { outcome: 'blind', why: 'no-permission', says: 'denied' })
    expect(dark.value.complete).toBe(false)
    expect(dark.dark).toEqual([{ why: 'no-permission', says: 'denied' }])
  })

  it('is a time that nobody measured', () => {
    expect(read('x', { meta: {} }).value.written).toEqual(NEVER)
    expect(read('x', { meta: { written_ms: 'soon' } }).value.written).toEqual(NEVER)
  })
})

describe('what is kept', () => {
  it('holds no frames of a trace, and reads as the whole did', () => {
    const whole = "Error: Cannot find module 'express'\n    at Module._load (/home/ann/app/x.js:1:2)\nbye\n"
    const { out, leftOut } = logEndReader.keep?.(whole) ?? { out: '', leftOut: '' }
    expect(out).toBe("Error: Cannot find module 'express'\nbye\n")
    expect(leftOut).toBe('1 lines of stack traces')
    expect(read(out).value).toEqual({ ...read(whole).value, lines: 2n })
  })
})

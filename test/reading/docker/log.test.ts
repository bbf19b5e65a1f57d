import { describe, expect, it } from 'vitest'
import { containerLogReader } from '../../../src/reading/docker/log.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { printed } from '../process/support.ts'
import { context as known } from '../systemd/support.ts'

const context = (facts: Record<string, Value> = {}) => ({ ...known(), facts: new Map(Object.entries(facts)) })
const line = (time: string, text: string) => `2026-11-21T${time}.5Z ${text}\n`
const read = (out: string, facts: Record<string, Value> = {}, more: Partial<Capture> = {}) =>
  containerLogReader.read(printed('docker logs --timestamps shop', out, more), context(facts)).value

const START = new Date('2026-11-21T04:20:00.000Z')
const END = new Date('2026-11-21T04:20:01.000Z')
const TRACE = [
  line('04:20:00', 'node:internal/modules/cjs/loader:1423'),
  line('04:20:00', '  throw err;'),
  line('04:20:00', "Error: Cannot find module 'express'"),
  line('04:20:00', '    at Module._load (node:internal/modules/cjs/loader:1104:12)'),
].join('')

describe('the reason of an end', () => {
  it('stands in the life that ended', () => {
    expect(read(TRACE, { 'container.started': START, 'container.ended': END })).toMatchObject({
      complete: true,
      entries: 4n,
      reason_found: true,
      reason: "Error: Cannot find module 'express'",
      reason_cause: 'crash-on-start',
      reason_signature: 'node-module-missing',
    })
  })

  it('holds while the next life has only just begun', () => {
    const began = new Date('2026-11-21T04:23:58.000Z')
    const ended = new Date('2026-11-21T04:20:01.000Z')
    expect(read(TRACE, { 'container.started': began, 'container.ended': ended }).reason_cause).toBe('crash-on-start')
  })

  it('of a life long ago does not count for one that listens since', () => {
    const began = new Date('2026-11-21T04:21:00.000Z')
    const facts = { 'container.started': began, 'container.ended': END }
    expect(read(TRACE + line('04:21:01', 'Server listening on port 3000'), facts)).toMatchObject({
      reason_found: false,
      listens_port: 3000n,
    })
  })

  it('is a crash where the program had listened for long', () => {
    const words =
      line('04:10:00', 'Server listening on port 3000') +
      line('04:20:00', "TypeError: Cannot read properties of undefined (reading 'id')")
    const facts = { 'container.started': new Date('2026-11-21T04:09:59.000Z'), 'container.ended': END }
    expect(read(words, facts).reason_cause).not.toBe('crash-on-start')
  })

  it('may stand before the moment at which a busy engine notes the start', () => {
    const noted = { 'container.started': new Date('2026-11-21T04:20:00.700Z'), 'container.ended': END }
    expect(read(TRACE, noted)).toMatchObject({ reason_found: true, reason_cause: 'crash-on-start' })
  })

  it('is not taken from a life before that ended long before the start', () => {
    const noted = {
      'container.started': new Date('2026-11-21T04:20:30.000Z'),
      'container.ended': new Date('2026-11-21T04:20:31.000Z'),
    }
    expect(read(TRACE, noted)).toMatchObject({ reason_found: false })
  })

  it('is not taken from the life before where the last one has words of its own', () => {
    const noted = {
      'container.started': new Date('2026-11-21T04:20:01.000Z'),
      'container.ended': new Date('2026-11-21T04:20:03.000Z'),
    }
    expect(read(TRACE + line('04:20:02', 'shop 1.4.2 boots'), noted)).toMatchObject({
      reason_found: false,
      last_line: 'shop 1.4.2 boots',
    })
  })

  it('is not known where nobody names one; the last words are told', () => {
    expect(
      read(line('04:20:00', 'shop 1.4.2 boots'), { 'container.started': START, 'container.ended': END }),
    ).toMatchObject({
      complete: true,
      reason_found: false,
      last_line: 'shop 1.4.2 boots',
    })
  })
})

describe('stamps', () => {
  it("are the engine's, in UTC, whatever the program stamps itself", () => {
    const own = line('04:20:00', '[2026-11-21 13:20:00] Error: DATABASE_URL is not set')
    expect(read(own, { 'container.started': START, 'container.ended': END }).last).toEqual(
      new Date('2026-11-21T04:20:00.500Z'),
    )
  })
})

describe('what is not there', () => {
  it('proves nothing where the log was cut, pasted or not read', () => {
    expect(read('', {}, { cut: true }).complete).toBe(false)
    expect(read('', {}, { pasted: true }).complete).toBe(false)
    expect(read('', {}, { outcome: 'blind', why: 'no-permission', says: 'x' }).complete).toBe(false)
  })

  it('is silence where the whole log is empty', () => {
    expect(read('')).toMatchObject({ complete: true, entries: 0n, last_line: '', reason_found: false })
  })

  it('is dark with the reason of the look', () => {
    const capture = printed('docker logs x', '', { outcome: 'blind', why: 'no-such-file', says: 'no such container' })
    expect(containerLogReader.read(capture, context()).dark).toEqual([
      { why: 'no-such-file', says: 'no such container' },
    ])
  })
})

describe('a line in the form of a journal', () => {
  it('is the program’s all the same: nobody but it writes here', () => {
    const words = line('04:20:00', 'systemd[1]: Started shop') + line('04:20:00', 'Error: DATABASE_URL is not set')
    expect(read(words, { 'container.started': START, 'container.ended': END }).reason_cause).toBe('crash-on-start')
  })
})

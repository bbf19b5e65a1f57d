import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesReader } from '../../../src/reading/machine/changes.ts'
import { openFilesReader } from '../../../src/reading/machine/open-files.ts'
import { sightReader } from '../../../src/reading/machine/sight.ts'
import { candidatesReader } from '../../../src/reading/process/candidates.ts'
import { destinationReader } from '../../../src/reading/process/destination.ts'
import { listenersReader } from '../../../src/reading/process/listeners.ts'
import { pathReader } from '../../../src/reading/process/path-info.ts'
import { processReader } from '../../../src/reading/process/process.ts'
import { upstreamPlaceReader } from '../../../src/reading/process/upstream-place.ts'
import type { AnyReader } from '../../../src/reading/reader.ts'
import type { Value, ValueType } from '../../../src/words/value.ts'
import { cpuNow } from '../../cpu.ts'
import { context, fixture, looked, printed } from './support.ts'

const READERS: AnyReader[] = [
  listenersReader,
  destinationReader,
  processReader,
  upstreamPlaceReader,
  pathReader,
  candidatesReader,
  openFilesReader,
  sightReader,
  changesReader,
]

/** Is the value exactly of its declared type: no missing field, no number, no invalid date? */
function fits(value: Value | undefined, type: ValueType): boolean {
  switch (type.kind) {
    case 'int':
      return typeof value === 'bigint'
    case 'string':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime())
    case 'list':
      return Array.isArray(value) && value.every((item) => fits(item, type.of))
    case 'record': {
      if (typeof value !== 'object' || value instanceof Date || Array.isArray(value)) return false
      const names = Object.keys(type.fields)
      return (
        Object.keys(value).length === names.length &&
        names.every((name) => fits(value[name], type.fields[name] ?? type))
      )
    }
  }
}

const FIELDS = [
  'pid',
  'exists',
  'whole',
  'stat',
  'status',
  'cmdline',
  'clock',
  'cpu',
  'ms',
  'ticks',
  'owner',
  'owners',
  'inode',
  'addresses',
  'interfaces',
  'steps',
  'worker',
  'uid',
  'mode',
  'apps',
  'ties',
  'port',
  'changes',
  'at_ms',
  'unread',
  'tcp',
  'tcp6',
  'unix',
  'children',
  'hidden',
  'limits',
  'file_nr',
  'open',
  'now_ms',
  'boot_s',
  'start_ticks',
  'changed_ms',
  'error',
  'kind',
]
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 3000, 1e300, Number.MAX_SAFE_INTEGER, 8.65e15),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 8 }),
  ),
})).value

describe.each(READERS.map((reader) => [reader.name, reader] as const))('%s', (_, reader) => {
  it('reads any findings into its whole type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...FIELDS), anything), (findings) => {
        const capture = looked(JSON.parse(JSON.stringify(findings)))
        expect(fits(reader.read(capture, context()).value, reader.output)).toBe(true)
        const kept = reader.keep?.(capture.out)
        if (kept) expect(reader.read({ ...capture, out: kept.out }, context())).toEqual(reader.read(capture, context()))
      }),
      { numRuns: 200 },
    )
  })

  it('reads any text into its whole type, and takes none for proof', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (out) => {
        const capture = { ...looked({}), out }
        const { value } = reader.read(capture, context())
        expect(fits(value, reader.output)).toBe(true)
        expect(value.complete).toBe(false)
        reader.keep?.(out)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the output of commands', () => {
  const real = ['ss-ltnpH.txt', 'ss-lxnpH.txt', 'lsof.txt', 'netstat.txt'].map(fixture)

  it('may be torn anywhere', () => {
    const torn = fc
      .tuple(fc.constantFrom(...real), fc.nat(2000), fc.string({ unit: 'binary' }))
      .map(([text, at, noise]) => {
        const middle = at % text.length
        return text.slice(0, middle) + noise + text.slice(middle)
      })
    fc.assert(
      fc.property(torn, fc.constantFrom('ss', 'lsof', 'netstat'), (out, tool) => {
        expect(fits(listenersReader.read(printed(tool, out), context()).value, listenersReader.output)).toBe(true)
      }),
    )
  })

  it.each([
    ['blanks', ' '.repeat(1_000_000)],
    ['a line without end', `LISTEN 0 1 ${'1'.repeat(1_000_000)}`],
    ['owners without end', `LISTEN 0 1 127.0.0.1:80 *:* users:((${'"a",pid=1,fd=1),('.repeat(60_000)}`],
    ['hexadecimal without end', `0: ${'A'.repeat(1_000_000)}`],
  ])('is read in linear time: %s', (_, out) => {
    const started = cpuNow()
    for (const tool of ['ss', 'lsof', 'netstat']) listenersReader.read(printed(tool, out), context())
    listenersReader.read(looked({ whole: true, tcp: [out], unix: [out] }), context())
    // A quadratic reader would need minutes.
    expect(cpuNow() - started).toBeLessThan(5_000)
  })
})

import { expect, it } from 'vitest'
import { openFilesReader } from '../../../src/reading/machine/open-files.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, fixture, looked } from '../process/support.ts'

const FOUND: JsonObject = {
  pid: 3630,
  open: 19_000,
  denied: false,
  limits: fixture('limits-nginx.txt'),
  limit_known: true,
  file_nr: '1174\t0\t2466183\n',
}
const read = (raw: JsonObject) => openFilesReader.read(looked(raw), context())

it('tells how near a process is to its limit', () => {
  expect(read(FOUND).value).toEqual({
    complete: true,
    pid: 3630n,
    open: 19_000n,
    limit: 20_000n,
    used_permille: 950n,
    system_open: 1174n,
    system_limit: 2_466_183n,
  })
})

it('of another user’s process tells only the limit', () => {
  const { value, dark } = read({ ...FOUND, open: -1, denied: true })
  expect(value).toMatchObject({ complete: false, open: -1n, limit: 20_000n, used_permille: 0n })
  expect(dark).toEqual([{ why: 'no-permission', says: 'the open files of pid 3630 belong to another user' }])
})

it('survives a kernel without a limit', () => {
  expect(read({ ...FOUND, file_nr: '1174\t0\t9223372036854775807\n' }).value).toMatchObject({
    complete: true,
    system_limit: BigInt(Number.MAX_SAFE_INTEGER),
  })
})

it('knows nothing from nothing', () => {
  expect(read({}).value).toMatchObject({ complete: false, open: -1n, limit: -1n, system_open: -1n })
})

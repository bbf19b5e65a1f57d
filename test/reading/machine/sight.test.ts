import { expect, it } from 'vitest'
import { sightReader } from '../../../src/reading/machine/sight.ts'
import { context, looked } from '../process/support.ts'

it('root sees everything', () => {
  const all = { root: true, user: 'root', processes: '', kernel_log: '', journal: '', sockets: '' }
  expect(sightReader.read(looked(all), context())).toEqual({ value: { complete: true, ...all }, dark: [], lines: [] })
})

it('an ordinary user is told what stays dark, and why', () => {
  const some = {
    root: false,
    user: 'shop',
    processes: 'no-permission',
    kernel_log: 'no-permission',
    journal: 'no-such-file',
    sockets: '',
  }
  const { value, dark } = sightReader.read(looked(some), context())
  expect(value).toMatchObject({ kernel_log: 'no-permission', journal: 'no-such-file', sockets: '' })
  expect(dark.map(({ why, says }) => `${why}: ${says}`)).toEqual([
    'no-permission: programs, folders and open files of other users’ processes cannot be read here',
    'no-permission: the kernel’s log (out-of-memory kills) cannot be read here',
    'no-such-file: the system’s journal cannot be read here',
  ])
})

it('what was not understood is not sight', () => {
  const odd = sightReader.read(looked({ root: true, user: 'root', processes: 'maybe' }), context()).value
  expect(odd.processes).toBe('not-understood')
  expect(sightReader.read(looked('text'), context()).value).toMatchObject({
    complete: false,
    journal: 'not-understood',
  })
})

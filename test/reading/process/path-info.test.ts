import { describe, expect, it } from 'vitest'
import { pathReader } from '../../../src/reading/process/path-info.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, looked } from './support.ts'

const folder = (path: string, mode = 0o755, more: JsonObject = {}): JsonObject => ({
  path,
  error: '',
  kind: 'folder',
  mode,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  changed_ms: 1,
  ...more,
})
const socket = (mode: number, more: JsonObject = {}): JsonObject => ({
  ...folder('/run/shop/app.sock', mode),
  kind: 'socket',
  uid: 1000,
  gid: 1000,
  owner: 'shop',
  group: 'shop',
  changed_ms: Date.UTC(2026, 10, 21, 2, 3, 10),
  ...more,
})
const WORKER = { pid: 3631, uid: 33, gid: 33, groups: [33], overrides: false, user: 'www-data' }

const see = (steps: JsonObject[], more: JsonObject = {}) =>
  pathReader.read(
    looked({
      path: '/run/shop/app.sock',
      exists: true,
      whole: true,
      missing_folder: '',
      steps,
      worker: WORKER,
      ...more,
    }),
    context(),
  )
const way = [folder('/'), folder('/run'), folder('/run/shop')]

describe('a socket', () => {
  it('is described', () => {
    expect(see([...way, socket(0o660)]).value).toEqual({
      complete: true,
      exists: true,
      kind: 'socket',
      mode: '0660',
      owner: 'shop',
      group: 'shop',
      changed: new Date('2026-11-21T02:03:10.000Z'),
      stops_at: '',
      writable: false,
      worker: 'www-data',
    })
  })

  it.each([
    ['everybody may write', 0o666, {}, true],
    ['only the owner and group may', 0o660, {}, false],
    ['the worker is the owner', 0o600, { uid: 33 }, true],
    ['the worker is in the group', 0o660, { gid: 33 }, true],
    ['the owner is shut out though everybody may', 0o066, { uid: 33 }, false],
    ['the group is shut out though everybody may', 0o606, { gid: 33 }, false],
    ['reading is not enough', 0o664, {}, false],
  ])('%s', (_, mode, more, writable) => {
    expect(see([...way, socket(mode, more)]).value.writable).toBe(writable)
  })

  it('is open to a worker in a supplementary group, and to one that permissions do not hold back', () => {
    expect(see([...way, socket(0o660)], { worker: { ...WORKER, groups: [33, 1000] } }).value.writable).toBe(true)
    expect(see([...way, socket(0o600)], { worker: { ...WORKER, overrides: true } }).value.writable).toBe(true)
  })
})

describe('the way to it', () => {
  it('stops at the first folder that the worker may not enter', () => {
    const closed = [folder('/'), folder('/run', 0o750), folder('/run/shop', 0o700)]
    expect(see([...closed, socket(0o666)]).value).toMatchObject({ writable: false, stops_at: '/run', complete: true })
  })

  it('needs only the right to enter, not to list', () => {
    expect(see([folder('/'), folder('/run', 0o711), folder('/run/shop', 0o711), socket(0o666)]).value.writable).toBe(
      true,
    )
  })

  it('stops at a folder that is not there', () => {
    const steps = [folder('/'), folder('/run'), { path: '/run/shop', error: 'gone' }]
    expect(see(steps, { exists: false, missing_folder: '/run/shop' }).value).toMatchObject({
      complete: true,
      exists: false,
      kind: '',
      stops_at: '/run/shop',
      writable: false,
    })
  })

  it('does not stop at the socket itself when only that is missing', () => {
    const steps = [...way, { path: '/run/shop/app.sock', error: 'gone' }]
    expect(see(steps, { exists: false }).value).toMatchObject({ complete: true, exists: false, stops_at: '' })
  })
})

describe('what is not known', () => {
  it('a folder that is closed to this account proves nothing about what is in it', () => {
    const { value, dark } = see([folder('/'), { path: '/run', error: 'denied' }], { exists: false, whole: false })
    expect(value).toMatchObject({ complete: false, exists: false })
    expect(dark).toEqual([{ why: 'no-permission', says: '/run cannot be looked at by this account' }])
  })

  it('an access list may open what the mode bits close', () => {
    const { value, dark } = see([...way, socket(0o660, { acl: true })])
    expect(value).toMatchObject({ complete: false, writable: false })
    expect(dark).toEqual([{ why: 'not-understood', says: '/run/shop/app.sock has an access list, which was not read' }])
    expect(see([...way, socket(0o666, { acl: true })]).value.complete).toBe(true)
  })

  it('without a worker nothing is said of rights', () => {
    expect(see([...way, socket(0o666)], { worker: {} }).value).toMatchObject({
      complete: false,
      writable: false,
      worker: '',
      exists: true,
    })
  })
})

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'

// A root like a container's, with links that are right inside it and would lead out of it from here.
let top: string
let inside: Beneath
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'beneath-'))
  const root = join(top, 'root')
  for (const folder of ['etc/enabled', 'etc/available', 'secret']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(top, 'outside'), 'not yours')
  writeFileSync(join(root, 'etc/available/shop'), 'shop')
  writeFileSync(join(root, 'big'), 'x'.repeat(100))
  const links = {
    'etc/enabled/absolute': '/etc/available/shop',
    'etc/enabled/relative': '../available/shop',
    'etc/enabled/climbing': '../../../../../../../outside',
    'etc/enabled/leaving': join(top, 'outside'),
    'etc/enabled/circle': 'circle',
    'etc/enabled/gone': 'nothing',
    folder: '/etc/available',
    up: '..',
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path))
  execFileSync('mkfifo', [join(root, 'pipe')])
  inside = new Beneath(root)
})
afterAll(() => rmSync(top, { recursive: true, force: true }))

describe.runIf(existsSync('/proc/self/fd'))('beneath another root', () => {
  const text = async (path: string) => {
    const read = await inside.read(path, 1000)
    return read.kind === 'text' ? read.text : read.kind
  }

  it.each([
    ['/etc/available/shop', 'shop'],
    ['/etc/enabled/absolute', 'shop'],
    ['/etc/enabled/relative', 'shop'],
    ['/folder/shop', 'shop'],
    ['/etc/../etc/./available//shop', 'shop'],
    ['/up/etc/available/shop', 'shop'],
    ['/etc/enabled/climbing', 'absent'],
    ['/etc/enabled/leaving', 'absent'],
    ['/../outside', 'absent'],
    ['/up/outside', 'absent'],
    ['/etc/enabled/circle', 'absent'],
    ['/etc/enabled/gone', 'absent'],
    ['/etc/available/shop/x', 'absent'],
    ['/etc', 'irregular'],
    ['/', 'irregular'],
    ['/pipe', 'irregular'],
  ])('%s: %s', async (path, expected) => {
    expect(await text(path)).toBe(expected)
  })

  it('lists and finds', async () => {
    expect(await inside.list('/folder')).toEqual(['shop'])
    expect(await inside.list('/nothing')).toBe('absent')
    expect(await inside.exists('/etc/enabled/absolute')).toBe(true)
    expect(await inside.exists('/etc/enabled/leaving')).toBe(false)
  })

  it('reads no more than is asked for', async () => {
    expect(await inside.read('/big', 99)).toEqual({ kind: 'too-big' })
    expect(await inside.read('/big', 100)).toMatchObject({ kind: 'text', bytes: 100 })
  })

  it('leaves nothing open', async () => {
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 20; i++) await text('/etc/enabled/absolute')
    await text('/etc/enabled/circle')
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before)
  })
})

describe('at our own root', () => {
  it('follows links as everybody does', async () => {
    const here = new Beneath('')
    expect(await here.read(join(top, 'root/etc/enabled/leaving'), 1000)).toMatchObject({
      kind: 'text',
      text: 'not yours',
    })
    expect(await here.read(join(top, 'root/pipe'), 1000)).toEqual({ kind: 'irregular' })
    expect(await here.read(join(top, 'none'), 1000)).toEqual({ kind: 'absent' })
    expect(await here.exists(join(top, 'root/etc/enabled/gone'))).toBe(false)
  })
})

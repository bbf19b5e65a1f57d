import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { pathLook } from '../../../src/probe/looks/path.ts'
import { pathReader } from '../../../src/reading/process/path-info.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

const SOCKET = `require('node:net').createServer().listen(process.argv[1], () => console.log('ready'))`

let root = ''
beforeEach(() => {
  root = realpathSync(folder())
  mkdirSync(join(root, 'run/shop'), { recursive: true })
})

const look = async (path: string) =>
  pathReader.read(captured(await pathLook({ path: join(root, path), pid: process.pid }, tools())), context())

describe('a path', () => {
  it('to a socket that its listener’s own user may write', async () => {
    const path = join(root, 'run/shop/app.sock')
    await node(SOCKET, { argv: [path] })
    chmodSync(path, 0o600)
    expect((await look('run/shop/app.sock')).value).toMatchObject({
      complete: true,
      exists: true,
      kind: 'socket',
      mode: '0600',
      stops_at: '',
      writable: true,
    })
  })

  it.each([
    ['an absolute link', () => symlinkSync(join(root, 'run'), join(root, 'var'))],
    ['a relative link', () => symlinkSync('run', join(root, 'var'))],
    [
      'a link upwards',
      () => symlinkSync('shop/../../run', join(root, 'run/up')) ?? symlinkSync('run/up', join(root, 'var')),
    ],
  ])('is followed by us through %s', async (_, link) => {
    writeFileSync(join(root, 'run/shop/a.txt'), 'x')
    link()
    expect((await look('var/shop/a.txt')).value).toMatchObject({ exists: true, kind: 'file' })
  })

  it('stops where a folder is missing', async () => {
    expect((await look('run/blog/app.sock')).value).toMatchObject({
      complete: true,
      exists: false,
      stops_at: join(root, 'run/blog'),
    })
    expect((await look('run/shop/app.sock')).value).toMatchObject({ complete: true, exists: false, stops_at: '' })
  })

  it('stops where a file stands for a folder', async () => {
    writeFileSync(join(root, 'run/blog'), '')
    expect((await look('run/blog/app.sock')).value).toMatchObject({ exists: false, stops_at: join(root, 'run/blog') })
  })

  it('that only leads to itself is no answer', async () => {
    symlinkSync('loop', join(root, 'loop'))
    expect((await look('loop')).value).toMatchObject({ complete: false, exists: false })
  })

  it('to a FIFO is not opened', async () => {
    execFileSync('mkfifo', [join(root, 'run/pipe')])
    expect((await look('run/pipe')).value).toMatchObject({ exists: true, kind: 'fifo' })
  })
})

it('needs an absolute path and a process that is there', async () => {
  for (const path of ['x', '', '/a\0b', 7]) {
    expect(await pathLook({ path }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  }
  expect(await pathLook({ path: '/run', pid: 4_194_304 }, tools())).toMatchObject({
    outcome: 'blind',
    why: 'no-vantage',
  })
})

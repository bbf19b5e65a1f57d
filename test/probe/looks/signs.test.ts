import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signsLook } from '../../../src/probe/looks/signs.ts'
import { signsReader } from '../../../src/reading/machine/signs.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, start, tools } from './support.ts'

/** A real process of this name: another program under it. */
async function named(name: string, ...before: string[]) {
  const file = join(folder(), name)
  copyFileSync('/bin/sh', file)
  const [program = file, ...rest] = [...before, file]
  return start(program, [...rest, '-c', 'echo ready; kill -STOP $$'], {})
}

const look = async (args: Parameters<typeof signsLook>[0]) => {
  const outcome = await signsLook(args, tools())
  return { outcome, raw: JSON.parse(outcome.out), ...signsReader.read(captured(outcome), context({})) }
}

describe('signs of something on this machine', () => {
  it('a process of that name runs', async () => {
    const { pid } = await named('sign-of-kube')
    const { raw, value } = await look({ programs: 'sign-of-other sign-of-kube', paths: '' })
    expect(raw.running).toEqual([{ name: 'sign-of-kube', pid }])
    expect(value).toMatchObject({ program: 'sign-of-kube', pid: BigInt(pid), path: '' })
  })

  it.skipIf(process.getuid?.() !== 0)('one in a network of its own, as a container has, is no sign', async () => {
    await named('sign-of-inside', 'unshare', '--net')
    expect((await look({ programs: 'sign-of-inside' })).raw).toEqual({ running: [], paths: [], whole: true })
  })

  it('nothing of it: surely not, where every process can be seen', async () => {
    const { raw, value, outcome } = await look({ programs: 'no-such-program', paths: '/no/such/folder' })
    expect(raw).toEqual({ running: [], paths: [], whole: true })
    expect(value).toEqual({ complete: true, program: '', pid: 0n, path: '' })
    expect(outcome.argv).toEqual(['signs', 'no-such-program', '/no/such/folder'])
  })

  it('paths are looked for, and not read', async () => {
    const top = folder()
    mkdirSync(join(top, 'kubelet'))
    writeFileSync(join(top, 'token'), 'secret', { mode: 0o000 })
    const { raw, value } = await look({ paths: `${top}/none ${top}/kubelet ${top}/token` })
    expect(raw).toEqual({ running: [], paths: [`${top}/kubelet`, `${top}/token`], whole: true })
    expect(value.path).toBe(`${top}/kubelet`)
  })

  it('only names and whole paths are taken', async () => {
    const { outcome } = await look({
      programs: '../sh a-name-of-more-than-15 sh;id ok',
      paths: 'relative /with/* /etc/passwd',
    })
    expect(outcome.argv).toEqual(['signs', 'ok', '/etc/passwd'])
    expect((await look({})).value).toMatchObject({ program: '', path: '' })
    expect((await look({ programs: 5, paths: ['/etc'] })).outcome.argv).toEqual(['signs'])
  })

  it('many names and paths: only the first are looked for', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `name-${n}`).join(' ')
    expect((await look({ programs: names })).outcome.argv).toHaveLength(25)
  })
})

describe('what was written of it', () => {
  const read = (out: string, more = {}) =>
    signsReader.read(
      captured({ outcome: 'ok', out, meta: {}, argv: [], cut: false, timedOut: false, ...more }),
      context({}),
    ).value

  it('not all was seen: what is not there may be', () => {
    expect(read('{"running":[],"paths":[],"whole":false}')).toMatchObject({ complete: false })
    expect(read('{"running":[],"paths":[],"whole":true}', { outcome: 'blind' })).toMatchObject({ complete: false })
  })

  it('by pgrep, and pasted', () => {
    expect(read('733 kubelet\n901 kube-proxy\n')).toEqual({ complete: false, program: 'kubelet', pid: 733n, path: '' })
    expect(read('733 kubelet --config=/a\n')).toMatchObject({ program: '', pid: 0n })
  })

  it.each(['', 'null', '[]', '{', '{"running":5,"paths":{"a":1},"whole":"yes"}', '{"running":[null,3]}'])(
    'whatever it is: %s',
    (out) => {
      expect(read(out)).toEqual({ complete: false, program: '', pid: 0n, path: '' })
    },
  )
})

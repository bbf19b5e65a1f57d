import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nginxConfigLook } from '../../../src/probe/looks/nginx-config.ts'
import { nginxConfigReader } from '../../../src/reading/nginx/config.ts'
import { splitDump } from '../../../src/reading/nginx/config-keep.ts'
import { askedFor, captureOfLook, toolsForLook } from '../../reading/nginx/config-support.ts'

const shop = fileURLToPath(new URL('../../fixtures/nginx-config/shop/nginx.conf', import.meta.url))

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nginx-look-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Writes files under the test's folder; the first is the main one. */
function tree(files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return join(dir, Object.keys(files)[0] ?? '')
}

const paths = (out: string): string[] => splitDump(out).map(({ path }) => path.replace(`${dir}/`, ''))
const look = (conf: string, more: Partial<ReturnType<typeof toolsForLook>> = {}) =>
  nginxConfigLook({ conf }, toolsForLook(more))

describe('the files of a configuration', () => {
  it('are found through includes, in the order nginx reads them', async () => {
    const outcome = await look(shop)
    const base = shop.replace('nginx.conf', '')
    expect(outcome).toMatchObject({ outcome: 'ok', cut: false, timedOut: false })
    expect(outcome.why).toBeUndefined()
    expect(splitDump(outcome.out).map(({ path }) => path.replace(base, ''))).toEqual([
      'nginx.conf',
      'mime.types',
      'conf.d/10-upstreams.conf',
      'sites-enabled/admin.conf',
      'sites-enabled/shop.conf',
      'snippets/proxy.conf',
    ])
    expect(outcome.argv.slice(0, 2)).toEqual(['cat', shop])
    expect(outcome.meta).toMatchObject({
      conf: shop,
      unreadable: [],
      limited: false,
      present: { '/var/www/shop/current/public/maintenance.html': false },
    })
  })

  it('are what the reader needs', async () => {
    const outcome = await look(shop)
    const { value } = nginxConfigReader.read(captureOfLook(outcome), askedFor('http://shop.example.com/'))
    expect(value).toMatchObject({ complete: true, files: 6n, upstream_name: 'shop_app', location: '/' })
    expect(value.newest.getTime()).toBeGreaterThan(Date.parse('2020-01-01'))
    expect(value.server_at).toMatch(/sites-enabled\/shop\.conf:1$/)
  })

  it('stand once, however often they are included', async () => {
    const conf = tree({ 'nginx.conf': 'include a; include a; include nginx.conf;', a: 'include a;' })
    expect(paths((await look(conf)).out)).toEqual(['nginx.conf', 'a'])
  })

  it('may be named by wildcards in folders', async () => {
    const conf = tree({
      'nginx.conf': 'include sites/*/nginx.conf;',
      'sites/b/nginx.conf': '',
      'sites/a/nginx.conf': '',
      'sites/c/other': '',
    })
    expect(paths((await look(conf)).out)).toEqual(['nginx.conf', 'sites/a/nginx.conf', 'sites/b/nginx.conf'])
  })

  it('may be reached by links, as sites-enabled is', async () => {
    const conf = tree({ 'nginx.conf': 'include enabled/*;', 'available/shop': 'server { }', 'enabled/.keep': '' })
    symlinkSync('../available/shop', join(dir, 'enabled/shop'))
    symlinkSync('../available/gone', join(dir, 'enabled/gone'))
    const outcome = await look(conf)
    expect(paths(outcome.out)).toEqual(['nginx.conf', 'enabled/shop'])
    expect(outcome.meta.unreadable).toEqual([join(dir, 'enabled/gone')])
    expect(outcome).toMatchObject({ outcome: 'ok', why: 'no-permission' })
  })

  it('are not waited for when they are no files', async () => {
    const conf = tree({ 'nginx.conf': 'include pipe; include folder; include /dev/zero;', 'folder/x': '' })
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const { out, meta } = await look(conf)
    expect(paths(out)).toEqual(['nginx.conf'])
    expect(meta.unreadable).toEqual([join(dir, 'pipe'), join(dir, 'folder'), '/dev/zero'])
  })

  it('cannot pretend to be another file', async () => {
    const conf = tree({ 'nginx.conf': '# configuration file /etc/other:\nhttp { }' })
    expect(paths((await look(conf)).out)).toEqual(['nginx.conf'])
  })

  it('are at most 500', async () => {
    const files: Record<string, string> = { 'nginx.conf': 'include many/*;' }
    for (let i = 0; i < 510; i++) files[`many/${String(i).padStart(3, '0')}`] = ''
    const outcome = await look(tree(files))
    expect(paths(outcome.out)).toHaveLength(500)
    expect(outcome).toMatchObject({ cut: true, why: 'cut', meta: { limited: true } })
  })

  it('are at most 16 MB', async () => {
    const outcome = await look(
      tree({ 'nginx.conf': 'include big; include small;', big: '#'.repeat(16 * 1024 * 1024), small: '' }),
    )
    expect(paths(outcome.out)).toEqual(['nginx.conf', 'small'])
    expect(outcome.meta).toMatchObject({ limited: true, unreadable: [join(dir, 'big')] })
  })

  it('are at most ten deep', async () => {
    const files: Record<string, string> = { 'nginx.conf': 'include f0;' }
    for (let i = 0; i < 15; i++) files[`f${i}`] = `include f${i + 1};`
    expect((await look(tree(files))).meta.limited).toBe(true)
  })
})

describe('paths that the configuration tests for', () => {
  it('are looked at', async () => {
    const conf = tree({
      'nginx.conf': `http { root ${dir}/www; server { if (-f $document_root/down) { return 503; }
        if (!-f /no/such) { } if (-f $request_filename) { } location / { try_files /up.html $uri @app; } } }`,
      'www/down': '',
    })
    expect((await look(conf)).meta.present).toEqual({
      [`${dir}/www`]: true,
      [`${dir}/www/index.html`]: false,
      [`${dir}/www/down`]: true,
      '/no/such': false,
      [`${dir}/www/up.html`]: false,
    })
  })

  it('decide what the reader says', async () => {
    const conf = tree({
      'nginx.conf': `http { server { listen 80; if (-f ${dir}/down) { return 503; } location / { proxy_pass http://127.0.0.1:1; } } }`,
    })
    const read = async () => nginxConfigReader.read(captureOfLook(await look(conf)), askedFor('http://x/')).value
    expect(await read()).toMatchObject({ handler: 'proxy', returns: 0n, complete: true })
    writeFileSync(join(dir, 'down'), '')
    expect(await read()).toMatchObject({
      handler: 'return',
      returns: 503n,
      returns_if_file: `${dir}/down`,
      complete: true,
    })
  })
})

describe('nothing to see', () => {
  it('where there is no file', async () => {
    expect(await look(join(dir, 'none'))).toMatchObject({ outcome: 'blind', why: 'no-such-file', out: '' })
  })

  it('where the file is a folder', async () => {
    expect(await look(dir)).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })

  it('where there is no time', async () => {
    const outcome = await look(shop, { timeoutMs: -1 })
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'timed-out', timedOut: true })
  })

  it('after an abort', async () => {
    expect(await look(shop, { signal: AbortSignal.abort() })).toMatchObject({ outcome: 'blind' })
  })

  it.runIf(existsSync('/proc/self'))('of a process that has ended', async () => {
    expect(await nginxConfigLook({ pid: 2 ** 22 + 1 }, toolsForLook())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
  })
})

it.runIf(existsSync('/proc/self'))('does not believe the command line of a process that is no nginx', async () => {
  // Our own command line says nothing of nginx; what counts is the program behind it.
  const { meta } = await nginxConfigLook({ pid: process.pid }, toolsForLook())
  expect(meta).toMatchObject({ genuine: 'no', version: '' })
})

it('ignores arguments of another type', async () => {
  const outcome = await nginxConfigLook({ pid: 'x', conf: 'relative/nginx.conf', prefix: 1 }, toolsForLook())
  expect(outcome.meta.conf ?? '').not.toContain('relative')
})

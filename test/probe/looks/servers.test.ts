import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { askAdmin } from '../../../src/probe/looks/caddy-admin.ts'
import { caddyConfigLook } from '../../../src/probe/looks/caddy-config.ts'
import { readCaddyFiles } from '../../../src/probe/looks/caddy-files.ts'
import { serverProcess } from '../../../src/probe/looks/server-process.ts'
import { varnishConfigLook } from '../../../src/probe/looks/varnish-config.ts'
import { caddyArguments, withEnvironment } from '../../../src/reading/caddy/place.ts'
import { toolsForLook } from '../../reading/nginx/config-support.ts'

const never = () => false
const { signal } = new AbortController()
const folders: string[] = []
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folder(files: Record<string, string>): string {
  const made = mkdtempSync(join(tmpdir(), 'triage502-servers-'))
  folders.push(made)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(made, name, '..'), { recursive: true })
    writeFileSync(join(made, name), text)
  }
  return made
}

async function endpoint(answer: (path: string) => [number, string]): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} of ${request.headers.host}`)
    const [status, body] = answer(request.url ?? '')
    response.statusCode = status
    response.end(body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, asked }
}

describe('an admin endpoint', () => {
  it('is asked for two things, by GET, at the address that it expects', async () => {
    const { port, asked } = await endpoint((path) => [200, path === '/config/' ? '{"apps":{}}' : '[]'])
    const answer = await askAdmin(process.pid, `localhost:${port}`, never, signal)
    expect(answer).toEqual({
      state: 'answered',
      url: `http://127.0.0.1:${port}`,
      config: '{"apps":{}}',
      upstreams: '[]',
    })
    expect(asked).toEqual([`GET /config/ of 127.0.0.1:${port}`, `GET /reverse_proxy/upstreams of 127.0.0.1:${port}`])
  })

  it('is not asked where another process listens', async () => {
    const { port, asked } = await endpoint(() => [200, '{}'])
    expect((await askAdmin(1, `localhost:${port}`, never, signal)).state).not.toBe('answered')
    expect(asked).toEqual([])
  })

  it('is silent where it does not answer 200, and off where it is said to be', async () => {
    const { port } = await endpoint(() => [403, 'origin not allowed'])
    expect((await askAdmin(process.pid, `127.0.0.1:${port}`, never, signal)).state).toBe('silent')
    expect((await askAdmin(process.pid, 'off', never, signal)).state).toBe('off')
    expect((await askAdmin(process.pid, 'unix//run/caddy.sock', never, signal)).state).toBe('unknown')
  })

  it('that sends without end is left', async () => {
    const { port } = await endpoint(() => [200, 'x'.repeat(5 * 1024 * 1024)])
    expect((await askAdmin(process.pid, `127.0.0.1:${port}`, never, signal)).state).toBe('silent')
  })
})

describe('the files of a Caddyfile', () => {
  const read = (path: string, environment: Record<string, string> = {}) =>
    readCaddyFiles(path, new Beneath(''), new Map(Object.entries(environment)), never)

  it('are read with all that they import, beside each', async () => {
    const root = folder({
      Caddyfile: '(common) {\n\tencode gzip\n}\nimport sites/*.caddy\nimport extra\nimport common\nimport gone\n',
      'sites/b.caddy': 'http://b {\n\timport ../extra\n}',
      'sites/a.caddy': 'http://a {\n\trespond 503\n}',
      'sites/readme.txt': 'no',
      extra: '# nothing',
    })
    const { files, unreadable, limited } = await read(join(root, 'Caddyfile'))
    expect(files.map(({ path }) => path.slice(root.length + 1)).sort()).toEqual([
      'Caddyfile',
      'extra',
      'sites/../extra',
      'sites/a.caddy',
      'sites/b.caddy',
    ])
    expect({ unreadable, limited }).toEqual({ unreadable: [], limited: false })
  })

  it('hold the values of the process’s environment', async () => {
    const root = folder({ Caddyfile: 'http://:{$PORT:8080} {\n\treverse_proxy {$APP}\n}' })
    expect((await read(join(root, 'Caddyfile'), { APP: '127.0.0.1:3000' })).files[0]?.text).toContain(
      'http://:8080 {\n\treverse_proxy 127.0.0.1:3000',
    )
  })

  it('that import themselves end', async () => {
    const root = folder({ Caddyfile: 'import Caddyfile\nimport ./Caddyfile' })
    expect((await read(join(root, 'Caddyfile'))).files).toHaveLength(1)
  })

  it('that are not there are said to be missing', async () => {
    expect((await read('/nowhere/Caddyfile')).unreadable).toEqual(['/nowhere/Caddyfile'])
  })
})

describe('a process', () => {
  it('tells its words, its folder, and where its standard error leads', async () => {
    const own = await serverProcess(process.pid)
    expect(own).toMatchObject({ cwd: process.cwd(), elsewhere: false, hidden: false })
    expect(own?.words.length).toBeGreaterThan(0)
    expect(await serverProcess(4_194_000)).toBeUndefined()
  })

  it.each([caddyConfigLook, varnishConfigLook])(
    'of another program is refused, whatever it calls itself',
    async (look) => {
      const outcome = await look({ pid: process.pid }, toolsForLook())
      expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood', out: '' })
    },
  )

  it.each([caddyConfigLook, varnishConfigLook])('that is gone is said to be gone', async (look) => {
    expect(await look({ pid: 4_194_000 }, toolsForLook())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
  })
})

describe('the words of a Caddy', () => {
  it.each([
    [
      'caddy run --config /etc/caddy/Caddyfile --adapter caddyfile',
      { config: '/etc/caddy/Caddyfile', adapter: 'caddyfile', resume: false },
    ],
    ['caddy run --environ --config=/x.json', { config: '/x.json', adapter: '', resume: false }],
    ['caddy run -c /x', { config: '/x', adapter: '', resume: false }],
    ['caddy run --resume', { config: '', adapter: '', resume: true }],
    ['caddy run', { config: '', adapter: '', resume: false }],
  ])('%s', (words, told) => {
    expect(caddyArguments(words.split(' '))).toEqual(told)
  })

  it('may leave a variable empty, or name one that is not there', () => {
    expect(withEnvironment('{$A} {$B:x} {$C} {env.D} {$}', new Map([['A', '1']]))).toBe('1 x  {env.D} {$}')
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLog } from '../../src/probe/log/read-log.ts'
import { logFormat } from '../../src/reading/log-formats.ts'
import { nginxAccessLogReader } from '../../src/reading/nginx/access-log.ts'
import { nginxErrorLogReader } from '../../src/reading/nginx/error-log.ts'
import type { OwnRequest } from '../../src/reading/reader.ts'
import { context } from '../reading/nginx/knowledge.ts'

const missing = spawnSync('nginx', ['-v']).error !== undefined

let folder = ''
let port = 0
let dead = 0

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-nginx-'))
  port = await freePort()
  dead = await freePort()
})
afterEach(async () => {
  const pid = pidOf()
  if (pid > 0) process.kill(pid, 'SIGTERM')
  await waitFor(() => pidOf() === 0)
  rmSync(folder, { recursive: true, force: true })
})

function pidOf(): number {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8').trim())
  } catch {
    return 0
  }
}

async function waitFor(done: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !done(); i += 1) await new Promise((resolve) => setTimeout(resolve, 30))
}

async function nginx(level: string, env: Record<string, string> = {}): Promise<void> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const server = (name: string, to: number) =>
    `server { listen 127.0.0.1:${port}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${to}; } }`
  writeFileSync(
    join(folder, 'nginx.conf'),
    `pid ${folder}/pid; error_log ${folder}/error.log ${level}; events {} http { ${temporary.join(' ')}
     access_log ${folder}/access.log; ${server('shop.example', dead)} ${server('blog.example', dead)} }`,
  )
  const started = spawnSync('nginx', ['-c', join(folder, 'nginx.conf')], { env: { PATH: process.env.PATH, ...env } })
  expect(started.status, started.stderr.toString()).toBe(0)
  await waitFor(() => pidOf() > 0)
}

async function get(host: string, agent: string): Promise<OwnRequest> {
  const startedAt = new Date()
  const status = await new Promise<number>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/', headers: { Host: host, 'User-Agent': agent }, agent: false }
    httpRequest(options, (answer) => answer.resume().once('end', () => resolve(answer.statusCode ?? 0)))
      .once('error', reject)
      .end()
  })
  return { startedAt, endedAt: new Date(), status }
}

const facts = (level: string) => ({
  'url.host': 'shop.example',
  'url.port': BigInt(port),
  'url.path': '/',
  'config.server_name': 'shop.example',
  'config.members': [`127.0.0.1:${dead}`],
  'config.error_log_level': level,
})

async function errors(level: string, requests: OwnRequest[], writer = pidOf()) {
  const known = context(facts(level), { requests, now: new Date() })
  const request = {
    kind: 'log',
    at: 'proxy',
    read: 'nginx-error-log',
    timeoutMs: 5000,
    path: join(folder, 'error.log'),
    windowMs: 900_000,
    writer,
  } as const
  const capture = await readLog(
    request,
    { format: logFormat(request.read), context: known },
    new AbortController().signal,
  )
  return nginxErrorLogReader.read(capture, known)
}

describe.skipIf(missing)("a real nginx's logs", () => {
  it.each([{}, { TZ: 'Asia/Kathmandu' }, { TZ: '<+0330>-3:30' }, { TZ: 'No/Such_Zone' }])(
    'our own request, one visitor and another host, with %o',
    async (env) => {
      await nginx('error', env)
      await get('shop.example', 'visitor/1')
      await get('blog.example', 'visitor/1')
      await new Promise((resolve) => setTimeout(resolve, 2100))
      const own = await get('shop.example', 'triage502/0.1.0')
      const { value, dark } = await errors('error', [own])
      expect(dark).toEqual([])
      expect(value).toMatchObject({
        complete: true,
        count: 1n,
        total: 3n,
        ours: { found: true, signature: 'connect-refused', port: BigInt(dead) },
      })
      expect(Math.abs(value.ours.at.getTime() - own.startedAt.getTime())).toBeLessThan(2000)
    },
  )

  it('a log that was moved and not reopened', async () => {
    await nginx('error')
    renameSync(join(folder, 'error.log'), join(folder, 'error.log.1'))
    writeFileSync(join(folder, 'error.log'), '')
    const own = await get('shop.example', 'triage502/0.1.0')
    const { value } = await errors('error', [own])
    expect(value).toMatchObject({ complete: true, moved: true, ours: { found: true } })
    expect(value.path.endsWith('error.log.1')).toBe(true)
  })

  it('a log at level crit proves nothing by its silence', async () => {
    await nginx('crit')
    const own = await get('shop.example', 'triage502/0.1.0')
    const { value, dark } = await errors('crit', [own])
    expect(value).toMatchObject({ complete: false, count: 0n, ours: { found: false } })
    expect(dark[0]?.says).toContain('level crit')
  })

  it('the access log counts visitors and leaves us out', async () => {
    await nginx('error')
    await get('shop.example', 'visitor/1')
    const own = await get('shop.example', 'triage502/0.1.0')
    const known = context({ ...facts('error'), 'config.access_log_own': true }, { requests: [own], now: new Date() })
    const request = {
      kind: 'log',
      at: 'proxy',
      read: 'nginx-access-log',
      timeoutMs: 5000,
      path: join(folder, 'access.log'),
      windowMs: 900_000,
      writer: pidOf(),
    } as const
    const capture = await readLog(
      request,
      { format: logFormat(request.read), context: known },
      new AbortController().signal,
    )
    const { value, dark } = nginxAccessLogReader.read(capture, known)
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      requests: 1n,
      failed: 1n,
      same_path_failed: 1n,
      ours_found: true,
      ours_status: 502n,
      by_host: true,
    })
  })
})

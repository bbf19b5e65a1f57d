import { mkdirSync, writeFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { behind, front, site, statusOf, url } from '../kit.ts'
import { collect, type Lab, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const

/** A file system of a few kilobytes at this place; only in a mount namespace of its own. */
async function small(lab: Lab, folder: string, options = 'size=64k,mode=1777'): Promise<string> {
  if (!lab.alone) throw new Error('a file system is mounted only in a mount namespace of its own')
  const path = lab.path(`${folder}/x`).slice(0, -2)
  const { exit, err } = await collect(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path])
  if (exit !== 0) throw new Error(`mount: ${err}`)
  lab.closing(() => void collect(['umount', '-l', path]).catch(() => {}))
  return path
}

/** Answers forty kilobytes. */
const LARGE = `
const http = require('node:http')
const page = Buffer.alloc(40_000, 'x')
http.createServer((request, response) => response.end(page)).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Keeps a session in a file for every visitor, and answers 503 where it cannot. */
const KEEPS_SESSIONS = `
const http = require('node:http')
const { writeFileSync } = require('node:fs')
let count = 0
http.createServer((request, response) => {
  try {
    writeFileSync(process.env.SESSIONS + '/' + count++, 'x'.repeat(8192))
    response.end('hello\\n')
  } catch (error) {
    console.error(new Date().toISOString(), String(error))
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'no session' }))
  }
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** The application, which writes its words into a file that has room. */
async function sessions(lab: Lab, port: number, folder: string): Promise<void> {
  const file = lab.write('srv/shop/server.js', KEEPS_SESSIONS)
  const env = { PORT: String(port), SESSIONS: folder }
  lab.start([process.execPath, file], { env, stderr: lab.path('srv/shop/shop.log') })
  await until(async () => (await statusOf(`http://127.0.0.1:${port}/`)) !== 0, 'the application answers')
}

/** No room left on a disk, and a policy that forbids a connection. */
export const ROOM_CASES: readonly Case[] = [
  {
    name: 'disk-full-cache',
    says: "nginx's cache has no room left: it breaks off in the middle of every answer that it would keep",
    truth: {
      ...failing,
      cause: 'disk-full',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['var/cache/shop', 'is full'],
    },
    async start(lab, ports) {
      const cache = await small(lab, 'var/cache/shop', 'size=16k,mode=1777')
      const http = `proxy_cache_path ${cache} keys_zone=shop:1m use_temp_path=off;`
      const settings = 'proxy_cache shop; proxy_cache_valid 200 1m;'
      return behind(LARGE, settings, { http })(lab, ports)
    },
  },
  {
    name: 'disk-full-app',
    says: 'the application cannot write its sessions, and answers 503 itself',
    truth: {
      ...failing,
      cause: 'disk-full',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['ENOSPC', 'var/sessions'],
    },
    async start(lab, ports) {
      const folder = await small(lab, 'var/sessions')
      writeFileSync(`${folder}/old`, Buffer.alloc(60_000))
      await sessions(lab, ports.app, folder)
      await front(lab, ports)
      await until(async () => (await statusOf(url(ports))) === 503, 'it is full')
      return { url: url(ports) }
    },
  },
  {
    name: 'disk-full-inodes',
    says: 'there is room, and no inode is left: the application cannot make a file',
    truth: { ...failing, cause: 'disk-full', place: ['app'], bornAt: 'app', shape: 'none', cites: ['ENOSPC', 'inode'] },
    async start(lab, ports) {
      const folder = await small(lab, 'var/sessions', 'size=8m,nr_inodes=4,mode=1777')
      mkdirSync(`${folder}/a/b`, { recursive: true })
      await sessions(lab, ports.app, folder)
      await front(lab, ports)
      await until(async () => (await statusOf(url(ports))) === 503, 'it is full')
      return { url: url(ports) }
    },
  },
  {
    name: 'connect-forbidden',
    says: 'a route forbids this machine to connect to the application’s address: permission denied, and no file is concerned',
    truth: {
      ...failing,
      cause: 'access-denied-by-policy',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['13: Permission denied', '10.99.0.5'],
    },
    async start(lab, ports) {
      if (!lab.alone) throw new Error('routes are changed only in a network of its own')
      const { exit, err } = await collect(['ip', 'route', 'add', 'prohibit', '10.99.0.5/32'])
      if (exit !== 0) throw new Error(`ip route: ${err}`)
      await lab.app('blog', apps.WELL, ports.other, { PORT: String(ports.other) })
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://10.99.0.5:${ports.app};`) })
      return { url: url(ports) }
    },
  },
]

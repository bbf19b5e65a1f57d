import type { Case } from '../case.ts'
import { APP, compose, ended, GATEWAY, NET, runWeb, webImage } from '../compose.ts'
import { url } from '../kit.ts'

const inApp = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy', place: ['app'] } as const

const SOCKET = '/run/shop/shop.sock'
const TO_SOCKET = `proxy_pass http://unix:${SOCKET};`

/** It listens on a socket in its own folder, which everybody may use. */
const serves = (folder: string) => `
const { chmodSync, mkdirSync } = require('node:fs')
mkdirSync('${folder}', { recursive: true })
const server = require('node:http').createServer((request, response) => response.end('hello'))
server.listen('${folder}/shop.sock', () => { chmodSync('${folder}/shop.sock', 0o666); console.log('shop listens on', server.address()) })
`

/** Two containers, and a unix socket between them. */
export const INNER_SOCKET_CASES: readonly Case[] = [
  {
    name: 'inner-socket-no-volume',
    says: 'nginx sends to a unix socket that the application makes in its own container: no volume is shared',
    truth: { ...inApp, outcome: 'diagnosed', cause: 'socket-missing', shape: 'unreachable', cites: [SOCKET, GATEWAY] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('/run/shop'), location: TO_SOCKET })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-socket-other-name',
    says: 'both containers share a volume, and the application makes its socket under another name in it',
    truth: { ...inApp, cause: 'socket-missing', shape: 'unreachable', cites: [SOCKET, APP, 'shop_run'] },
    async start(lab, ports) {
      const volume = ['-v', 'shop_run:/run/shop']
      const code = serves('/srv/run').replaceAll('shop.sock', 'web.sock')
      await compose(lab, ports, { code, web: ['-v', 'shop_run:/srv/run'], nginx: volume, location: TO_SOCKET })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-socket-crashed',
    says: 'both containers share a volume, and the one that makes the socket ends right after its start',
    truth: { ...inApp, cause: 'crash-on-start', shape: 'unreachable', cites: [APP, "Cannot find module 'express'"] },
    async start(lab, ports) {
      const web = ['-v', 'shop_run:/srv/run']
      const nginx = ['-v', 'shop_run:/run/shop']
      const made = await compose(lab, ports, { code: serves('/srv/run'), web, nginx, location: TO_SOCKET })
      webImage(made, "require('express')\n")
      made.docker('rm', '-f', APP)
      runWeb(made, NET, web)
      await ended(made)
      return { url: url(ports) }
    },
  },
]

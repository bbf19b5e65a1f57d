import type { Case } from '../case.ts'
import { behind } from '../kit.ts'

// Upstreams whose answers are cut, too large or malformed.

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const cut = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'truncated-response',
  place: ['app'],
  shape: 'reset',
} as const

/** Sends REPLY on the first bytes, then does what THEN says. */
const raw = (reply: string, then: string) => `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => { ${reply === '' ? `${then}` : `socket.write(${reply}, () => setTimeout(() => { ${then} }, 50))`} })
}).listen(Number(process.env.PORT), '127.0.0.1')
`
/** SO_LINGER 0: the kernel sends RST. */
const RESET = 'socket.resetAndDestroy()'
const END = 'socket.end()'

const HEAD = "'HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\n0123456789'"
const CHUNKED = "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\na\\r\\n0123456789\\r\\n'"
const BAD_NAME = "'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nX Cart: 7\\r\\n\\r\\nok'"

/** A session in a cookie: twelve kilobytes of it. */
const BIG_COOKIES = `
require('node:http').createServer((request, response) => {
  response.setHeader('Set-Cookie', [1, 2, 3, 4].map((n) => 'cart' + n + '=' + 'item-'.repeat(600) + '; Path=/'))
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Dies in the middle of its answer; its supervisor starts it again. */
const DIES_IN_BODY = `
const http = require('node:http')
http.createServer((request, response) => {
  response.writeHead(200, { 'content-length': 1000 })
  response.write('0123456789', () => setTimeout(() => process.exit(1), 50))
}).listen(Number(process.env.PORT), '127.0.0.1')
`
const SUPERVISES = `
const { spawn } = require('node:child_process')
let child
const start = () => { child = spawn(process.execPath, ['-e', process.env.CODE], { stdio: 'inherit' }).once('exit', start) }
process.once('SIGTERM', () => { child.removeAllListeners().kill('SIGKILL'); process.exit(0) })
start()
`

export const ANSWER_CASES: readonly Case[] = [
  {
    name: 'reset-before-head',
    says: 'the application resets the connection before it answers',
    truth: { ...cut, cites: ['127.0.0.1:3000', 'Connection reset by peer'] },

    start: behind(raw('', RESET), '', { cited: true }),
  },
  {
    name: 'reset-in-body',
    says: 'the application resets the connection in its answer',
    truth: { ...cut, cites: ['127.0.0.1:3000', '10 bytes of it came'] },

    start: behind(raw(HEAD, RESET), '', { cited: true }),
  },
  {
    name: 'chunked-unfinished',
    says: 'the last chunk never comes',
    truth: { ...cut, cites: ['127.0.0.1:3000', 'cut its answer'] },

    start: behind(raw(CHUNKED, END), 'proxy_http_version 1.1;', { cited: true }),
  },
  {
    name: 'crashed-in-body',
    says: 'the application dies in the middle of its answer',
    truth: { ...cut, cause: 'crashed-mid-response', cites: ['127.0.0.1:3000', '990 bytes remaining'] },

    start: behind(`process.env.CODE = ${JSON.stringify(DIES_IN_BODY)}; ${SUPERVISES}`),
  },
  {
    name: 'header-too-big',
    says: 'twelve kilobytes of cookies do not fit into the buffer',
    truth: {
      ...failing,
      cause: 'header-too-big',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['proxy_buffer_size', '4096', '12'],
    },

    start: behind(BIG_COOKIES),
  },
  {
    name: 'invalid-header',
    says: 'a header has a space in its name',
    truth: { ...failing, cause: 'invalid-header', place: ['app'], shape: 'garbage', cites: ['X Cart'] },
    start: behind(raw(BAD_NAME, END)),
  },
]

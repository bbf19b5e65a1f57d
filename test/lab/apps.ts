/** Applications for the lab, each with one habit. They listen on `process.env.PORT` (or LISTEN). */

/** Answers everything well. */
export const WELL = `
const http = require('node:http')
const where = process.env.LISTEN ?? Number(process.env.PORT)
const server = http.createServer((request, response) => response.end('hello from ' + request.url + '\\n'))
typeof where === 'string' && where.startsWith('/') ? server.listen(where) : server.listen(Number(where), process.env.HOST ?? '127.0.0.1')
`

/** Closes a connection that is idle for KEEP_MS; works for WORK_MS on each request, and on nothing else meanwhile. */
export const KEEPS = `
const http = require('node:http')
const server = http.createServer((request, response) => {
  request.resume()
  request.once('end', () => {
    for (const until = Date.now() + Number(process.env.WORK_MS); Date.now() < until; );
    response.end('hello\\n')
  })
})
server.keepAliveTimeout = Number(process.env.KEEP_MS)
server.listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers after SLOW_MS. */
export const SLOW = `
const http = require('node:http')
http.createServer((request, response) => setTimeout(() => response.end('late\\n'), Number(process.env.SLOW_MS)))
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** Takes requests and never answers. */
export const MUTE = `
const http = require('node:http')
http.createServer(() => {}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Spins on its processor once a request came. */
export const SPINS = `
const http = require('node:http')
http.createServer(() => { for (;;) {} }).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Reads the request and closes without a word; the process lives. */
export const CLOSES = `
const net = require('node:net')
net.createServer((socket) => { socket.on('error', () => {}); socket.once('data', () => socket.end()) })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** Promises 1000 bytes and sends ten. */
export const CUTS = `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\n0123456789'))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Speaks something else. */
export const NOT_HTTP = `
const net = require('node:net')
net.createServer((socket) => { socket.on('error', () => {}); socket.once('data', () => socket.end('-ERR unknown command\\r\\n')) })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers 502 itself, as an application does whose own call failed. */
export const OWN_502 = `
const http = require('node:http')
http.createServer((request, response) => {
  response.writeHead(502, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: 'payment provider unreachable' }))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Ends on the first request. */
export const DIES = `
const http = require('node:http')
http.createServer(() => process.exit(1)).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Starts PROGRAM again whenever it ends; takes it along when it is ended itself. */
export const SUPERVISES = `
const { spawn } = require('node:child_process')
let child
const start = () => { child = spawn(process.execPath, [process.env.PROGRAM], { stdio: 'inherit' }).once('exit', start) }
process.once('SIGTERM', () => { child.removeAllListeners().kill('SIGKILL'); process.exit(0) })
start()
`

/**
 * Starts PROGRAM again whenever it has ended, below a parent that never takes note of ends: what ended stays a zombie, as in
 * a container whose first process waits for nobody.
 */
export const FORGETS = `
const { spawn } = require('node:child_process')
const { readFileSync } = require('node:fs')
const parents = []
const start = () => {
  const parent = spawn('sh', ['-c', '"$0" "$PROGRAM" & echo $!; exec sleep 1000', process.execPath], { stdio: ['ignore', 'pipe', 'inherit'] })
  parents.push(parent)
  parent.stdout.once('data', (text) => {
    const timer = setInterval(() => {
      if (!/\\) Z /.test(readFileSync('/proc/' + String(text).trim() + '/stat', 'utf8'))) return
      clearInterval(timer)
      start()
    }, 20)
  })
}
process.once('SIGTERM', () => { for (const parent of parents) parent.kill('SIGKILL'); process.exit(0) })
start()
`

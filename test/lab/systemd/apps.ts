/** Applications of the cases under systemd, each with one habit. They take their port from PORT. */
export const APPS: Record<string, string> = {
  '/srv/shop/server.js': `
const http = require('node:http')
const port = Number(process.env.PORT)
http.createServer((_, answer) => answer.end('hello\\n')).listen(port, '127.0.0.1', () => console.log('listening on ' + port))
`,
  '/srv/shop/own-words.js': "throw new Error('no catalogue found in /srv/shop/data')",
  '/srv/shop/syntax.js': `
const http = require('node:http'
http.createServer((_, answer) => answer.end('hello\\n')).listen(3000)
`,
  '/srv/shop/logs.js': `
require('node:fs').openSync('/var/log/shop/app.log', 'a')
require('/srv/shop/server.js')
`,
  '/srv/shop/warms-up.js': `
console.log('reading the catalogue')
setTimeout(() => require('/srv/shop/server.js'), Number(process.env.WARM_MS))
`,
  '/srv/shop/eats.js': 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 20)',
  '/srv/shop/aborts.js': `
const http = require('node:http')
http.createServer(() => process.abort()).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on ' + process.env.PORT))
`,
  '/srv/shop/segfaults.js': `
const http = require('node:http')
http.createServer(() => process.kill(process.pid, 'SIGSEGV')).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on ' + process.env.PORT))
`,
  '/srv/shop/throws.js': `
const http = require('node:http')
http.createServer((request) => { setImmediate(() => { throw new TypeError("Cannot read properties of undefined (reading 'basket')") }) })
  .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on ' + process.env.PORT))
`,
  '/srv/shop/activated.js': `
const http = require('node:http')
http.createServer((_, answer) => answer.end('hello\\n')).listen({ fd: 3 })
`,
  // Answers, and grows with every answer.
  '/srv/shop/grows.js': `
const kept = []
require('node:http').createServer((_, answer) => { kept.push(Buffer.alloc(40e6, 1)); answer.end('hello\\n') }).listen(3000, '127.0.0.1')
`,
  // A master that lives, with a worker that eats memory on the request; the worker is started again.
  '/srv/shop/workers.js': `
const cluster = require('node:cluster')
if (cluster.isPrimary) {
  cluster.on('exit', () => cluster.fork())
  cluster.fork()
} else {
  const kept = []
  require('node:http')
    .createServer(() => setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 5))
    .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on ' + process.env.PORT))
}
`,
  // Listens as soon as somebody was refused for the second time: nginx, and then whoever asked here directly. What was only late
  // has come up while we look, however fast we look. (AttemptFails of proc_net_snmp(5) counts refused connections.)
  '/srv/shop/late.js': `
const { readFileSync } = require('node:fs')
const refused = () => {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8').split('\\n').filter((line) => line.startsWith('Tcp:'))
  return Number(values.split(' ')[names.split(' ').indexOf('AttemptFails')])
}
const before = refused()
const timer = setInterval(() => {
  if (refused() < before + 2) return
  clearInterval(timer)
  require('/srv/shop/server.js')
}, 20)
`,
  // Somebody else's: answers every path in its own way.
  '/srv/other/site.js': `
require('node:http').createServer((_, answer) => answer.end('<h1>Intranet wiki</h1>\\n')).listen(3000, '127.0.0.1')
`,
  '/srv/other/refuses.js': `
require('node:http').createServer((_, answer) => { answer.statusCode = 503; answer.end('metrics only\\n') }).listen(3000, '127.0.0.1')
`,
  '/srv/other/next-address.js': `
require('node:http').createServer((_, answer) => answer.end('<h1>Intranet wiki</h1>\\n')).listen(3000, '127.0.0.2')
`,
  '/srv/other/garbage.js': `
require('node:net').createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.end('-ERR unknown command\\r\\n'))
}).listen(3000, '127.0.0.1')
`,
}

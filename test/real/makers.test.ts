import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge, SHIPPED_FINGERPRINTS } from '../reading/fingerprints/shipped.ts'

// The examples of the fingerprints beside what the real servers write: byte for byte, but for times, lengths, versions and numbers
// of requests. Servers behind them refuse, are silent, close, or answer 502 themselves.

interface Maker {
  name: string
  /** Written into the folder before it starts; `DIR`, `PORT` and the ports behind are filled in. */
  files: Record<string, string>
  argv: string[]
  /** A path, and the fingerprint whose example its answer is. */
  answers: [path: string, fingerprint: string][]
}

const MAKERS: Maker[] = [
  {
    name: 'nginx',
    files: {
      'nginx.conf': `daemon off; user root; pid DIR/pid; error_log DIR/error.log;
events {}
http { access_log off; proxy_read_timeout 1s; proxy_temp_path DIR/p; client_body_temp_path DIR/c; fastcgi_temp_path DIR/f; uwsgi_temp_path DIR/u; scgi_temp_path DIR/s;
  server { listen 127.0.0.1:PORT;
    location /refused { proxy_pass http://127.0.0.1:REFUSED; }
    location /silent { proxy_pass http://127.0.0.1:SILENT; }
    location /answers { proxy_pass http://127.0.0.1:ANSWERS; }
    location /503 { return 503; }
    location /500 { return 500; } } }`,
    },
    argv: ['nginx', '-c', 'DIR/nginx.conf', '-p', 'DIR'],
    answers: [
      ['/refused', 'nginx-502'],
      ['/silent', 'nginx-504'],
      ['/503', 'nginx-503'],
      ['/500', 'nginx-500'],
      ['/answers', 'nginx-version-passed'],
    ],
  },
  {
    name: 'HAProxy',
    files: {
      'haproxy.cfg': `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 1s
  retries 0
frontend f
  bind 127.0.0.1:PORT
  http-request return status 500 default-errorfiles if { path /500 }
  use_backend refused if { path /refused }
  use_backend silent if { path /silent }
  use_backend closes if { path /closes }
  default_backend refused
backend refused
  server a 127.0.0.1:REFUSED
backend silent
  server a 127.0.0.1:SILENT
backend closes
  server a 127.0.0.1:CLOSES
`,
    },
    argv: ['haproxy', '-db', '-f', 'DIR/haproxy.cfg'],
    answers: [
      ['/refused', 'haproxy-503'],
      ['/silent', 'haproxy-504'],
      ['/closes', 'haproxy-502'],
      ['/500', 'haproxy-500'],
    ],
  },
  {
    name: 'Apache',
    files: {
      'apache.conf': `ServerRoot /usr/lib/apache2
PidFile DIR/pid
ErrorLog DIR/error.log
DefaultRuntimeDir DIR
Listen 127.0.0.1:PORT
ServerName shop.example.com
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
LoadModule proxy_fcgi_module modules/mod_proxy_fcgi.so
ProxyTimeout 1
ProxyPass /refused http://127.0.0.1:REFUSED/
ProxyPass /silent http://127.0.0.1:SILENT/
ProxyPass /fcgi fcgi://127.0.0.1:SILENT/
ProxyPass /name http://no-such.invalid/
ProxyPass /answers http://127.0.0.1:ANSWERS/
`,
    },
    argv: ['apache2', '-f', 'DIR/apache.conf', '-DFOREGROUND'],
    answers: [
      ['/refused', 'apache-unavailable'],
      ['/silent', 'apache-proxy-error'],
      ['/fcgi', 'apache-timeout'],
      ['/name', 'apache-dns'],
      ['/answers', 'apache-passed'],
    ],
  },
  {
    name: 'Caddy',
    files: {
      Caddyfile: `{
  admin off
  auto_https off
}
:PORT {
  bind 127.0.0.1
  handle /refused {
    reverse_proxy 127.0.0.1:REFUSED
  }
  handle /answers {
    reverse_proxy 127.0.0.1:ANSWERS
  }
  handle /silent {
    reverse_proxy 127.0.0.1:SILENT {
      transport http {
        response_header_timeout 1s
      }
    }
  }
}
`,
    },
    argv: ['caddy', 'run', '--config', 'DIR/Caddyfile', '--adapter', 'caddyfile'],
    answers: [
      ['/refused', 'caddy-own'],
      ['/silent', 'caddy-504'],
      ['/answers', 'caddy-server-passed'],
    ],
  },
  {
    name: 'Varnish',
    files: { 'a.vcl': 'vcl 4.1;\nbackend a { .host = "127.0.0.1"; .port = "REFUSED"; }\n' },
    argv: ['varnishd', '-F', '-a', '127.0.0.1:PORT', '-f', 'DIR/a.vcl', '-n', 'DIR/v', '-s', 'malloc,16m'],
    answers: [['/', 'varnish-page']],
  },
  {
    name: 'gunicorn',
    files: {
      'app.py': `def app(environ, start_response):
    if environ['PATH_INFO'] == '/raises':
        raise RuntimeError('no luck')
    start_response('502 Bad Gateway', [('Content-Type', 'application/json')])
    return [b'{"error":"payment"}']
`,
    },
    argv: ['/usr/bin/gunicorn', '--chdir', 'DIR', '-b', '127.0.0.1:PORT', 'app:app'],
    answers: [
      ['/raises', 'gunicorn-page'],
      ['/', 'gunicorn-answer'],
    ],
  },
  {
    name: 'Node.js',
    files: {
      'app.js': `require('http').createServer((_, answer) => { answer.writeHead(502, { 'Content-Type': 'application/json' }); answer.end('{"error":"payment"}') }).listen(PORT, '127.0.0.1')`,
    },
    argv: [process.execPath, 'DIR/app.js'],
    answers: [['/', 'node-answer']],
  },
  {
    name: 'Python',
    files: {
      'app.py': `from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(502)
HTTPServer(('127.0.0.1', PORT), Handler).serve_forever()
`,
    },
    argv: ['/usr/bin/python3', 'DIR/app.py'],
    answers: [['/', 'python-http-server-page']],
  },
]

const open: Server[] = []
const behind: Record<string, number> = {}
const started: { child: ChildProcess; dir: string }[] = []

/** A free port of the loopback; nobody listens on it when this has returned. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((done) => server.close(done))
  return port
}

const listening = (server: Server): Promise<number> =>
  new Promise((done, failed) => {
    server.on('error', failed)
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  })

const JSON_502 =
  'HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{"error":"payment"}'

beforeAll(async () => {
  const servers: [name: string, onConnection: (socket: Socket) => void][] = [
    ['SILENT', (socket) => void socket.on('error', () => {})],
    ['CLOSES', (socket) => void socket.on('error', () => {}).once('data', () => socket.end())],
    ['ANSWERS', (socket) => void socket.on('error', () => {}).once('data', () => socket.end(JSON_502))],
  ]
  for (const [name, onConnection] of servers) {
    const server = createServer({}, onConnection)
    open.push(server)
    behind[name] = await listening(server)
  }
  behind.REFUSED = await freePort()
})

afterAll(() => {
  for (const { child, dir } of started) {
    end(child)
    rmSync(dir, { recursive: true, force: true })
  }
  for (const server of open) server.close()
})

/** A server and its workers: they are a group of their own. */
function end({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function start({ files, argv }: Maker): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'makers-'))
  chmodSync(dir, 0o755)
  mkdirSync(join(dir, 'v'))
  const port = await freePort()
  const fill = (text: string) =>
    Object.entries({ DIR: dir, PORT: port, ...behind }).reduce(
      (made, [name, value]) => made.replaceAll(name, `${value}`),
      text,
    )
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), fill(text))
  const [program = '', ...words] = argv.map(fill)
  const child = spawn(program, words, { stdio: 'ignore', cwd: dir, detached: true, env: { ...process.env, HOME: dir } })
  started.push({ child, dir })
  return port
}

/** What curl prints; asked again until the server is there, for at most 20 s. */
async function ask(port: number, path: string): Promise<string> {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const said = await curl(`http://127.0.0.1:${port}${path}`)
    if (said !== '') return said
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error(`nobody answers on ${port}`)
}

/** '' where nothing whole came. */
function curl(url: string): Promise<string> {
  const argv = ['-q', '-s', '-i', '-m', '5', '--noproxy', '*', '-H', 'Accept: text/html', url]
  return new Promise((done) => {
    execFile('curl', argv, { timeout: 10_000 }, (error, stdout) => done(error ? '' : stdout))
  })
}

/** Without what is another one every time, and in every version. */
const lasting = (raw: string): string =>
  raw
    .replace(/^Date: [^\r\n]*/im, 'Date: …')
    .replace(/^(Content-Length|X-Varnish|Age): [0-9]+/gim, '$1: …')
    .replace(/XID: [0-9]+/, 'XID: …')
    .replace(/((?:nginx|Apache|Varnish|Python|BaseHTTP)\/)[0-9][0-9.]*/g, '$1…')
    .replace(/ \((?:Debian|Ubuntu)\)/, '')

const thereIs = (program: string) => spawnSync('which', [program], { stdio: 'ignore' }).status === 0

describe.each(MAKERS)('$name', (maker) => {
  const missing = !thereIs(maker.argv[0] ?? '')
  if (process.env.CI === 'true') it('is installed', () => expect(missing).toBe(false))

  it.skipIf(missing)('answers as the fingerprints have it', async () => {
    const port = await start(maker)
    for (const [path, id] of maker.answers) {
      const raw = await ask(port, path)
      const example = SHIPPED_FINGERPRINTS.find((each) => each.id === id)?.example ?? ''
      expect(lasting(raw), `${maker.name} ${path}`).toBe(lasting(example))
      expect(judge(raw), `${maker.name} ${path}`).toEqual(judge(example))
    }
  })
})

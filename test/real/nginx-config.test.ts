import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nginxConfigLook } from '../../src/probe/looks/nginx-config.ts'
import { nginxConfigReader } from '../../src/reading/nginx/config.ts'
import { askedFor, captureOfLook, toolsForLook } from '../reading/nginx/config-support.ts'

// The reader's answers beside the real nginx's: every place marks its answers with X-Where, and an
// echo server tells what an upstream really gets.

/** Each place is marked; `P` and `E` are replaced by free ports. */
const CONFIGS: Record<string, { http: string; urls: [host: string, path: string][] }> = {
  'prefix, exact and ^~ locations': {
    http: `server { listen 127.0.0.1:P; server_name a.test;
      location / { MARK(root); } location = / { MARK(exact); } location /img/ { MARK(img); }
      location ^~ /static/ { MARK(static); } location ~ \\.png$ { MARK(png); } location ~* \\.JPG$ { MARK(jpg); }
      location /img/deep/ { MARK(deep); } }`,
    urls: [
      ['a.test', '/'],
      ['a.test', '/x'],
      ['a.test', '/img/'],
      ['a.test', '/img/x.png'],
      ['a.test', '/static/x.png'],
      ['a.test', '/img/deep/x.gif'],
      ['a.test', '/x.jpg'],
      ['a.test', '//img//x'],
      ['a.test', '/img/../static/x.png'],
      ['a.test', '/%69mg/x'],
    ],
  },
  'order of regular expressions': {
    http: `server { listen 127.0.0.1:P;
      location ~ ^/a { MARK(first); } location ~ ^/ab { MARK(second); } location ~* "^/c{2}$" { MARK(braces); } location / { MARK(rest); } }`,
    urls: [
      ['x', '/ab'],
      ['x', '/b'],
      ['x', '/CC'],
      ['x', '/ccc'],
    ],
  },
  'nested locations': {
    http: `server { listen 127.0.0.1:P;
      location /api/ { MARK(api);
        location /api/v1/ { MARK(v1); location ~ \\.json$ { MARK(v1json); } }
        location ~ \\.json$ { MARK(apijson); } }
      location ^~ /f/ { MARK(f); location ~ \\.json$ { MARK(fjson); } }
      location ~ \\.json$ { MARK(json); } location ~ \\.xml$ { MARK(xml); } location / { MARK(root); } }`,
    urls: [
      ['x', '/api/v1/x'],
      ['x', '/api/v1/x.json'],
      ['x', '/api/x.json'],
      ['x', '/api/x.xml'],
      ['x', '/api/v1/x.xml'],
      ['x', '/f/x.json'],
      ['x', '/f/x.xml'],
      ['x', '/x.json'],
      ['x', '/x'],
    ],
  },
  'names of servers': {
    http: `server { listen 127.0.0.1:P; server_name first; location / { MARK(first); } }
      server { listen 127.0.0.1:P default_server; server_name _; location / { MARK(default); } }
      server { listen 127.0.0.1:P; server_name exact.test www.exact.test; location / { MARK(exact); } }
      server { listen 127.0.0.1:P; server_name *.test; location / { MARK(star); } }
      server { listen 127.0.0.1:P; server_name *.long.test; location / { MARK(longstar); } }
      server { listen 127.0.0.1:P; server_name .dot.org; location / { MARK(dot); } }
      server { listen 127.0.0.1:P; server_name mail.*; location / { MARK(trailing); } }
      server { listen 127.0.0.1:P; server_name "~^(?<user>\\w+)\\.re\\.org$"; location / { MARK(regex); } }
      server { listen 127.0.0.1:P; server_name ~^late; location / { MARK(late); } }`,
    urls: [
      ['exact.test', '/'],
      ['EXACT.test', '/'],
      ['exact.test.', '/'],
      ['www.exact.test', '/'],
      ['a.test', '/'],
      ['a.b.test', '/'],
      ['a.long.test', '/'],
      ['long.test', '/'],
      ['dot.org', '/'],
      ['a.dot.org', '/'],
      ['mail.example', '/'],
      ['mail.test', '/'],
      ['joe.re.org', '/'],
      ['late.re.org', '/'],
      ['late-more', '/'],
      ['nobody', '/'],
      ['127.0.0.1', '/'],
    ],
  },
  'rewrites, if and return': {
    http: `server { listen 127.0.0.1:P; set $flag on; set $none "";
      rewrite ^/old/(.*)$ /new/$1;
      location / { MARK(root); }
      location /new/ { MARK(new); }
      location /last/ { rewrite ^/last/(.*) /new/$1 last; MARK(last); }
      location /if/ { if ($flag = on) { MARK(ifheld); } MARK(ifnot); }
      location /noif/ { if ($none) { MARK(ifheld); } MARK(ifnot); }
      location /method/ { if ($request_method = POST) { MARK(post); } MARK(get); }
      location /uri/ { if ($uri ~ "^/uri/(a|b)") { MARK(ab); } MARK(other); }
      location /args/ { if ($args) { MARK(args); } MARK(noargs); } }`,
    urls: [
      ['x', '/old/a'],
      ['x', '/last/a'],
      ['x', '/if/'],
      ['x', '/noif/'],
      ['x', '/method/'],
      ['x', '/uri/b'],
      ['x', '/uri/c'],
      ['x', '/args/'],
    ],
  },
  'try_files and named locations': {
    http: `server { listen 127.0.0.1:P; root ROOT/none;
      location / { try_files $uri @app; }
      location @app { MARK(app); }
      location /php/ { try_files $uri $uri/ /index.php?$args; }
      location ~ \\.php$ { MARK(php); }
      location /two/ { try_files /here.txt /php/x.php; } }
      server { listen 127.0.0.1:P; server_name files; root ROOT/files;
      location / { try_files $uri $uri/ @app; add_header X-Where static always; }
      location @app { MARK(app); } }`,
    urls: [
      ['x', '/'],
      ['x', '/a/b'],
      ['x', '/php/x'],
      ['x', '/two/'],
      ['files', '/nothing'],
    ],
  },
}

const MARKS = /MARK\((\w+)\)/g

describe.each(Object.entries(CONFIGS))('%s', (_, { http, urls }) => {
  let nginx: RunningNginx
  beforeAll(async () => {
    nginx = await startNginx(
      http.replace(MARKS, (_all, where: string) => `add_header X-Where ${where} always; return 200`),
    )
  })
  afterAll(() => nginx.stop())

  it.each(urls)('%s %s', async (host, path) => {
    const answer = await get(nginx.port, host, path)
    const { value } = await readLive(nginx, host, path)
    expect(value.complete).toBe(true)
    // `return 200` stands on the same line as the mark.
    const [, line] = value.returns_at.split(/:(?=\d+$)/)
    const text = nginx.lines[Number(line) - 1] ?? ''
    expect(text, `${host}${path} -> ${answer.where}`).toContain(`X-Where ${answer.where} `)
  })
})

describe('what an upstream gets', () => {
  let nginx: RunningNginx
  let echo: Echo
  const CASES: [host: string, path: string][] = [
    ['plain', '/a/b%20c'],
    ['plain', '//a/../x'],
    ['uri', '/api/x%20y'],
    ['uri', '/api/x'],
    ['uri', '/api'],
    ['slashless', '/api/x'],
    ['variable', '/api/x'],
    ['setvar', '/api/x%20y'],
    ['setpath', '/api/x'],
    ['rewritten', '/api/x'],
    ['rewritten', '/keep/x'],
    ['ifpass', '/a'],
    ['inherits', '/plain/'],
    ['inherits', '/own/'],
    ['named', '/shop/x'],
    ['regex', '/user/42/edit'],
    ['hosts', '/http_host'],
    ['hosts', '/host'],
    ['hosts', '/port'],
    ['hosts', '/proxy_host'],
    ['hosts', '/server_name'],
    ['upstream', '/x'],
    ['php', '/'],
    ['version', '/'],
  ]
  beforeAll(async () => {
    echo = await startEcho()
    nginx = await startNginx(
      `upstream Backend { server 127.0.0.1:E; }
      server { listen 127.0.0.1:P; server_name plain; location / { proxy_pass http://127.0.0.1:E; } }
      server { listen 127.0.0.1:P; server_name uri; location /api/ { proxy_pass http://127.0.0.1:E/v1/; } }
      server { listen 127.0.0.1:P; server_name slashless; location /api { proxy_pass http://127.0.0.1:E/v1; } }
      server { listen 127.0.0.1:P; server_name variable; location /api/ { proxy_pass http://127.0.0.1:E$request_uri; } }
      server { listen 127.0.0.1:P; server_name setvar; set $up 127.0.0.1:E; location / { proxy_pass http://$up; } }
      server { listen 127.0.0.1:P; server_name setpath; set $up http://127.0.0.1:E; location / { proxy_pass $up/fixed; } }
      server { listen 127.0.0.1:P; server_name rewritten;
        location /api/ { rewrite ^/api/(.*)$ /v2/$1 break; proxy_pass http://127.0.0.1:E/ignored/; }
        location /keep/ { rewrite ^/keep/(.*)$ /api2/$1; proxy_pass http://127.0.0.1:1; }
        location /api2/ { proxy_pass http://127.0.0.1:E/w/; } }
      server { listen 127.0.0.1:P; server_name ifpass; set $on 1; location / { proxy_set_header Host outer; if ($on) { proxy_pass http://127.0.0.1:E; } return 404; } }
      server { listen 127.0.0.1:P; server_name inherits; proxy_set_header Host from-server;
        location /plain/ { proxy_pass http://127.0.0.1:E; }
        location /own/ { proxy_set_header X-Real-IP $remote_addr; proxy_pass http://127.0.0.1:E; } }
      server { listen 127.0.0.1:P; server_name named; root ROOT/none; location / { try_files $uri @app; } location @app { proxy_pass http://127.0.0.1:E; } }
      server { listen 127.0.0.1:P; server_name regex; location ~ ^/user/(\\d+)/(?<what>\\w+)$ { proxy_pass http://127.0.0.1:E/u/$1/$what; } }
      server { listen 127.0.0.1:P; server_name hosts alias.test;
        location /http_host { proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:E; }
        location /host { proxy_set_header Host $host; proxy_pass http://127.0.0.1:E; }
        location /port { proxy_set_header Host $host:$server_port; proxy_pass http://127.0.0.1:E; }
        location /proxy_host { proxy_set_header Host $proxy_host; proxy_pass http://127.0.0.1:E; }
        location /server_name { proxy_set_header Host \${server_name}; proxy_pass http://127.0.0.1:E; } }
      server { listen 127.0.0.1:P; server_name upstream; location / { proxy_pass http://backend; } }
      server { listen 127.0.0.1:P; server_name php; root ROOT/files; index index.php; location / { try_files $uri $uri/ =404; } location ~ \\.php$ { proxy_pass http://127.0.0.1:E; } }
      server { listen 127.0.0.1:P; server_name version; proxy_http_version 1.1; location / { proxy_pass http://127.0.0.1:E; } }`,
      echo.port,
    )
  })
  afterAll(async () => {
    await nginx.stop()
    echo.stop()
  })

  it.each(CASES)('%s %s', async (host, path) => {
    const answer = await get(nginx.port, `${host}:${nginx.port}`, path)
    const { value } = await readLive(nginx, host, path)
    expect(value.complete).toBe(true)
    if (answer.status !== 200) {
      expect([Number(value.returns), value.handler]).toEqual([answer.status, 'return'])
      return
    }
    const [requestLine, hostHeader] = answer.body.split('\n')
    const [, got, version] = requestLine?.split(' ') ?? []
    expect(value.upstream_path).toBe(got)
    expect(value.upstream_host_header).toBe(hostHeader)
    expect(`HTTP/${value.http_version}`).toBe(version)
    expect(value.members).toEqual([
      { host: '127.0.0.1', port: BigInt(echo.port), socket: '', down: false, backup: false },
    ])
  })
})

interface RunningNginx {
  port: number
  pid: number
  lines: string[]
  stop: () => Promise<void>
}

async function startNginx(http: string, echoPort = 0): Promise<RunningNginx> {
  const dir = mkdtempSync(join(tmpdir(), 'nginx-config-'))
  for (const name of ['logs', 'files']) mkdirSync(join(dir, name))
  writeFileSync(join(dir, 'files', 'index.php'), '')
  const port = await freePort()
  const body = http
    .replaceAll('127.0.0.1:P', `127.0.0.1:${port}`)
    .replaceAll('127.0.0.1:E', `127.0.0.1:${echoPort}`)
    .replaceAll('ROOT', dir)
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${dir}/${kind};`)
  const text = `daemon off; user root; pid ${dir}/pid; error_log logs/error.log notice;
events { worker_connections 64; }
http { access_log off; ${temp.join(' ')}
${body.replaceAll('; add_header', ';\nadd_header')}
}
`
  writeFileSync(join(dir, 'nginx.conf'), text)
  const child = spawn('nginx', ['-p', `${dir}/`, '-c', 'nginx.conf'], { stdio: ['ignore', 'ignore', 'pipe'] })
  await reachable(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    lines: text.split('\n'),
    stop: async () => {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function reachable(child: ChildProcess, port: number): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  for (let i = 0; i < 50; i++) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`)
    const status = await get(port, 'probe', '/').catch(() => undefined)
    if (status !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nginx does not answer: ${complaint}`)
}

async function readLive(nginx: RunningNginx, host: string, path: string) {
  const outcome = await nginxConfigLook({ pid: nginx.pid }, toolsForLook())
  expect(outcome.meta).toMatchObject({ genuine: 'yes', version: expect.stringMatching(/^1\.\d+/) })
  const capture = captureOfLook(outcome)
  return nginxConfigReader.read(capture, askedFor(`http://${host}:${nginx.port}${path}`))
}

interface Echo {
  port: number
  stop: () => void
}

/** Answers with the request line and the Host header it got. */
async function startEcho(): Promise<Echo> {
  const server = createServer((socket) => {
    let got = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
      if (!got.includes('\r\n\r\n')) return
      const body = `${got.split('\r\n')[0]}\n${/^host: (.*)\r$/im.exec(got)?.[1] ?? ''}`
      socket.end(`HTTP/1.0 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    })
  })
  const port = await listening(server)
  return { port, stop: () => server.close() }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function get(port: number, host: string, path: string): Promise<{ status: number; where: string; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host }, timeout: 5000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, where: String(response.headers['x-where'] ?? ''), body }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

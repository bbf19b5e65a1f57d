import { describe, expect, it } from 'vitest'
import { type ListensOn, listensOn, parseAddress } from '../../../src/reading/systemd/listens.ts'

/** `3000`, `/run/shop.sock`, or '' for nothing. */
const shown = (on: ListensOn | undefined) => (on === undefined ? '' : 'port' in on ? on.port : on.socket)

/*
 * What servers say when they are ready, in the words of their own sources and manuals (documented), or
 * as test/fixtures/systemd has captured it.
 */
describe('the line in which a server says where it listens', () => {
  it.each([
    // Node.js
    ['Express', 'Example app listening on port 3000', 3000],
    ['Express, as generated', 'Listening on port 3000', 3000],
    [
      'Fastify',
      '{"level":30,"time":1795234976000,"pid":1,"hostname":"web","msg":"Server listening at http://0.0.0.0:3000"}',
      3000,
    ],
    ['Fastify on IPv6', '{"level":30,"msg":"Server listening at http://[::1]:3000"}', 3000],
    [
      'NestJS',
      '[Nest] 4242  - 11/21/2026, 4:22:56 AM     LOG [NestApplication] Application is running on: http://[::1]:3000',
      3000,
    ],
    ['Next.js 12', 'ready - started server on 0.0.0.0:3000, url: http://localhost:3000', 3000],
    ['Next.js 14', '   - Local:        http://localhost:3000', 3000],
    ['Vite', '  ➜  Local:   http://localhost:5173/', 5173],
    ['Nuxt', 'Listening on http://[::]:3000', 3000],
    ['serve', 'INFO  Accepting connections at http://localhost:3000', 3000],
    ['http-server', 'Available at http://127.0.0.1:8080', 8080],
    ['Hapi', 'Server running on http://localhost:3000', 3000],
    ['Remix', '[remix-serve] http://localhost:3000 (http://10.0.0.5:3000)', ''],
    // Python
    ['gunicorn', '[2026-11-21 04:21:46 +0000] [3398] [INFO] Listening at: http://0.0.0.0:8000 (3398)', 8000],
    [
      'gunicorn, a socket',
      '[2026-11-21 04:21:46 +0000] [3398] [INFO] Listening at: unix:/run/shop.sock (3398)',
      '/run/shop.sock',
    ],
    ['uvicorn', 'INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', 8000],
    [
      'uvicorn, a socket',
      'INFO:     Uvicorn running on unix socket /run/shop.sock (Press CTRL+C to quit)',
      '/run/shop.sock',
    ],
    [
      'hypercorn',
      '[2026-11-21 04:22:56 +0000] [4242] [INFO] Running on http://127.0.0.1:8000 (CTRL + C to quit)',
      8000,
    ],
    ['daphne', '2026-11-21 04:22:56,000 INFO     Listening on TCP address 127.0.0.1:8000', 8000],
    ['waitress', 'INFO:waitress:Serving on http://0.0.0.0:8080', 8080],
    ['Flask', ' * Running on http://127.0.0.1:5000 (Press CTRL+C to quit)', 5000],
    ['Django', 'Starting development server at http://127.0.0.1:8000/', 8000],
    ['aiohttp', '======== Running on http://0.0.0.0:8080 ========', 8080],
    ['Tornado', 'Server started on port 8888', 8888],
    ['http.server', 'Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...', 8000],
    ['uWSGI', '*** uWSGI is running in multiple interpreter mode ***', ''],
    // Ruby
    ['Puma', '* Listening on http://0.0.0.0:3000', 3000],
    ['Puma, tcp', '* Listening on tcp://0.0.0.0:3000', 3000],
    ['Puma, a socket', '* Listening on unix:///run/puma.sock', '/run/puma.sock'],
    ['Unicorn', 'I, [2026-11-21T04:22:56.000000 #4242]  INFO -- : listening on addr=0.0.0.0:8080 fd=9', 8080],
    ['WEBrick', '[2026-11-21 04:22:56] INFO  WEBrick::HTTPServer#start: pid=4242 port=3000', ''],
    ['Thin', 'Listening on 0.0.0.0:3000, CTRL+C to stop', 3000],
    // Go
    ['Go, log', '2026/11/21 04:21:46 listening on :8080', 8080],
    ['Gin', '[GIN-debug] Listening and serving HTTP on :8080', 8080],
    ['Echo', '⇨ http server started on [::]:1323', 1323],
    ['slog', 'time=2026-11-21T04:22:56.000Z level=INFO msg="server listening" addr=:8080', 8080],
    ['zap, an address', '{"level":"info","addr":"0.0.0.0:8080","msg":"listening"}', 8080],
    ['a client', '{"level":"info","client_addr":"10.0.0.9:51234","msg":"listening"}', ''],
    ['zap', '{"level":"info","ts":1795234976,"msg":"listening","port":8080}', 8080],
    // The JVM
    ['Spring Boot 2', "Tomcat started on port(s): 8080 (http) with context path ''", 8080],
    ['Spring Boot 3', "Tomcat started on port 8080 (http) with context path '/'", 8080],
    ['Spring, Netty', 'Netty started on port 8080 (http)', 8080],
    ['Spring, Jetty', "Jetty started on port 8080 (http/1.1) with context path '/'", 8080],
    ['Quarkus', 'shop 1.0 on JVM (powered by Quarkus 3.8.1) started in 1.1s. Listening on: http://0.0.0.0:8080', 8080],
    ['Micronaut', 'Startup completed in 612ms. Server Running: http://localhost:8080', 8080],
    ['Javalin', 'Listening on http://localhost:7070/', 7070],
    // .NET, Rust, Elixir, Deno, Bun
    ['Kestrel', '      Now listening on: http://[::]:5000', 5000],
    ['Kestrel, a socket', '      Now listening on: http://unix:/run/shop.sock', '/run/shop.sock'],
    ['Rocket', 'Rocket has launched from http://127.0.0.1:8000', 8000],
    ['Actix', 'starting service: "actix-web-service-127.0.0.1:8080", workers: 2, listening on: 127.0.0.1:8080', 8080],
    ['axum', 'listening on 127.0.0.1:3000', 3000],
    ['Phoenix', '[info] Running ShopWeb.Endpoint with Bandit 1.5.7 at 127.0.0.1:4000 (http)', ''],
    ['Deno', 'Listening on http://0.0.0.0:8000/', 8000],
    ['Bun', 'Listening on http://localhost:3000 ...', 3000],
  ])('%s: %s', (_, line, on) => {
    expect(shown(listensOn(line))).toBe(on)
  })
})

describe('lines that speak of another listener, or of none', () => {
  it.each([
    'Debugger listening on ws://127.0.0.1:9229/0f2c936f',
    'Metrics server listening on :9090',
    'Prometheus endpoint listening on 0.0.0.0:9464',
    'pprof listening on localhost:6060',
    'Management interface listening on http://127.0.0.1:9990',
    'Actuator running on port 8081',
    'LiveReload server running on port 35729',
    'no longer listening on :3000',
    'stopped listening on :3000',
    'server is not listening on 3000',
    'failed to start listening on :3000',
    'Error: listen EADDRINUSE: address already in use :::3000',
    'Port 3000 is in use, trying another one: listening on 3001',
    'listening to topic orders on partition 3',
    'Listening on 4 workers',
    'listening on 2 ports',
    'listening on 3000 ms',
    'listening on eth0',
    'listening on 0',
    'listening on 70000',
    'Job started on 2026-11-21 04:22:56',
    'the client is no longer bound to 10.0.0.1:3000',
    'christening on 3000',
    'GET /listening HTTP/1.1',
  ])('%s', (line) => {
    expect(listensOn(line)).toBeUndefined()
  })
})

describe('one word as an address', () => {
  it.each([
    ['0.0.0.0:3000', 3000],
    ['127.0.0.1:3000', 3000],
    ['localhost:3000', 3000],
    ['shop.internal:3000', 3000],
    ['*:3000', 3000],
    ['+:3000', 3000],
    [':3000', 3000],
    ['[::]:3000', 3000],
    ['[fe80::1%eth0]:3000', 3000],
    [':::3000', 3000],
    ['::1:3000', 3000],
    ['http://0.0.0.0:3000', 3000],
    ['http://0.0.0.0:3000/path?query', 3000],
    ['HTTP://LOCALHOST:3000', 3000],
    ['http://localhost', 80],
    ['https://localhost/', 443],
    ['https://[::1]', 443],
    ['tcp://127.0.0.1:3000', 3000],
    ['grpc://127.0.0.1:3000', 3000],
    ['fcgi://127.0.0.1:9000', 9000],
    ['unix:/run/shop.sock', '/run/shop.sock'],
    ['unix:///run/shop.sock', '/run/shop.sock'],
    ['UNIX:/run/shop.sock', '/run/shop.sock'],
    ['/run/shop.sock', '/run/shop.sock'],
    ['/var/run/shop', '/var/run/shop'],
    ['/tmp/shop.socket', '/tmp/shop.socket'],
    ['/srv/shop/tmp/sockets/puma.sock', '/srv/shop/tmp/sockets/puma.sock'],
  ])('%s', (word, on) => {
    expect(shown(parseAddress(word))).toBe(on)
  })

  it.each([
    '',
    ':',
    '3000',
    ':0',
    ':65536',
    ':3000x',
    ':+3000',
    '12:34:56',
    '2026-11-21T04:22:56',
    'a b:3000',
    'http://',
    'http://ann:s3cret@localhost:3000',
    'http://ann@localhost',
    'http://localhost:',
    'http://localhost:99999',
    'ftp://localhost:21',
    'postgres://db:5432/shop',
    'redis://cache:6379',
    'tcp://localhost',
    '/etc/shop.conf',
    '/srv/shop',
    'unix:relative.sock',
    'unix:',
    '/run/shop\u0000.sock',
    `/run/${'x'.repeat(110)}.sock`,
    'C:\\shop:3000',
  ])('not: %j', (word) => {
    expect(parseAddress(word)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import {
  commandTokens,
  environmentTokens,
  environmentWords,
  execWords,
  fileAssignments,
  instanceTokens,
  listenTokens,
  names,
} from '../../../src/reading/systemd/tokens.ts'

const on = (found: readonly { on: { port: number } | { socket: string } }[]) =>
  found.map((each) => ('port' in each.on ? each.on.port : each.on.socket))
const command = (text: string) => on(commandTokens(text.split(' ')))
const environment = (assignment: string) => on(environmentTokens([assignment]))

describe('a command that names where it listens', () => {
  it.each([
    // Node.js
    ['node server.js --port 3000', [3000]],
    ['node server.js --PORT=3000', [3000]],
    ['npx serve -l tcp://0.0.0.0:3000', [3000]],
    ['npx http-server -p 3000', [3000]],
    ['npx next start -p 3000', [3000]],
    ['npx next start --port 3000 --hostname 127.0.0.1', [3000]],
    ['npx vite preview --port 3000', [3000]],
    ['npx nuxt start --host=0.0.0.0:3000', [3000]],
    ['npx serve --listen=3000', [3000]],
    // Python
    ['gunicorn --bind 0.0.0.0:3000 --workers 4 shop:app', [3000]],
    ['gunicorn --bind=127.0.0.1:3000 -b 127.0.0.1:3001 shop:app', [3000, 3001]],
    ['gunicorn -b unix:/run/shop/shop.sock shop:app', ['/run/shop/shop.sock']],
    ['gunicorn -b [::]:3000 shop:app', [3000]],
    ['uvicorn shop:app --host 0.0.0.0 --port 3000', [3000]],
    ['hypercorn shop:app --bind 0.0.0.0:3000', [3000]],
    ['daphne -b 0.0.0.0 -p 3000 shop.asgi:application', [3000]],
    ['waitress-serve --port=3000 shop:app', [3000]],
    ['waitress-serve --listen=*:3000 shop:app', [3000]],
    ['flask run --port 3000', [3000]],
    ['python3 -m http.server 3000', [3000]],
    ['python3 -m SimpleHTTPServer 3000', [3000]],
    ['python3 manage.py runserver 3000', [3000]],
    ['python3 manage.py runserver 0.0.0.0:3000', [3000]],
    ['uwsgi --http :3000 --wsgi-file shop.py', [3000]],
    ['uwsgi --http-socket 127.0.0.1:3000', [3000]],
    ['uwsgi --socket /run/shop.sock', ['/run/shop.sock']],
    // Ruby, Go, the JVM, .NET, PHP
    ['puma -p 3000', [3000]],
    ['puma -b tcp://127.0.0.1:3000', [3000]],
    ['puma -b unix:///run/puma.sock', ['/run/puma.sock']],
    ['rails server -p 3000', [3000]],
    ['unicorn -l 127.0.0.1:3000', [3000]],
    ['unicorn -l /run/unicorn.sock', ['/run/unicorn.sock']],
    ['shop -listen :3000', [3000]],
    ['shop -addr=:3000', [3000]],
    ['shop -http 0.0.0.0:3000', [3000]],
    ['java -Dserver.port=3000 -jar shop.jar', [3000]],
    ['java -jar shop.jar --server.port=3000', [3000]],
    ['java -Dquarkus.http.port=3000 -jar shop.jar', [3000]],
    ['dotnet Shop.dll --urls http://*:3000', [3000]],
    ['dotnet Shop.dll --urls=http://+:3000;http://+:3001', [3000, 3001]],
    ['php -S 127.0.0.1:3000', [3000]],
    ['env PORT=3000 node server.js', [3000]],
    ['shop -p3000', [3000]],
    ['shop -P 3000', [3000]],
    ['shop -b:3000', [3000]],
    ['shop --http-port=3000 --grpc-port=3001', [3000, 3001]],
  ] as [string, (string | number)[]][])('%s', (text, expected) => {
    expect(command(text)).toEqual(expected)
  })

  it.each([
    // Somebody else's address.
    'shop --db-port 3000',
    'shop --database-url postgres://db:3000/shop',
    'shop --redis 127.0.0.1:3000',
    'shop --upstream=http://127.0.0.1:3000',
    'shop --backend-addr 127.0.0.1:3000',
    'shop --proxy-host 127.0.0.1:3000',
    'shop --target=127.0.0.1:3000',
    'shop --kafka-bind 127.0.0.1:3000',
    'shop --smtp-port=3000',
    'ssh -L 3000:127.0.0.1:80 host',
    // A second listener that takes no requests.
    'node --inspect=127.0.0.1:3000 server.js',
    'shop --debug-port 3000',
    'shop --metrics-addr :3000',
    'shop --admin-listen :3000',
    'java -Dmanagement.server.port=3000 -jar shop.jar',
    // No address at all.
    'shop 3000',
    'sleep 3000',
    'shop --timeout 3000',
    'shop --max-port 3000',
    'shop --workers=3000',
    'shop --port http',
    'shop --port 0',
    'shop --port 65536',
    'shop --port 3000ms',
    'shop --port -1',
    'shop --port=0x0bb8',
    'shop --listen /etc/shop.conf:3000',
    'shop http://127.0.0.1:3000/health',
    'curl 127.0.0.1:3000/health',
    'shop -x',
    '',
  ])('not: %s', (text) => {
    expect(command(text)).toEqual([])
  })

  it('is no address of its own when the program’s name is one', () => {
    expect(command('127.0.0.1:3000')).toEqual([])
  })

  it('is quoted with the words around it and nothing else', () => {
    const tokens = commandTokens('shop --token s3cret --port 3000 --password=hunter2 -b :3001'.split(' '))
    expect(tokens.map((each) => each.token)).toEqual(['--port 3000', '-b :3001'])
  })
})

describe('an environment that names where it listens', () => {
  it.each([
    ['PORT=3000', [3000]],
    ['port=3000', [3000]],
    ['APP_PORT=3000', [3000]],
    ['SERVER_PORT=3000', [3000]],
    ['HTTP_PORT=3000', [3000]],
    ['HTTPS_PORT=3000', [3000]],
    ['NITRO_PORT=3000', [3000]],
    ['httpPort=3000', [3000]],
    ['WEBPORT=3000', [3000]],
    ['LISTEN=3000', [3000]],
    ['LISTEN_ADDR=127.0.0.1:3000', [3000]],
    ['LISTEN_ADDRESS=[::]:3000', [3000]],
    ['BIND=0.0.0.0:3000', [3000]],
    ['BIND_ADDR=:3000', [3000]],
    ['ADDR=:3000', [3000]],
    ['HOST=0.0.0.0:3000', [3000]],
    ['ASPNETCORE_URLS=http://+:3000', [3000]],
    ['ASPNETCORE_HTTP_PORTS=3000', [3000]],
    ['SOCKET=/run/shop.sock', ['/run/shop.sock']],
    ['UNIX_SOCKET=unix:/run/shop.sock', ['/run/shop.sock']],
    ['GUNICORN_BIND=unix:/run/shop.sock', ['/run/shop.sock']],
  ] as [string, (string | number)[]][])('%s', (assignment, expected) => {
    expect(environment(assignment)).toEqual(expected)
  })

  it.each([
    'DB_PORT=3000',
    'PGPORT=3000',
    'MYSQL_PORT=3000',
    'REDIS_PORT=3000',
    'REDIS_ADDR=127.0.0.1:3000',
    'DATABASE_HOST=db:3000',
    'SMTP_HOST=mail:3000',
    'UPSTREAM_ADDR=127.0.0.1:3000',
    'METRICS_PORT=3000',
    'DEBUG_PORT=3000',
    'ADMIN_PORT=3000',
    'HTTP_PROXY=http://127.0.0.1:3000',
    'API_URL=http://127.0.0.1:3000',
    'NODE_OPTIONS=--inspect=127.0.0.1:3000',
    'SUPPORT=3000',
    'TRANSPORT=3000',
    'EXPORT=3000',
    'REPORT=3000',
    'PORTAL=3000',
    'TRANSPORT_LIMIT=3000',
    'TIMEOUT=3000',
    'PORT=',
    'PORT= 3000',
    'PORT=3000,3001x',
    'PORT=tcp://10.0.0.1:3000x',
    '=3000',
    'PORT',
  ])('not: %s', (assignment) => {
    expect(environment(assignment)).toEqual([])
  })

  it('gives away no password that stands in the address', () => {
    expect(environmentTokens(['LISTEN=http://ann:s3cret@0.0.0.0:3000'])).toEqual([])
  })
})

describe('units that name it in their own words', () => {
  it.each([
    ['shop@3000.service', [3000]],
    ['shop@80.service', [80]],
    ['shop@127.0.0.1:3000.service', [3000]],
    ['web-shop@65535.service', [65535]],
    ['shop@65536.service', []],
    ['shop@0.service', []],
    ['shop@7.service', []],
    ['shop@3000a.service', []],
    ['shop@3000', []],
    ['shop3000.service', []],
    ['user@1000.service', [1000]],
  ] as [string, number[]][])('%s', (unit, expected) => {
    expect(on(instanceTokens(unit))).toEqual(expected)
  })

  it.each([
    ['0.0.0.0:3000 (Stream)', [3000]],
    ['[::]:3000 (Stream)', [3000]],
    ['127.0.0.1:3000 (Stream)', [3000]],
    ['/run/shop.sock (Stream)', ['/run/shop.sock']],
    ['/run/my shop.sock (Stream)', []],
    ['@shop (Stream)', []],
    ['127.0.0.1:3000 (Datagram)', []],
    ['/run/shop.fifo (FIFO)', []],
    ['kobject-uevent 1 (Netlink)', []],
    ['127.0.0.1:3000', []],
  ] as [string, (string | number)[]][])('Listen=%s', (value, expected) => {
    expect(on(listenTokens([value]))).toEqual(expected)
  })
})

describe('how systemd prints commands and environments', () => {
  it.each([
    [
      '{ path=/usr/bin/node ; argv[]=/usr/bin/node server.js --port 3000 ; ignore_errors=no ; pid=0 }',
      '/usr/bin/node|server.js|--port|3000',
    ],
    ['{ path=/bin/sh ; argv[]=/bin/sh -c a ; b ; ignore_errors=no ; pid=0 }', '/bin/sh|-c|a|;|b'],
    ['{ path=/usr/bin/node ; argv[]=/usr/bin/node   server.js', '/usr/bin/node|server.js'],
    ['{ path=/usr/bin/node }', ''],
    ['', ''],
  ])('%s', (text, words) => {
    expect(execWords(text).join('|')).toBe(words)
  })

  it.each([
    ['PORT=3000', 'PORT=3000'],
    ['PORT=3000 HOST=0.0.0.0', 'PORT=3000|HOST=0.0.0.0'],
    ['"GREETING=hello world" PORT=3000', 'GREETING=hello world|PORT=3000'],
    ['"QUOTE=say \\"PORT=1\\"" PORT=3000', 'QUOTE=say "PORT=1"|PORT=3000'],
    ['EMPTY= PORT=3000', 'EMPTY=|PORT=3000'],
    ['"" PORT=3000', '|PORT=3000'],
    ['BACKSLASH=a\\\\b', 'BACKSLASH=a\\b'],
    ['"UNENDED=a b', 'UNENDED=a b'],
    ['  ', ''],
  ])('%s', (text, words) => {
    expect(environmentWords(text).join('|')).toBe(words)
  })

  it.each([
    ['PORT=3000\n', 'PORT=3000'],
    ['PORT="3000"\r\nHOST=\'0.0.0.0\'\r\n', 'PORT=3000|HOST=0.0.0.0'],
    ['  PORT = 3000\n', ''],
    ['export PORT=3000\n', 'PORT=3000'],
    ['# PORT=3000\n; PORT=3001\n\n', ''],
    ['PORT="3000\n', 'PORT="3000'],
    ['1PORT=3000\n', ''],
    ['PORT=\n', 'PORT='],
  ])('file %j', (text, assignments) => {
    expect(fileAssignments(text).join('|')).toBe(assignments)
  })
})

describe('a token names a port or a socket exactly', () => {
  it.each([
    [':3000', { port: 3000, socket: '' }, true],
    [':30000', { port: 3000, socket: '' }, false],
    [':300', { port: 3000, socket: '' }, false],
    ['/run/shop.sock', { port: 0, socket: '/run/shop.sock' }, true],
    ['/run/shop.sock2', { port: 0, socket: '/run/shop.sock' }, false],
    ['/run/shop/../shop.sock', { port: 0, socket: '/run/shop.sock' }, false],
    [':3000', { port: 0, socket: '/run/shop.sock' }, false],
  ])('%s for %o: %s', (address, wanted, expected) => {
    expect(commandTokens(['shop', '--bind', address]).some((token) => names(token, wanted))).toBe(expected)
  })
})

import fc from 'fast-check'
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

const command = (text: string) =>
  commandTokens(text.split(' ')).map(({ token, on }) => [token, 'port' in on ? on.port : on.socket])
const environment = (...assignments: string[]) =>
  environmentTokens(assignments).map(({ token, on }) => [token, 'port' in on ? on.port : on.socket])

describe('addresses that a command names as its own', () => {
  it.each([
    ['/usr/bin/node /srv/shop/server.js --port 3000', '--port 3000', 3000],
    ['/usr/bin/node server.js --port=3000', '--port=3000', 3000],
    ['/usr/bin/serve -p 3000 build', '-p 3000', 3000],
    ['/usr/bin/serve -p3000', '-p3000', 3000],
    ['/usr/bin/serve -l 3000', '-l 3000', 3000],
    ['/usr/bin/gunicorn -b 127.0.0.1:3000 app:app', '-b 127.0.0.1:3000', 3000],
    ['/usr/bin/gunicorn --bind=:3000 app:app', '--bind=:3000', 3000],
    ['/usr/sbin/varnishd -j unix,user=vcache -F -a :6081 -f /etc/varnish/default.vcl', '-a :6081', 6081],
    ['/usr/sbin/varnishd -F -a 127.0.0.1:8080', '-a 127.0.0.1:8080', 8080],
    ['/usr/bin/gunicorn --bind unix:/run/shop.sock app:app', '--bind unix:/run/shop.sock', '/run/shop.sock'],
    ['/usr/bin/uvicorn app:app --uds /run/shop.sock --port 3000', '--port 3000', 3000],
    ['/usr/bin/puma -b tcp://0.0.0.0:3000', '-b tcp://0.0.0.0:3000', 3000],
    ['/opt/shop/server --http-address=0.0.0.0:3000', '--http-address=0.0.0.0:3000', 3000],
    ['/opt/shop/server --listen :3000', '--listen :3000', 3000],
    ['/usr/bin/java -Dserver.port=3000 -jar shop.jar', '-Dserver.port=3000', 3000],
    ['/usr/bin/java -jar shop.jar --server.port=3000', '--server.port=3000', 3000],
    ['/usr/bin/dotnet Shop.dll --urls http://0.0.0.0:3000', '--urls http://0.0.0.0:3000', 3000],
    ['/usr/bin/python3 manage.py runserver 0.0.0.0:3000', '0.0.0.0:3000', 3000],
    ['/usr/bin/python3 -m http.server 3000', '3000', 3000],
    ['/usr/bin/env PORT=3000 /usr/bin/node server.js', 'PORT=3000', 3000],
    ['/usr/bin/server --httpPort 3000', '--httpPort 3000', 3000],
  ])('%s', (text, token, on) => {
    expect(command(text)).toContainEqual([token, on])
  })

  it.each([
    '/opt/shop --upstream 127.0.0.1:3000',
    '/opt/shop --db-port 3000',
    '/opt/shop --redis-url=redis://127.0.0.1:3000',
    '/opt/shop http://127.0.0.1:3000/hook',
    '/opt/shop --inspect=127.0.0.1:3000',
    '/opt/shop --metrics-port=3000',
    '/opt/shop --timeout 3000',
    '/opt/shop 3000',
    '/opt/shop --port http',
  ])('not: %s', (text) => {
    expect(command(text)).toEqual([])
  })

  it('exactly, or not at all', () => {
    const [found] = commandTokens(['--port', '30001'])
    expect(found && names(found, { port: 3000, socket: '' })).toBe(false)
    expect(found && names(found, { port: 30001, socket: '' })).toBe(true)
    expect(commandTokens(['x13000', 'x:13000']).some((each) => names(each, { port: 3000, socket: '' }))).toBe(false)
    const [socket] = commandTokens(['--bind', 'unix:/run/shop.sock.old'])
    expect(socket && names(socket, { port: 0, socket: '/run/shop.sock' })).toBe(false)
  })
})

describe('addresses in an environment', () => {
  it('its own, by their names', () => {
    expect(
      environment(
        'PORT=3000',
        'SHOP_PORT=3001',
        'HTTP_PORT=3002',
        'LISTEN_ADDR=:3003',
        'BIND=unix:/run/a.sock',
        'HOST=0.0.0.0:3004',
      ),
    ).toEqual([
      ['PORT=3000', 3000],
      ['SHOP_PORT=3001', 3001],
      ['HTTP_PORT=3002', 3002],
      ['LISTEN_ADDR=:3003', 3003],
      ['BIND=unix:/run/a.sock', '/run/a.sock'],
      ['HOST=0.0.0.0:3004', 3004],
    ])
    expect(environment('ASPNETCORE_URLS=http://+:5000;https://+:5001').map(([, on]) => on)).toEqual([5000, 5001])
  })

  it('not those of others, and never a secret', () => {
    expect(
      environment(
        'DB_PORT=3000',
        'PGPORT=3000',
        'REDIS_URL=redis://x:3000',
        'http_proxy=http://x:3000',
        'API_URL=http://x:3000',
        'SECRET=:3000',
        'PORT=3000x',
        'PORT=',
      ),
    ).toEqual([])
    expect(environment('BIND=http://user:s3cret@0.0.0.0:3000')).toEqual([])
  })
})

describe('how systemd prints them', () => {
  it('a command, an environment', () => {
    const exec =
      '{ path=/usr/local/bin/node ; argv[]=/usr/local/bin/node /srv/shop/with space.js --bind 127.0.0.1:3020 --name a b ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }'
    expect(execWords(exec).slice(-5)).toEqual(['--bind', '127.0.0.1:3020', '--name', 'a', 'b'])
    expect(execWords('')).toEqual([])
    expect(environmentWords('PORT=3020 "GREETING=hello  world" "TOKEN=a\\\\b" "Q=say \\"hi\\""')).toEqual([
      'PORT=3020',
      'GREETING=hello  world',
      'TOKEN=a\\b',
      'Q=say "hi"',
    ])
  })

  it('sockets and instances', () => {
    expect(listenTokens(['[::]:3006 (Stream)', '/run/shop.sock (Stream)', '127.0.0.1:53 (Datagram)'])).toEqual([
      { token: 'ListenStream=3006', on: { port: 3006 } },
      { token: 'ListenStream=/run/shop.sock', on: { socket: '/run/shop.sock' } },
    ])
    expect(instanceTokens('shop@3007.service')).toEqual([{ token: 'shop@3007.service', on: { port: 3007 } }])
    for (const unit of ['shop.service', 'getty@tty1.service', 'shop@.service', 'shop@3007-b.service'])
      expect(instanceTokens(unit)).toEqual([])
  })

  it('environment files', () => {
    expect(fileAssignments('# the shop\nPORT="3005"\n\n; note\nexport HOST=0.0.0.0\nBIND = x\nNAME=\'a b\'\n')).toEqual(
      ['PORT=3005', 'HOST=0.0.0.0', 'NAME=a b'],
    )
  })

  it('anything at all', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        const all = [
          ...commandTokens(words),
          ...environmentTokens(words),
          ...listenTokens(words),
          ...words.flatMap((word) => [
            ...instanceTokens(word),
            ...environmentTokens(fileAssignments(word)),
            ...commandTokens(execWords(word)),
          ]),
        ]
        for (const { on } of all)
          expect('port' in on ? on.port > 0 && on.port < 65536 : on.socket.startsWith('/')).toBe(true)
        environmentWords(words.join(' '))
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { inHttp, inServer } from './config-support.ts'

const at = (path: string): string => `http://a.test${path}`

// Each row was held to what nginx 1.22.1 sent.
describe('the path that the upstream gets', () => {
  describe('of a pass without a URI: as the client sent it', () => {
    it.each([
      ['/', '/', '/'],
      ['/', '/a/b', '/a/b'],
      ['/api/', '/api/v1', '/api/v1'],
      ['/api/', '/api/a%20b', '/api/a%20b'],
      ['/', '/a%2Fb', '/a%2Fb'],
      ['/', '/%C3%A9', '/%C3%A9'],
      ['/', '//double//slash', '//double//slash'],
      ['/', '/a/../b', '/a/../b'],
      ['/', '/a/./b/', '/a/./b/'],
      ['/', '/%61', '/%61'],
      ['/a', '/%61bc', '/%61bc'],
      ['= /x', '/x', '/x'],
      ['^~ /s/', '/s/t', '/s/t'],
      ['~ ^/r/', '/r/x', '/r/x'],
      [String.raw`~* \.CGI$`, '/bin/x.cgi', '/bin/x.cgi'],
      ['/', '/a;b=c,d', '/a;b=c,d'],
      ['/', '/~user/$x', '/~user/$x'],
    ])('location %s, asked %s: %s', (location, asked, path) => {
      const value = inServer(`location ${location} { proxy_pass http://127.0.0.1:3000; }`, at(asked))
      expect(value).toMatchObject({ handler: 'proxy', upstream_path: path })
    })
  })

  describe('of a pass with a URI: that takes the place of the location', () => {
    it.each([
      ['/', 'http://127.0.0.1:3000/', '/a/b', '/a/b'],
      ['/api/', 'http://127.0.0.1:3000/', '/api/v1/x', '/v1/x'],
      ['/api/', 'http://127.0.0.1:3000/', '/api/', '/'],
      ['/api', 'http://127.0.0.1:3000/', '/api/v1', '//v1'],
      ['/api', 'http://127.0.0.1:3000/', '/api', '/'],
      ['/api', 'http://127.0.0.1:3000/', '/apish', '/sh'],
      ['/api/', 'http://127.0.0.1:3000/v2', '/api/x', '/v2x'],
      ['/api/', 'http://127.0.0.1:3000/v2/', '/api/x', '/v2/x'],
      ['/api/', 'http://127.0.0.1:3000/v2/', '/api/', '/v2/'],
      ['= /x', 'http://127.0.0.1:3000/y', '/x', '/y'],
      ['^~ /a/', 'http://127.0.0.1:3000/b/', '/a/c', '/b/c'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/b%20c', '/b%20c'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/b%2Fc', '/b/c'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/%C3%A9', '/%C3%A9'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/100%25', '/100%25'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/what%3F', '/what%3F'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/c%23', '/c%23'],
      ['/a/', 'http://127.0.0.1:3000/', '/a//b', '/b'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/x/../y', '/y'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/b+c', '/b+c'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/b;c', '/b;c'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/%22q%22', '/%22q%22'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/%7Bid%7D', '/%7Bid%7D'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/x%7Cy', '/x%7Cy'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/%3Cb%3E', '/%3Cb%3E'],
      ['/a/', 'http://127.0.0.1:3000/', '/a/%5Ex%60%5C', '/%5Ex%60%5C'],
      ['/a/', 'http://127.0.0.1:3000/', "/a/it's(1)!*", "/it's(1)!*"],
      ['/a/', 'http://127.0.0.1:3000/', '/a/[1]', '/[1]'],
    ])('location %s to %s, asked %s: %s', (location, pass, asked, path) => {
      expect(inServer(`location ${location} { proxy_pass ${pass}; }`, at(asked)).upstream_path).toBe(path)
    })
  })

  describe('of a pass with variables', () => {
    it.each([
      ['the client’s path, when there is no URI', 'set $up 127.0.0.1:3000; proxy_pass http://$up;', '/a%20b', '/a%20b'],
      ['only what is written', 'set $up 127.0.0.1:3000; proxy_pass http://$up/fixed;', '/a/b', '/fixed'],
      ['only a slash', 'set $up 127.0.0.1:3000; proxy_pass http://$up/;', '/a/b', '/'],
      ['$request_uri, raw', 'proxy_pass http://127.0.0.1:3000$request_uri;', '/a%20b', '/a%20b'],
      ['$uri, decoded', 'proxy_pass http://127.0.0.1:3000$uri;', '/%61/b', '/a/b'],
      ['something before $uri', 'proxy_pass http://127.0.0.1:3000/app$uri;', '/x', '/app/x'],
      ['in braces', ['proxy_pass http://127.0.0.1:3000/$', '{scheme}/x;'].join(''), '/y', '/http/x'],
      ['a scheme out of a variable', 'proxy_pass $scheme://127.0.0.1:3000/s;', '/x', '/s'],
      ['a query that is empty here', 'proxy_pass http://127.0.0.1:3000/q$is_args$args;', '/x', '/q'],
    ])('%s', (_, body, asked, path) => {
      expect(inServer(`location / { ${body} }`, at(asked))).toMatchObject({ variable: true, upstream_path: path })
    })

    it('groups of the location’s expression', () => {
      const value = inServer(
        String.raw`location ~ ^/u/(\d+)/(.*)$ { proxy_pass http://127.0.0.1:3000/user/$1?rest=$2; }`,
        at('/u/42/x/y'),
      )
      expect(value.upstream_path).toBe('/user/42')
    })

    it('named groups of the location’s expression', () => {
      const body = 'location ~ ^/t/(?<tenant>[a-z]+)(?<rest>/.*)$ { proxy_pass http://127.0.0.1:3000/$tenant/in$rest; }'
      expect(inServer(body, at('/t/acme/x')).upstream_path).toBe('/acme/in/x')
    })
  })

  describe('after a rewrite', () => {
    it.each([
      ['break: the new path', 'rewrite ^/old/(.*)$ /new/$1 break; proxy_pass http://127.0.0.1:3000;', '/new/x'],
      [
        'break: the URI of the pass counts no more',
        'rewrite ^/old/(.*)$ /new/$1 break; proxy_pass http://127.0.0.1:3000/ignored/;',
        '/new/x',
      ],
      [
        'that did not fit: as without',
        'rewrite ^/other/(.*)$ /new/$1 break; proxy_pass http://127.0.0.1:3000;',
        '/old/x',
      ],
      ['that only drops the prefix', 'rewrite ^/old(/.*)$ $1 break; proxy_pass http://127.0.0.1:3000;', '/x'],
      ['with a query', 'rewrite ^/old/(.*)$ /new?page=$1 break; proxy_pass http://127.0.0.1:3000;', '/new'],
    ])('%s', (_, body, path) => {
      expect(inServer(`location /old/ { ${body} }`, at('/old/x')).upstream_path).toBe(path)
    })

    it('last: the location that the new path leads to', () => {
      const value = inServer(
        'location /old/ { rewrite ^/old/(.*)$ /api/$1 last; } location /api/ { proxy_pass http://127.0.0.1:3000/v1/; }',
        at('/old/x'),
      )
      expect(value).toMatchObject({ location: '/api/', upstream_path: '/v1/x' })
    })
  })
})

describe('whom a pass goes to', () => {
  it.each([
    ['http://127.0.0.1', 'http', '127.0.0.1', 80n, ''],
    ['http://127.0.0.1/', 'http', '127.0.0.1', 80n, ''],
    ['http://127.0.0.1:3000', 'http', '127.0.0.1', 3000n, ''],
    ['http://127.0.0.1:3000/x:y/z', 'http', '127.0.0.1', 3000n, ''],
    ['https://127.0.0.1', 'https', '127.0.0.1', 443n, ''],
    ['https://127.0.0.1:8443/x', 'https', '127.0.0.1', 8443n, ''],
    ['HTTP://127.0.0.1:3000', 'http', '127.0.0.1', 3000n, ''],
    ['http://localhost:3000', 'http', 'localhost', 3000n, ''],
    ['http://[::1]', 'http', '::1', 80n, ''],
    ['http://[::1]:3000', 'http', '::1', 3000n, ''],
    ['https://[::1]:8443/x', 'https', '::1', 8443n, ''],
    ['http://unix:/run/app.sock', 'http', '', 0n, '/run/app.sock'],
    ['http://unix:/run/app.sock:', 'http', '', 0n, '/run/app.sock'],
    ['http://unix:/run/app.sock:/', 'http', '', 0n, '/run/app.sock'],
    ['http://unix:/run/app.sock:/x/', 'http', '', 0n, '/run/app.sock'],
    ['"http://127.0.0.1:3000"', 'http', '127.0.0.1', 3000n, ''],
  ])('proxy_pass %s', (pass, scheme, host, port, socket) => {
    const value = inServer(`location / { proxy_pass ${pass}; }`)
    expect(value).toMatchObject({ handler: 'proxy', scheme, upstream_name: '', variable: false })
    expect(value.members).toEqual([{ host, port, socket, down: false, backup: false }])
  })

  it.each([
    ['fastcgi_pass 127.0.0.1:9000;', 'fastcgi', 'fastcgi', '127.0.0.1', 9000n, ''],
    ['fastcgi_pass [::1]:9000;', 'fastcgi', 'fastcgi', '::1', 9000n, ''],
    ['fastcgi_pass localhost:9000;', 'fastcgi', 'fastcgi', 'localhost', 9000n, ''],
    ['fastcgi_pass unix:/run/php/php8.2-fpm.sock;', 'fastcgi', 'fastcgi', '', 0n, '/run/php/php8.2-fpm.sock'],
    ['uwsgi_pass 127.0.0.1:3031;', 'uwsgi', 'uwsgi', '127.0.0.1', 3031n, ''],
    ['uwsgi_pass uwsgi://127.0.0.1:3031;', 'uwsgi', 'uwsgi', '127.0.0.1', 3031n, ''],
    ['uwsgi_pass suwsgi://127.0.0.1:3031;', 'uwsgi', 'suwsgi', '127.0.0.1', 3031n, ''],
    ['uwsgi_pass unix:/run/app.sock;', 'uwsgi', 'uwsgi', '', 0n, '/run/app.sock'],
    ['scgi_pass 127.0.0.1:4000;', 'scgi', 'scgi', '127.0.0.1', 4000n, ''],
    ['scgi_pass unix:/run/s.sock;', 'scgi', 'scgi', '', 0n, '/run/s.sock'],
    ['grpc_pass 127.0.0.1:50051;', 'grpc', 'grpc', '127.0.0.1', 50051n, ''],
    ['grpc_pass grpc://127.0.0.1:50051;', 'grpc', 'grpc', '127.0.0.1', 50051n, ''],
    ['grpc_pass grpcs://127.0.0.1:443;', 'grpc', 'grpcs', '127.0.0.1', 443n, ''],
    ['grpc_pass unix:/run/g.sock;', 'grpc', 'grpc', '', 0n, '/run/g.sock'],
  ])('%s', (body, handler, scheme, host, port, socket) => {
    const value = inServer(`location / { ${body} }`)
    expect(value).toMatchObject({ handler, scheme })
    expect(value.members).toEqual([{ host, port, socket, down: false, backup: false }])
  })

  it('memcached is no gateway of the kind that is read', () => {
    expect(inServer('set $memcached_key $uri; location / { memcached_pass 127.0.0.1:11211; }').handler).toBe('')
  })

  it('a variable that a map gives is not known', () => {
    const value = inHttp(
      'map $http_x_tenant $pool { default a; b b; } server { listen 80; location / { proxy_pass http://$pool; } }',
    )
    expect(value).toMatchObject({ handler: 'proxy', variable: true, members: [], pass: 'http://$pool' })
  })

  it('a variable of another variable is', () => {
    const value = inServer('set $port 3000; set $up 127.0.0.1:$port; location / { proxy_pass http://$up; }')
    expect(value.members).toEqual([{ host: '127.0.0.1', port: 3000n, socket: '', down: false, backup: false }])
  })

  it('a variable of the server’s name is', () => {
    const body = String.raw`server { listen 80; server_name ~^(?<sub>\w+)\.apps\.test$; location / { proxy_pass http://$sub.internal:3000; } }`
    expect(inHttp(body, 'http://blue.apps.test/').members).toMatchObject([{ host: 'blue.internal', port: 3000n }])
  })
})

describe('an upstream block', () => {
  const members = (block: string) =>
    inHttp(`upstream app { ${block} } server { listen 80; location / { proxy_pass http://app; } }`).members

  it.each([
    ['server 127.0.0.1:3000;', '127.0.0.1', 3000n, ''],
    ['server 127.0.0.1;', '127.0.0.1', 80n, ''],
    ['server [::1]:3000;', '::1', 3000n, ''],
    ['server [::1];', '::1', 80n, ''],
    ['server localhost:3000;', 'localhost', 3000n, ''],
    ['server unix:/run/app.sock;', '', 0n, '/run/app.sock'],
    ['server 127.0.0.1:3000 weight=5 max_fails=3 fail_timeout=30s;', '127.0.0.1', 3000n, ''],
    ['server 127.0.0.1:3000 max_conns=10;', '127.0.0.1', 3000n, ''],
  ])('%s', (line, host, port, socket) => {
    expect(members(line)).toEqual([{ host, port, socket, down: false, backup: false }])
  })

  it('says who is down and who only helps out, in the order of the file', () => {
    expect(
      members('least_conn; server 127.0.0.1:1 down; server 127.0.0.1:2 backup; server 127.0.0.1:3; keepalive 8;'),
    ).toEqual([
      { host: '127.0.0.1', port: 1n, socket: '', down: true, backup: false },
      { host: '127.0.0.1', port: 2n, socket: '', down: false, backup: true },
      { host: '127.0.0.1', port: 3n, socket: '', down: false, backup: false },
    ])
  })

  it.each([
    [
      'before its server',
      'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { proxy_pass http://app; } }',
    ],
    [
      'after its server',
      'server { listen 80; location / { proxy_pass http://app; } } upstream app { server 127.0.0.1:3000; }',
    ],
    [
      'in other letters',
      'upstream App { server 127.0.0.1:3000; } server { listen 80; location / { proxy_pass http://aPP; } }',
    ],
    [
      'with a path',
      'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { proxy_pass http://app/x/; } }',
    ],
    [
      'by a variable',
      'upstream app { server 127.0.0.1:3000; } server { listen 80; set $u app; location / { proxy_pass http://$u; } }',
    ],
    ['of FastCGI', 'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { fastcgi_pass app; } }'],
    ['of gRPC', 'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { grpc_pass grpc://app; } }'],
    ['of uwsgi', 'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { uwsgi_pass app; } }'],
  ])('is found %s', (_, body) => {
    const value = inHttp(body)
    expect(value.upstream_name.toLowerCase()).toBe('app')
    expect(value.members).toMatchObject([{ host: '127.0.0.1', port: 3000n }])
  })

  it('of another name is not meant', () => {
    const value = inHttp(
      'upstream app2 { server 127.0.0.1:3000; } server { listen 80; location / { proxy_pass http://localhost:1; } }',
    )
    expect(value).toMatchObject({ upstream_name: '', members: [{ host: 'localhost', port: 1n }] })
  })
})

describe('the Host header that the upstream gets', () => {
  const UPSTREAM = 'upstream app { server 127.0.0.1:3000; }'
  const host = (server: string, location: string, url = 'http://a.test/') =>
    inHttp(`${UPSTREAM} server { listen 80; server_name a.test; ${server} location / { ${location} } }`, url)
      .upstream_host_header

  it.each([
    ['the target as written', 'proxy_pass http://127.0.0.1:3000;', '127.0.0.1:3000'],
    ['without the usual port', 'proxy_pass http://127.0.0.1:80/;', '127.0.0.1'],
    ['with another one', 'proxy_pass http://127.0.0.1:443/;', '127.0.0.1:443'],
    ['the usual port of TLS', 'proxy_pass https://127.0.0.1:443/;', '127.0.0.1'],
    ['IPv6', 'proxy_pass http://[::1]:3000;', '[::1]:3000'],
    ['IPv6 without the usual port', 'proxy_pass http://[::1]:80;', '[::1]'],
    ['the name of an upstream', 'proxy_pass http://app;', 'app'],
    ['localhost for a socket', 'proxy_pass http://unix:/run/app.sock;', 'localhost'],
    ['a target out of a variable', 'set $up 127.0.0.1:3000; proxy_pass http://$up;', '127.0.0.1:3000'],
    ['$host', 'proxy_set_header Host $host; proxy_pass http://app;', 'a.test'],
    ['$http_host', 'proxy_set_header Host $http_host; proxy_pass http://app;', 'a.test'],
    ['$host:$server_port', 'proxy_set_header Host $host:$server_port; proxy_pass http://app;', 'a.test:80'],
    ['$server_name', 'proxy_set_header Host $server_name; proxy_pass http://app;', 'a.test'],
    ['$proxy_host', 'proxy_set_header Host $proxy_host; proxy_pass http://127.0.0.1:3000;', '127.0.0.1:3000'],
    ['a fixed one', 'proxy_set_header Host shop.internal; proxy_pass http://app;', 'shop.internal'],
    ['in other letters', 'proxy_set_header HOST "shop.internal"; proxy_pass http://app;', 'shop.internal'],
    ['none', 'proxy_set_header Host ""; proxy_pass http://app;', ''],
    ['not known', 'proxy_set_header Host $upstream_addr; proxy_pass http://app;', ''],
    ['what was set', 'set $h x.internal; proxy_set_header Host $h; proxy_pass http://app;', 'x.internal'],
  ])('%s', (_, location, expected) => {
    expect(host('', location)).toBe(expected)
  })

  it('is inherited where the location sets no header at all', () => {
    expect(host('proxy_set_header Host $host;', 'proxy_pass http://app;')).toBe('a.test')
  })

  it('is not inherited where the location sets any other', () => {
    expect(host('proxy_set_header Host $host;', 'proxy_set_header X-A b; proxy_pass http://app;')).toBe('app')
  })

  it('keeps a port that is not the usual one', () => {
    const body =
      'server { listen 8080; location / { proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:3000; } }'
    expect(inHttp(body, 'http://a.test:8080/').upstream_host_header).toBe('a.test:8080')
    expect(inHttp(body.replace('$http_host', '$host'), 'http://a.test:8080/').upstream_host_header).toBe('a.test')
  })

  it('of FastCGI is the client’s', () => {
    expect(host('', 'fastcgi_pass 127.0.0.1:9000;')).toBe('a.test')
  })

  it('of gRPC has its own directive', () => {
    expect(host('', 'grpc_set_header Host g.internal; grpc_pass grpc://127.0.0.1:1;')).toBe('g.internal')
    expect(host('', 'proxy_set_header Host g.internal; grpc_pass grpc://127.0.0.1:1;')).toBe('127.0.0.1:1')
    expect(host('', 'grpc_pass grpc://127.0.0.1:80;')).toBe('127.0.0.1:80')
  })
})

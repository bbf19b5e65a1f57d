import { describe, expect, it } from 'vitest'
import { nginxConfigReader } from '../../../src/reading/nginx/config.ts'
import { splitDump } from '../../../src/reading/nginx/config-keep.ts'
import { servesName } from '../../../src/reading/nginx/config-serves.ts'
import { parseConfig } from '../../../src/reading/nginx/parse-config.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { askedFor, captured } from './config-support.ts'

const serves = (http: string, host: string): boolean =>
  servesName(
    splitDump(`http { ${http} }`).map(({ path, text }) => ({ path, ...parseConfig(text, path) })),
    host,
  )

describe('a configuration serves a name', () => {
  it.each([
    ['server { listen 8080; server_name shop.example.com; }', true],
    ['server { listen 8080; server_name www.example.com SHOP.example.com; }', true],
    ['server { listen 8080; server_name *.example.com; }', true],
    ['server { listen 8080; server_name ~^shop; }', true],
    ['server { listen 443 ssl; server_name shop.example.com; } server { listen 80 default_server; }', true],
    ['server { listen 80 default_server; server_name _; }', false],
    ['server { listen 80; }', false],
    ['server { listen 80; server_name blog.example.com; }', false],
    ['', false],
  ])('%s: %s', (http, served) => {
    expect(serves(http, 'Shop.example.com')).toBe(served)
  })
})

describe('is it reached from this machine only?', () => {
  const inner = (listens: string) =>
    nginxConfigReader.read(
      captured(`http { server { ${listens} server_name shop.example.com; } }`),
      askedFor('http://shop.example.com/'),
    ).value.own_inner

  it.each([
    ['listen 127.0.0.1:8081;', true],
    ['listen localhost:8081;', true],
    ['listen [::1]:8081;', true],
    ['listen 127.0.0.1:8081; listen [::1]:8081;', true],
    ['listen 127.0.0.1:8081; listen unix:/run/nginx.sock;', true],
    ['listen 127.0.0.1:8081; listen 8082;', false],
    ['listen 127.0.0.1:8081; listen 10.0.0.5:8081;', false],
    ['listen 8081;', false],
    ['listen [::]:8081;', false],
    // Nobody knows who calls a socket.
    ['listen unix:/run/nginx.sock;', false],
    ['', false],
  ])('%s: %s', (listens, says) => {
    expect(inner(listens)).toBe(says)
  })

  it('says no where no server is known', () => {
    expect(nginxConfigReader.read(captured('http { }'), askedFor('http://shop.example.com/')).value.own_inner).toBe(
      false,
    )
  })
})

describe('where it can be asked on its own machine', () => {
  const read = (http: string, url: string, known: [string, Value][] = [], meta: JsonObject = {}) => {
    const context = askedFor(url)
    const facts = new Map([...context.facts, ...known])
    const capture = captured(`http { ${http} }`)
    const { value } = nginxConfigReader.read({ ...capture, meta: { ...capture.meta, ...meta } }, { ...context, facts })
    const { own_host, own_port, own_scheme, by_name, listens, pid, running } = value
    return { own: `${own_scheme}://${own_host}:${own_port}`, by_name, listens, pid, running }
  }
  const named = (listen: string) => `server { ${listen} server_name shop.example.com; }`

  it.each([
    ['the URL’s own port', named('listen 80; listen 8080;'), 'http://shop.example.com/', 'http://127.0.0.1:80'],
    [
      'another port, where the URL’s is of something in front',
      named('listen 8080;'),
      'http://shop.example.com/',
      'http://127.0.0.1:8080',
    ],
    ['plain, though the URL is not', named('listen 8080;'), 'https://shop.example.com/', 'http://127.0.0.1:8080'],
    [
      'by TLS, as the URL',
      named('listen 8080; listen 8443 ssl;'),
      'https://shop.example.com/',
      'https://127.0.0.1:8443',
    ],
    ['an address of its own', named('listen 10.0.0.5:8080;'), 'http://shop.example.com/', 'http://10.0.0.5:8080'],
    ['any address of IPv6', named('listen [::]:8080;'), 'http://shop.example.com/', 'http://::1:8080'],
    ['nowhere but on a socket', named('listen unix:/run/nginx.sock;'), 'http://shop.example.com/', '://:0'],
  ])('%s', (_, http, url, own) => {
    expect(read(http, url)).toMatchObject({ own, by_name: true })
  })

  it('a default server is asked too, and serves no name', () => {
    expect(read('server { listen 80 default_server; server_name _; }', 'http://shop.example.com/')).toMatchObject({
      own: 'http://127.0.0.1:80',
      by_name: false,
    })
  })

  it('the gateway’s own port and scheme are asked for, once they are known', () => {
    const http = `${named('listen 8080;')} server { listen 80; return 301 https://shop.example.com; }`
    const known: [string, Value][] = [
      ['gateway.port', 8080n],
      ['gateway.scheme', 'http'],
    ]
    expect(read(http, 'https://shop.example.com/', known)).toMatchObject({ listens: true, by_name: true })
  })

  it('tells which nginx that is, and how many run', () => {
    const http = named('listen 80;')
    expect(read(http, 'http://shop.example.com/', [], { pid: 812, running: 2 })).toMatchObject({
      pid: 812n,
      running: 2n,
    })
    expect(read(http, 'http://shop.example.com/', [], { running: 0 })).toMatchObject({ pid: 0n, running: 0n })
    // Nobody sought, or nobody could be seen.
    expect(read(http, 'http://shop.example.com/')).toMatchObject({ pid: 0n, running: -1n })
    expect(read(http, 'http://shop.example.com/', [], { pid: -3, running: 'many' })).toMatchObject({
      pid: 0n,
      running: -1n,
    })
  })
})

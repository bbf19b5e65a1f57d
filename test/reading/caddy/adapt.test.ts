import { describe, expect, it } from 'vitest'
import { fateOf, proxiesOf } from '../../../src/reading/caddy/route.ts'
import { fixture, ofCaddyfile, ofJson } from './support.ts'

// What we make of a Caddyfile beside what Caddy itself makes of it.

const HOSTS: Record<string, string[]> = {
  shop: ['shop.example.com', 'www.shop.example.com', 'blog.example.com', 'a.b.example.com', '127.0.0.1', 'localhost'],
  php: ['localhost', '127.0.0.1', 'other.test'],
  only: ['only.example.com', 'localhost'],
}
const PORTS: Record<string, number[]> = { shop: [8081, 8082, 8083, 80, 8080], php: [9000], only: [7000, 443] }
const PATHS: Record<string, string[]> = {
  shop: [
    '/',
    '/api/cart',
    '/api',
    '/rpc',
    '/old/x',
    '/old/kept/x',
    '/legacy/a/b',
    '/legacy',
    '/moved',
    '/img/x.png',
    '/IMG/x.png',
    '/first',
    '/firstly/x',
    '/v1/cart',
    '/v1',
    '/x/1',
    '/y/1',
    '/secret/1',
    '/broken',
  ],
  php: ['/', '/ws/chat', '/ws', '/closed', '/closed/x', '/admin/users', '/down', '/down/x'],
  only: ['/', '/cart'],
}

const about = ({
  members,
  scheme,
  headerMs,
  readMs,
  dialMs,
  health,
  failMs,
  maxFails,
  tryMs,
  serverName,
  verify,
  trusted,
  hostHeader,
  policy,
  dynamic,
}: ReturnType<typeof proxiesOf>[number]) => ({
  members,
  scheme,
  headerMs,
  readMs,
  dialMs,
  health,
  failMs,
  maxFails,
  tryMs,
  serverName,
  verify,
  trusted,
  hostHeader: hostHeader.replace('{http.reverse_proxy.upstream.hostport}', '{upstream_hostport}'),
  policy,
  dynamic,
})

describe.each(['shop', 'php', 'only'])('%s.Caddyfile', (name) => {
  const [own, caddys] = [ofCaddyfile(fixture(`${name}.Caddyfile`)), ofJson(fixture(`${name}.json`))]
  const asked = (HOSTS[name] ?? []).flatMap((host) =>
    (PORTS[name] ?? []).flatMap((port) =>
      (PATHS[name] ?? []).map((path): [string, number, string] => [host, port, path]),
    ),
  )

  it.each(asked)('http://%s:%i%s goes where Caddy sends it', (host, port, path) => {
    const [mine, its] = [own, caddys].map((model) => fateOf(model, { host, port, path }))
    const told = (fate: typeof mine) => ({
      listens: fate?.listens,
      handler: fate?.handler,
      status: fate?.handler === 'return' ? fate.status : 0,
      path: fate?.handler === 'proxy' ? fate.path : '',
      proxy: fate?.proxy && about(fate.proxy),
    })
    expect(told(mine)).toEqual(told(its))
  })

  it('has the same admin endpoint and the same log', () => {
    expect({ admin: own.admin, log: own.log }).toEqual({ admin: caddys.admin, log: caddys.log })
  })

  it('has no proxy more and none less', () => {
    const members = (model: typeof own) =>
      proxiesOf(model)
        .map((proxy) => proxy.members.join(' '))
        .sort()
    // A site of several names is written once for each of them by us.
    expect([...new Set(members(own))]).toEqual([...new Set(members(caddys))])
  })
})

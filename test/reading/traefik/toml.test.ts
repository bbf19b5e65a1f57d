import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsedToml } from '../../../src/reading/traefik/toml.ts'

// The files are those of Traefik's documentation (boot environment, services, serversTransport).

describe('a configuration in TOML', () => {
  it('static: entry points, the API and providers', () => {
    const text = `# static
[entryPoints]
  [entryPoints.web]
    address = ":80" # plain
  [entryPoints.websecure]
    address = ':443'

[api]
  insecure = true

[providers.file]
  directory = "/etc/traefik/dynamic"
  watch = true
`
    expect(parsedToml(text)).toEqual({
      entryPoints: { web: { address: ':80' }, websecure: { address: ':443' } },
      api: { insecure: true },
      providers: { file: { directory: '/etc/traefik/dynamic', watch: true } },
    })
  })

  it('dynamic: routers, a list of servers, and a transport', () => {
    const text = `[http.routers.my-api]
  rule = "Host(\`shop.example.com\`) && Path(\\"/x\\")"
  priority = 1_000
  entryPoints = [
    "web", # one
    "websecure",
  ]
[http.services.shop.loadBalancer]
[[http.services.shop.loadBalancer.servers]]
  url = "http://10.0.0.7:3000"
[[http.services.shop.loadBalancer.servers]]
  url = "http://10.0.0.8:3000"
  weight = 2
[http.services.shop.loadBalancer.healthCheck]
  path = "/health"
[http.serversTransports."my own"]
  peerCertSANs = [{type = "DNSName", value = "foo.com"}, {type = "URI"}]
  forwardingTimeouts.dialTimeout = "5s"
`
    expect(parsedToml(text)).toEqual({
      http: {
        routers: {
          'my-api': {
            rule: 'Host(`shop.example.com`) && Path("/x")',
            priority: 1000,
            entryPoints: ['web', 'websecure'],
          },
        },
        services: {
          shop: {
            loadBalancer: {
              servers: [{ url: 'http://10.0.0.7:3000' }, { url: 'http://10.0.0.8:3000', weight: 2 }],
              healthCheck: { path: '/health' },
            },
          },
        },
        serversTransports: {
          'my own': {
            peerCertSANs: [{ type: 'DNSName', value: 'foo.com' }, { type: 'URI' }],
            forwardingTimeouts: { dialTimeout: '5s' },
          },
        },
      },
    })
  })

  it('a table below the last of a list belongs to it', () => {
    expect(parsedToml('[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2\n')).toEqual({ a: [{ x: 1 }, { b: { y: 2 } }] })
  })

  it.each([
    'a',
    'a =',
    'a = b',
    '[a',
    '[a]]',
    'a = [1',
    'a = [1 2]',
    'a = {b = 1',
    'a = "x',
    "a = '''x'''",
    'a = 1 b = 2',
    'a = 1\na.b = 2',
    '[a]\n[[a]]',
    '"__proto__" = 1',
    `a = ${'['.repeat(5000)}`,
    'key: value',
  ])('%.30s is none', (text) => {
    expect(parsedToml(text)).toBeUndefined()
  })

  it('nothing is an empty one', () => {
    expect(parsedToml('')).toEqual({})
    expect(parsedToml('# only words\r\n\r\n')).toEqual({})
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{}=,."\'#\\\n ab1_-') }), (text) => {
        parsedToml(text)
      }),
    )
  })

  it('a long one is read to its end', () => {
    const found = parsedToml('[[a.b]]\nx = "y"\n'.repeat(20_000))
    expect(JSON.stringify(found).match(/"y"/g)).toHaveLength(20_000)
    expect(parsedToml(`${' '.repeat(900_000)}a = 1`)).toEqual({ a: 1 })
    expect(parsedToml(`a = "${'x'.repeat(900_000)}"`)).toHaveProperty('a')
  })
})

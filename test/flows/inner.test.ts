import { describe, expect, it } from 'vitest'
import { containers, printed, remembered } from './containers.ts'
import { answered, clock, EMPTY, exchange, nginxPage, REFUSED, samples } from './http.ts'
import { contained, gateway, inside, line, listening, NET, WEB_PID, web } from './inner-world.ts'
import { blind, candidates, destination, NGINX_PID, place } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const walk = (boxes: Parameters<typeof contained>[0], parts: Partial<World> = {}) => diagnose(contained(boxes, parts))
const ENDED = { status: 'exited', started: clock(-62), ended: clock(-60) }
const ID = /[0-9a-f]{12}/

describe('the port of the URL is held for a container', () => {
  it('and the engine tells which one, and which port inside', async () => {
    const seen = await walk([web(), gateway()])
    expect(seen.at('inner/search')).toMatchObject({
      branch: 'serves',
      proves: ['proxy'],
      learns: {
        'proxy.container': 'shop-nginx-1',
        'proxy.first': NGINX_PID,
        'proxy.project': 'shop',
        'proxy.service': 'nginx',
        'proxy.compose_file': '/srv/shop/compose.yaml',
        'proxy.networks': [NET],
        'gateway.port': 80,
      },
    })
    expect(seen.at('inner/process')).toMatchObject({ learns: { 'proxy.pid': NGINX_PID, 'proxy.program': 'nginx' } })
    expect(seen.path).toContain('nginx/config.passes')
  })

  it.each([
    ['and the engine may not be asked', blind('no-permission')],
    ['and there is no engine', containers()],
    ['and no container publishes it', containers([web()])],
  ])('%s: nothing of this machine is taken for the gateway’s', async (_, engine) => {
    const seen = await walk([], { containers: engine })
    expect(seen.path.some((node) => node.startsWith('nginx/config'))).toBe(false)
    expect(seen.session.vantages.proxy).toBeNull()
    expect(seen.short).not.toContain('confirmed')
  })

  it('and nobody listens inside on the port that it leads to', async () => {
    const other = { inside: () => inside({ port: 8080, program: 'nginx', pid: NGINX_PID }), request: exchange(EMPTY) }
    const seen = await walk([web(), gateway()], other)
    expect(seen.short).toContain('wrong-port confirmed')
  })

  describe('and nobody listens inside at all', () => {
    const mute = { inside: () => inside(), request: exchange(EMPTY) }
    const refuses = printed([clock(-2), 'nginx: [emerg] host not found in upstream "web" in /etc/nginx/nginx.conf:3'])

    it('for the gateway refuses its configuration, and says so', async () => {
      const seen = await walk([web(), gateway({ restarts: 7 })], { ...mute, containerLog: refuses })
      expect(seen.at('inner/process')).toMatchObject({ branch: 'nothing', go: 'locate/response' })
      expect(seen.short).toContain('proxy-down confirmed')
    })

    it('and it is started again and again, without a word that is known', async () => {
      const seen = await walk([web(), gateway({ restarts: 7 })], mute)
      expect(seen.short).toContain('proxy-down likely')
    })

    it('and it was started once: it may come up yet', async () => {
      expect((await walk([web(), gateway()], mute)).end).toMatchObject({ node: 'inner/starting' })
    })

    it('and that cannot be seen well: no verdict', async () => {
      const seen = await walk([web(), gateway()], { ...mute, inside: () => blind('no-permission') })
      expect(seen.short).not.toContain('proxy-down')
    })
  })

  it('and that container uses the machine’s own network: its process is looked at as any other', async () => {
    const own = { pid: NGINX_PID, program: 'nginx', cgroup: `0::/docker/${'a'.repeat(64)}\n` }
    const seen = await diagnose({ destination: destination({}, own) })
    expect(seen.path).toContain('locate/destination.host-network')
    expect(seen.path.some((node) => node.startsWith('inner/'))).toBe(false)
    expect(seen.short).toContain('healthy')
  })
})

describe('nginx in a container was refused by the application’s', () => {
  it('and it listens on another port inside', async () => {
    const seen = await walk([web(), gateway()], { inside: listening({ port: 8000 }), direct: exchange(REFUSED) })
    expect(seen.at('inner/upstream')).toMatchObject({ branch: 'behind', go: 'docker/state' })
    expect(seen.short).toContain('wrong-port confirmed')
  })

  it('and it listens on its own loopback', async () => {
    const loopback = listening({ address: '0100007F', port: 3000 })
    expect((await walk([web(), gateway()], { inside: loopback })).short).toContain('wrong-interface confirmed')
  })

  it('and it was stopped: whoever has its address since is not meant', async () => {
    const stranger = web({ name: 'shop-cache-1', service: 'cache', networks: { [NET]: ['172.18.0.2', 'cache'] } })
    const seen = await walk([web({ ...ENDED, exit: 0 }), gateway(), stranger], {
      errorLog: line(MESSAGES.noRoute),
      containerEvents: remembered([clock(-61), 'kill', { signal: '15' }], [clock(-60), 'die', { exitCode: '0' }]),
    })
    expect(seen.at('inner/upstream')).toMatchObject({ learns: { 'container.name': 'shop-web-1' } })
    expect(seen.short).toContain('process-down confirmed')
  })

  it('and its own words name why it ended', async () => {
    const words = printed([clock(-61), "Error: Cannot find module 'express'"])
    const seen = await walk([web({ ...ENDED, exit: 1 }), gateway()], { containerLog: words })
    expect(seen.short).toContain('crash-on-start confirmed')
  })

  it('and it was made anew with another address: the name is looked up again by a reload', async () => {
    const moved = web({ networks: { [NET]: ['172.18.0.5', 'web'] } })
    const seen = await walk([moved, gateway()], { direct: exchange(answered(200)) })
    expect(seen.at('inner/upstream')).toMatchObject({ branch: 'stale', learns: { 'upstream.new_host': '172.18.0.5' } })
    expect(seen.short).toContain('stale-address confirmed')
  })

  it('and the new address does not answer either: a reload alone is not promised', async () => {
    const moved = web({ networks: { [NET]: ['172.18.0.5', 'web'] } })
    const seen = await walk([moved, gateway()], { direct: exchange(REFUSED) })
    expect(seen.end).toMatchObject({ node: 'names/both-fail' })
  })

  it('and the file names another port, and was never loaded', async () => {
    const changed = { changed: clock(-60) }
    const file = config('location / { proxy_pass http://web:8000; proxy_set_header Host $host; }', changed)
    const seen = await walk([web(), gateway()], { config: file, inside: listening({ port: 8000 }) })
    expect(seen.path).toContain('nginx/agree.contained-differs')
    expect(seen.short).toContain('config-not-loaded confirmed')
  })

  it('and several containers have the name, one of them with that address: it is not stale', async () => {
    const second = web({ name: 'shop-web-2', networks: { [NET]: ['172.18.0.7', 'web'] } })
    const seen = await walk([second, web(), gateway()], { inside: listening({ port: 8000 }) })
    expect(seen.at('inner/upstream')).toMatchObject({ branch: 'behind' })
  })
})

describe('nginx in a container sends to localhost', () => {
  const local: Partial<World> = {
    config: config('location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }'),
    errorLog: line(MESSAGES.refused, 'http://127.0.0.1:3000/checkout'),
  }
  const elsewhere = (container: string) => candidates([], { elsewhere: [{ pid: 7, container, address: '0.0.0.0' }] })
  const id = String(web().Id).slice(0, 12)

  it('which is its own container; the application is another, and answers', async () => {
    expect(id).toMatch(ID)
    const seen = await walk([web(), gateway()], {
      ...local,
      candidates: elsewhere(id),
      direct: exchange(answered(200)),
    })
    expect(seen.short).toContain('wrong-interface confirmed')
    // This machine's own loopback is never asked in its place.
    expect(seen.requests.flatMap((request) => (request.kind === 'http' ? [request.url] : []))).not.toContainEqual(
      expect.stringContaining('127.0.0.1'),
    )
  })

  it('and what has the port elsewhere does not answer well: that it is the application is not certain', async () => {
    const seen = await walk([web(), gateway()], {
      ...local,
      candidates: elsewhere(id),
      direct: exchange(answered(404)),
    })
    expect(seen.short).toContain('wrong-interface likely')
  })

  it.each([
    ['nobody has the port anywhere', candidates(), 'inner/nobody'],
    ['a container of another engine has it', elsewhere('0'.repeat(12)), 'app/unexplained'],
    ['the application runs in the same container', candidates([{ port: 3000, status: 0 }]), 'inner/only-inside'],
    ['who listens cannot be seen', blind('no-vantage'), 'app/unexplained'],
  ])('and %s: no verdict', async (_, who, node) => {
    const seen = await walk([web(), gateway()], { ...local, candidates: who })
    expect(seen.end).toMatchObject({ kind: 'inconclusive', node })
  })
})

describe('the application is in another network', () => {
  const apart = web({ networks: { shop_back: ['172.20.0.2', 'web'] } })
  const there = listening({ port: 3000 })

  it('and nginx sends to its address there', async () => {
    const seen = await walk([apart, gateway()], {
      config: config('location / { proxy_pass http://172.20.0.2:3000; }'),
      errorLog: line(MESSAGES.connectTimeout, 'http://172.20.0.2:3000/checkout'),
      inside: there,
    })
    expect(seen.short).toContain('blocked confirmed')
  })

  it('since it was taken out of nginx’s', async () => {
    const seen = await walk([apart, gateway()], { errorLog: line(MESSAGES.noRoute), inside: there })
    expect(seen.at('inner/upstream')).toMatchObject({ branch: 'apart' })
    expect(seen.short).toContain('blocked confirmed')
  })

  it('and nobody listens in it: that the networks alone are to blame is not certain', async () => {
    const seen = await walk([apart, gateway()], { errorLog: line(MESSAGES.noRoute) })
    expect(seen.short).toContain('blocked likely')
  })

  const named = {
    config: config(
      'resolver 127.0.0.11; location / { set $web web; proxy_pass http://$web:3000; proxy_set_header Host $host; }',
    ),
  }
  const unresolved = (name: string) =>
    errorLog([errorLine(`${name} could not be resolved (3: Host not found)`, { upstream: '' })])

  it('and nginx looks its name up while it runs', async () => {
    const seen = await walk([apart, gateway()], { ...named, errorLog: unresolved('web') })
    expect(seen.at('inner/name')).toMatchObject({ branch: 'apart' })
    expect(seen.short).toContain('dns-failure')
  })

  it('or nobody has that name', async () => {
    const seen = await walk([apart, gateway()], { ...named, errorLog: unresolved('wbe') })
    expect(seen.at('inner/name')).toMatchObject({ branch: 'nobody' })
    expect(seen.short).toContain('dns-failure')
  })

  it('or who has it ended: that is looked into', async () => {
    const seen = await walk([web({ ...ENDED, exit: 0 }), gateway()], { ...named, errorLog: unresolved('web') })
    expect(seen.at('inner/name')).toMatchObject({ branch: 'ended', go: 'docker/state' })
    expect(seen.short).toContain('process-down')
  })

  it('or it resolves now: no verdict', async () => {
    const seen = await walk([web(), gateway()], { ...named, errorLog: unresolved('web') })
    expect(seen.end).toMatchObject({ node: 'names/resolves-now' })
  })

  it('or the engine may not be asked any more: no verdict', async () => {
    let asked = 0
    const engine: World['containers'] = () => (asked++ === 0 ? containers([apart, gateway()]) : blind('timed-out'))
    const seen = await walk([], { ...named, errorLog: unresolved('web'), containers: engine })
    expect(seen.end).toMatchObject({ node: 'names/unclear' })
  })
})

describe('the application runs on the machine itself', () => {
  const outside: Partial<World> = {
    config: config('location / { proxy_pass http://host.docker.internal:3000; }'),
    errorLog: line(MESSAGES.refused, 'http://172.17.0.1:3000/checkout'),
    place: place(['172.17.0.1'], { interfaces: ['127.0.0.1', '172.17.0.1'] }),
    direct: exchange(REFUSED),
  }

  it('and listens on its loopback, which no container reaches', async () => {
    const listeners = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242))
    const seen = await walk([gateway()], { ...outside, listeners })
    expect(seen.path).toContain('inner/machine.here')
    expect(seen.short).toContain('wrong-interface confirmed')
  })

  it('and does not run: what listens here is looked at, not what listens in the container', async () => {
    const seen = await walk([gateway()], { ...outside, listeners: ss(NGINX_SOCKET) })
    const asked = seen.requests.find((request) => request.kind === 'look' && request.name === 'ask-candidates')
    expect(asked).toMatchObject({ args: { here: true } })
    expect(seen.short).toContain('process-down')
  })

  it('or on another machine: it is asked there', async () => {
    const seen = await walk([gateway()], { ...outside, place: place(['10.0.0.7']) })
    expect(seen.path).toContain('inner/machine.elsewhere')
    expect(seen.path.some((node) => node.startsWith('app/direct'))).toBe(true)
  })

  it('or nobody can tell where: no verdict', async () => {
    const seen = await walk([gateway()], { ...outside, place: blind('timed-out') })
    expect(seen.end).toMatchObject({ node: 'app/unexplained' })
  })
})

describe('it answers well', () => {
  const well = { request: exchange(answered(200, 'ok', {}, true)), errorLog: errorLog() }

  it('and nobody’s requests failed: nothing of this machine’s ports is asked', async () => {
    const fine = samples(...Array.from({ length: 5 }, () => answered(200, 'ok', {}, true)))
    const seen = await walk([web(), gateway()], { ...well, samples: fine })
    expect(seen.short).toContain('healthy')
    expect(seen.path.some((node) => node.startsWith('port/where'))).toBe(false)
  })
})

describe('a pool of names', () => {
  it('is not asked by names that answer only inside', async () => {
    const two = config('location / { proxy_pass http://pool; }', {
      main: 'upstream pool { server web:3000; server web2:3000; }',
    })
    const seen = await walk([web(), gateway()], {
      config: two,
      request: exchange(nginxPage(502)),
      inside: listening({ port: 8000, pid: WEB_PID }),
    })
    expect(seen.path.some((node) => node.startsWith('pool/'))).toBe(false)
    expect(seen.at('inner/upstream')).toBeDefined()
  })
})

describe('an address of nobody', () => {
  it('is told as such', async () => {
    const seen = await walk([gateway()], { errorLog: line(MESSAGES.refused, 'http://172.18.0.9:3000/checkout') })
    expect(seen.at('inner/upstream')).toMatchObject({ branch: 'no-container' })
  })
})

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as envoy from '../documented/edge/envoy.ts'
import { type Page, type Plan, programNamed, STAND_IN } from '../documented/edge/stand-in.ts'
import * as traefik from '../documented/edge/traefik.ts'
import * as apps from '../lab/apps.ts'
import { diagnose, summary, type Told } from '../lab/diagnosis.ts'
import { Lab, until } from '../lab/lab.ts'

// The whole program in front of a process that says it is Envoy or Traefik: its pages and what it tells of itself are the
// documented ones, the application behind it and everything else on the machine are real. See test/documented/edge.

// They have a network of their own: what else runs on the machine is not seen there.
const NET = `t502edge${process.pid}`
const INSIDE = ['nsenter', `--net=/run/netns/${NET}`]
const PORTS = { port: 8080, admin: 9901, app: 3000 }

let lab: Lab
beforeEach(() => {
  lab = new Lab()
  sh('ip', 'netns', 'add', NET)
  sh(...INSIDE, 'ip', 'link', 'set', 'lo', 'up')
})
afterEach(async () => {
  await lab.end()
  spawnSync('ip', ['netns', 'del', NET])
})

function sh(...argv: string[]): string {
  const [program = '', ...rest] = argv
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  return stdout
}

const listens = (port: number) =>
  until(() => sh(...INSIDE, 'ss', '-ltnH', `sport = :${port}`) !== '', `somebody listens on ${port}`)

/** An application behind the gateway. */
async function app(code: string, env: Record<string, string> = {}): Promise<void> {
  const file = lab.write('srv/shop/server.js', code)
  lab.start([...INSIDE, process.execPath, file], { env: { PORT: String(PORTS.app), ...env } })
  await listens(PORTS.app)
}

/** Well, but for `/health`. */
const UNHEALTHY = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/health' ? 500 : 200
  response.end('ok')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Starts a stand-in and asks for a diagnosis of its site. */
async function told(program: 'envoy' | 'traefik', plan: Omit<Plan, 'asked' | 'port'>, words: string[]): Promise<Told> {
  const file = lab.write('edge/stand-in.cjs', STAND_IN)
  const named = programNamed(dirname(file), program)
  lab.start([...INSIDE, named, file, ...words], {
    env: { PLAN: JSON.stringify({ ...plan, port: PORTS.port, asked: lab.path('asked') }) },
    cwd: dirname(file),
  })
  await listens(PORTS.port)
  if (plan.admin) await listens(plan.admin.port)
  const url = `http://shop.example.com:${PORTS.port}/checkout`
  const args = ['--resolve', `shop.example.com:${PORTS.port}:127.0.0.1`]
  return (await diagnose(url, { args, as: INSIDE })).told
}

const asked = (): string[] =>
  existsSync(lab.path('asked')) ? readFileSync(lab.path('asked'), 'utf8').trim().split('\n') : []

describe('Envoy', () => {
  const page = (status: number, body: string): Page => ({ status, headers: envoy.HEADERS, body })

  function behind(
    shown: Page,
    parts: Partial<Parameters<typeof envoy.admin>[0]> & { routes?: object; cluster?: object } = {},
    log?: Plan['log'],
  ): Promise<Told> {
    const conf = lab.write('edge/envoy.yaml', envoy.bootstrap(PORTS.admin))
    const dump = envoy.configDump({
      listeners: [envoy.listener(PORTS.port, { route_config: { ...(parts.routes ?? envoy.TO_SHOP) } })],
      clusters: [envoy.cluster([['127.0.0.1', PORTS.app]], { connect_timeout: '0.250s', ...parts.cluster })],
    })
    const answers = envoy.admin({ dump, hosts: [envoy.host('127.0.0.1', PORTS.app)], ...parts })
    return told('envoy', { page: shown, admin: { port: PORTS.admin, answers }, ...(log ? { log } : {}) }, ['-c', conf])
  }

  it('is refused: its own words lead to the port, and nobody listens there', async () => {
    const seen = await behind(page(503, envoy.PAGES.refused))
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down', place: 'app', bornAt: 'proxy' })
    expect(seen.facts['upstream.port']?.value).toBe(PORTS.app)
    expect(seen.facts['config.connect_timeout']?.value).toBe(250)
    // Nothing but the four GETs that only tell.
    expect(asked().map((line) => line.split('?')[0])).toEqual([
      'GET /server_info',
      'GET /config_dump',
      'GET /clusters',
      'GET /stats',
    ])
  })

  it('no healthy upstream: the application is well, and its health check asks for what is not there', async () => {
    await app(UNHEALTHY)
    const seen = await behind(page(503, envoy.PAGES.nobody), {
      hosts: [envoy.host('127.0.0.1', PORTS.app, { failed_active_health_check: true, eds_health_status: 'HEALTHY' })],
      cluster: {
        health_checks: [{ timeout: '1s', interval: '5s', http_health_check: { path: '/health' } }],
        common_lb_config: { healthy_panic_threshold: {} },
      },
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'health-check-wrong', place: 'proxy' })
    expect(seen.verdict?.says).toContain('/health')
  })

  it('no healthy upstream: nobody listens', async () => {
    const seen = await behind(page(503, envoy.PAGES.nobody), {
      hosts: [envoy.host('127.0.0.1', PORTS.app, { failed_active_health_check: true })],
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down' })
  })

  it('a cluster of a control plane that has no host', async () => {
    const seen = await behind(page(503, envoy.PAGES.nobody), {
      hosts: [],
      cluster: { type: 'EDS', load_assignment: {} },
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'envoy/no-hosts', confidence: 'likely' })
  })

  it('a circuit breaker is open: which one, and how often', async () => {
    await app(apps.WELL)
    const seen = await behind(page(503, envoy.PAGES.overflow), {
      stats: envoy.stats({
        'cluster.shop.circuit_breakers.default.rq_pending_open': 1,
        'cluster.shop.upstream_rq_pending_overflow': 41,
      }),
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'envoy/overflow', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('max_pending_requests 1024 is met now')
    expect(seen.verdict?.says).toContain('41 times')
  })

  it('the application is slower than the route waits', async () => {
    await app(apps.SLOW, { SLOW_MS: '2500' })
    const seen = await behind(page(504, envoy.PAGES.timeout), {
      routes: envoy.routes(['*'], [envoy.route({ prefix: '/' }, { cluster: 'shop', timeout: '1s' })]),
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'slow-app', shape: 'slow' })
    expect(seen.facts['config.read_timeout']?.value).toBe(1000)
  })

  it('no virtual host is for the name: 404, and its own word for it', async () => {
    const seen = await behind(page(404, ''), {
      routes: envoy.routes(['www.example.com'], [envoy.route({ prefix: '/' }, { cluster: 'shop' })]),
    })
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'envoy/no-route', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('no virtual host of listener web is for shop.example.com')
  })

  it('its log tells of a limit of rates', async () => {
    await app(apps.WELL)
    const line = '[{start}] "GET /checkout HTTP/1.1" 429 RL 0 18 1 - "-" "{agent}" "5f0c2d1e" "{host}" "-"'
    const seen = await behind(page(503, 'local_rate_limited'), {}, { path: lab.path('edge/access.log'), line })
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'envoy/limited', confidence: 'likely' })
  })

  it('it is being ended', async () => {
    const seen = await behind(page(503, ''), { state: 'DRAINING' })
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'envoy/starting', confidence: 'likely' })
  })

  it('its admin interface is closed: the bootstrap file names the port', async () => {
    const conf = lab.write(
      'edge/envoy.yaml',
      `static_resources:
  listeners:
  - name: web
    address: { socket_address: { address: 0.0.0.0, port_value: ${PORTS.port} } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          route_config:
            virtualHosts:
            - { name: shop, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: shop } }] }
  clusters:
  - name: shop
    loadAssignment:
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address: 127.0.0.1, portValue: ${PORTS.app} } } } }] }]
`,
    )
    const seen = await told('envoy', { page: page(503, envoy.PAGES.refused) }, ['--config-path', conf])
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down' })
    expect(seen.facts['upstream.port']?.value).toBe(PORTS.app)
    expect(seen.blindSpots.map(({ says }) => says).join('\n')).toContain('no admin interface')
  })
})

describe('Traefik', () => {
  const page = (status: number, body: string): Page => ({ status, headers: traefik.HEADERS, body })

  function behind(shown: Page, answers: ReturnType<typeof traefik.api>, more = ''): Promise<Told> {
    const conf = lab.write('edge/traefik.yml', traefik.traefikYml(PORTS.port, PORTS.admin, more))
    return told('traefik', { page: shown, admin: { port: PORTS.admin, answers } }, [`--configFile=${conf}`])
  }

  it('got no answer: its API names the server, and nobody listens there', async () => {
    const answers = traefik.api([traefik.router()], [traefik.service({ [`http://127.0.0.1:${PORTS.app}`]: 'UP' })])
    const seen = await behind(page(502, traefik.PAGES.refused), answers)
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down', place: 'app', bornAt: 'proxy' })
    expect(asked().map((line) => line.split('?')[0])).toEqual([
      'GET /api/version',
      'GET /api/http/routers',
      'GET /api/http/services',
      'GET /api/http/middlewares',
    ])
  })

  it('no available server: its health check asks for what is not there', async () => {
    await app(UNHEALTHY)
    const shop = traefik.service(
      { [`http://127.0.0.1:${PORTS.app}`]: 'DOWN' },
      { healthCheck: { path: '/health', interval: '10s' } },
    )
    const seen = await behind(page(503, traefik.PAGES.nobody), traefik.api([traefik.router()], [shop]))
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'health-check-wrong' })
  })

  it('a service without any server', async () => {
    const seen = await behind(page(503, traefik.PAGES.nobody), traefik.api([traefik.router()], [traefik.service({})]))
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'traefik/no-server', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('shop@file')
  })

  it('a router that is disabled: 404, and why', async () => {
    const broken = traefik.router({ status: 'disabled', error: ['the service "shop@file" does not exist'] })
    const seen = await behind(page(404, traefik.PAGES.noRouter), traefik.api([broken], []))
    expect(seen.verdict, summary(seen)).toMatchObject({ id: 'traefik/no-route', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('does not exist')
  })

  it('the server is slower than responseHeaderTimeout of the static configuration', async () => {
    await app(apps.SLOW, { SLOW_MS: '2500' })
    const answers = traefik.api([traefik.router()], [traefik.service({ [`http://127.0.0.1:${PORTS.app}`]: 'UP' })])
    const times = 'serversTransport:\n  forwardingTimeouts:\n    responseHeaderTimeout: 1s\n'
    const seen = await behind(page(504, traefik.PAGES.timeout), answers, times)
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'slow-app' })
    expect(seen.facts['config.read_timeout']?.value).toBe(1000)
  })

  it('its API is off: the file provider names the server', async () => {
    const dynamic = lab.write(
      'edge/dynamic/shop.yml',
      `http:
  routers:
    shop: { rule: "Host(\`shop.example.com\`) && PathPrefix(\`/\`)", service: shop }
  services:
    shop:
      loadBalancer:
        servers: [{ url: "http://127.0.0.1:${PORTS.app}" }]
`,
    )
    const folder = dynamic.slice(0, dynamic.lastIndexOf('/'))
    const words = [`--entryPoints.web.address=:${PORTS.port}`, `--providers.file.directory=${folder}`]
    const seen = await told('traefik', { page: page(502, traefik.PAGES.refused) }, words)
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down' })
    expect(asked()).toEqual([])
  })

  it('in TOML: the static configuration and the file provider', async () => {
    const dynamic = lab.write(
      'edge/shop.toml',
      `[http.routers.shop]
  rule = "Host(\`shop.example.com\`)"
  service = "shop"
[[http.services.shop.loadBalancer.servers]]
  url = "http://127.0.0.1:${PORTS.app}"
`,
    )
    const conf = lab.write(
      'edge/traefik.toml',
      `[entryPoints.web]\n  address = ":${PORTS.port}"\n[providers.file]\n  filename = "${dynamic}"\n`,
    )
    const seen = await told('traefik', { page: page(502, traefik.PAGES.refused) }, ['--configFile', conf])
    expect(seen.verdict, summary(seen)).toMatchObject({ cause: 'process-down' })
  })
})

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import * as apps from '../lab/apps.ts'
import { diagnose, summary, type Told } from '../lab/diagnosis.ts'
import { collect, freePort, Lab, listening, until } from '../lab/lab.ts'

let lab: Lab
afterEach(async () => lab.end())

const site = (port: number, app: number, name = 'shop.example.com') =>
  `server { listen 127.0.0.1:${port}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${app}; } }`

const said = (told: Told) => [...told.findings.map((f) => f.says), told.verdict?.says ?? ''].join('\n')

function sh(...argv: string[]): void {
  const [program = '', ...rest] = argv
  const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
}

/** A network namespace with an address of its own, as another machine would have. */
function otherMachine(name: string, net: string): { address: string; run(argv: string[]): string[] } {
  const [here, there] = [`${name}a`, `${name}b`]
  sh('ip', 'netns', 'add', name)
  lab.closing(() => spawnSync('ip', ['netns', 'del', name]))
  sh('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there)
  lab.closing(() => spawnSync('ip', ['link', 'del', here]))
  sh('ip', 'link', 'set', there, 'netns', name)
  sh('ip', 'addr', 'add', `${net}.1/24`, 'dev', here)
  sh('ip', 'link', 'set', here, 'up')
  sh('ip', '-n', name, 'addr', 'add', `${net}.2/24`, 'dev', there)
  sh('ip', '-n', name, 'link', 'set', there, 'up')
  sh('ip', '-n', name, 'link', 'set', 'lo', 'up')
  return { address: `${net}.2`, run: (argv) => ['ip', 'netns', 'exec', name, ...argv] }
}

describe('never a fact about the wrong machine', () => {
  it('a URL on another machine: nothing of this one is cited', async () => {
    lab = new Lab()
    const far = otherMachine('t502x', '10.211.7')
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.WELL, app, { PORT: String(app), HOST: '0.0.0.0' })
    const conf = lab.write(
      'far/nginx.conf',
      `daemon off; pid ${lab.path('far/nginx.pid')}; error_log ${lab.path('far/error.log')}; worker_processes 1;
      events {} http { access_log ${lab.path('far/access.log')}; client_body_temp_path ${lab.path('far/b')};
      server { listen ${port}; location / { proxy_pass http://127.0.0.1:${app}; } } }`,
    )
    lab.start(far.run(['/usr/sbin/nginx', '-c', conf, '-p', lab.folder]))
    await listening(port, far.address)
    const { told } = await diagnose(`http://${far.address}:${port}/`)
    expect(['inconclusive', 'suspected'], summary(told)).toContain(told.outcome)
    expect(
      told.blindSpots.map((spot) => spot.why),
      summary(told),
    ).toContain('no-vantage')
    expect(said(told)).not.toContain(String(app))
    // What listens here is looked at to seek a gateway of this name, and for nothing else.
    const looks = told.probes.filter((probe) => probe.argv.includes('-ltnpH')).map(({ n }) => n)
    const judged = told.findings.filter(({ probe }) => probe !== undefined && looks.includes(probe))
    expect(judged.filter(({ node }) => node !== 'behind/doors')).toEqual([])
  })

  it('an upstream on another machine, while something else listens on that port here', async () => {
    lab = new Lab()
    const far = otherMachine('t502y', '10.211.8')
    const [port, app] = [await freePort(), await freePort()]
    const neighbour = await lab.app('other', apps.WELL, app, { PORT: String(app), HOST: '0.0.0.0' })
    await lab.nginx({
      port,
      http: `server { listen 127.0.0.1:${port}; location / { proxy_pass http://${far.address}:${app}; } }`,
    })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(['inconclusive', 'suspected'], summary(told)).toContain(told.outcome)
    expect(
      told.blindSpots.map((spot) => spot.why),
      summary(told),
    ).toContain('no-vantage')
    expect(said(told)).not.toContain(`pid ${neighbour.pid}`)
  })

  it('the application listens in another network namespace: nobody says it is down for sure', async () => {
    lab = new Lab()
    const box = otherMachine('t502z', '10.211.9')
    const [port, app] = [await freePort(), await freePort()]
    const file = lab.write('srv/shop/server.js', apps.WELL)
    lab.start(box.run([process.execPath, file]), { env: { PORT: String(app), HOST: '0.0.0.0' } })
    await listening(app, box.address)
    await lab.nginx({ port, http: site(port, app) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    if (told.verdict)
      expect([told.verdict.cause, told.verdict.confidence], summary(told)).not.toEqual(['process-down', 'confirmed'])
  })

  it('a socket that a private /tmp hides from nginx', async () => {
    lab = new Lab()
    const port = await freePort()
    const socket = `/tmp/t502-hidden-${port}.sock`
    const file = lab.write('srv/shop/server.js', apps.WELL)
    lab.start(
      [
        'unshare',
        '--mount',
        'sh',
        '-c',
        `mount -t tmpfs tmpfs /tmp/ && mkdir -p "$(dirname ${file})" && exec ${process.execPath} -e "$CODE"`,
      ],
      {
        env: { LISTEN: socket, CODE: apps.WELL },
      },
    )
    await lab.nginx({
      port,
      http: `server { listen 127.0.0.1:${port}; location / { proxy_pass http://unix:${socket}:/; } }`,
    })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(existsSync(socket)).toBe(false)
    expect(['socket-missing', undefined], summary(told)).toContain(told.verdict?.cause)
    expect(said(told)).not.toContain(`listens on ${socket}`)
  })

  it('a process titled like an nginx master, with a path of its own: nothing of it is executed', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const trap = lab.path('trap-was-executed')
    const evil = lab.write('evil', `#!/bin/sh\ntouch ${trap}\n`)
    chmodSync(evil, 0o755)
    const code = `process.title = 'nginx: master process ${evil} -c ${evil}'; require('node:http').createServer((q, s) => { s.statusCode = 502; s.end() }).listen(${port}, '127.0.0.1')`
    lab.start([process.execPath, '-e', code])
    await listening(port, '127.0.0.1')
    void app
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(existsSync(trap)).toBe(false)
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
  })
})

describe('several of everything', () => {
  it('two nginx: the one that owns the port is asked', async () => {
    lab = new Lab()
    const [portA, portB, appA, appB] = [await freePort(), await freePort(), await freePort(), await freePort()]
    await lab.nginx({ name: 'first', port: portA, http: site(portA, appA) })
    const second = await lab.nginx({ name: 'second', port: portB, http: site(portB, appB) })
    const { told } = await diagnose(`http://127.0.0.1:${portB}/`)
    expect(told.verdict?.cause, summary(told)).toBe('process-down')
    expect(told.facts['proxy.pid']?.value).toBe(second.pid)
    expect(said(told)).toContain(String(appB))
    expect(said(told)).not.toContain(String(appA))
  })

  it('recovered: it failed minutes ago and answers well now', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, app) })
    for (let i = 0; i < 6; i++) await collect(['curl', '-s', '-o', '/dev/null', `http://127.0.0.1:${port}/`])
    await lab.app('shop', apps.WELL, app, { PORT: String(app) })
    // nginx marks nothing down: a single member is always tried again.
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(told.verdict?.cause, summary(told)).toBe('recovered')
    expect(told.state).toBe('recovered')
    expect(told.outcome).toBe('diagnosed')
    expect(told.verdict?.was?.cause, summary(told)).toBe('process-down')
  })
})

describe('logs as they are', () => {
  it('an error log at level crit is no proof of silence', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, app), level: 'crit' })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(['process-down', undefined], summary(told)).toContain(told.verdict?.cause)
    expect(
      told.blindSpots.some((spot) => /crit/.test(spot.says)),
      summary(told),
    ).toBe(true)
  })
})

describe('as an ordinary user', () => {
  it('what cannot be seen is a blind spot, and no verdict gets surer by it', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const nginx = await lab.nginx({ port, http: site(port, app) })
    chmodSync(nginx.errorLog, 0o600)
    const asRoot = await diagnose(`http://127.0.0.1:${port}/`)
    const asNobody = await diagnose(`http://127.0.0.1:${port}/`, {
      as: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
      env: { HOME: '/nonexistent', XDG_STATE_HOME: undefined },
    })
    const order = ['confirmed', 'likely', 'reported', undefined]
    expect(asRoot.told.verdict?.cause, summary(asRoot.told)).toBe('process-down')
    expect(order.indexOf(asNobody.told.verdict?.confidence), summary(asNobody.told)).toBeGreaterThanOrEqual(
      order.indexOf(asRoot.told.verdict?.confidence),
    )
    expect(
      asNobody.told.blindSpots.map((spot) => spot.why),
      summary(asNobody.told),
    ).toContain('no-permission')
    expect(Object.keys(asNobody.told.sight).length).toBeGreaterThan(0)
  })
})

describe('the environment around it', () => {
  it('http_proxy changes nothing', async () => {
    lab = new Lab()
    const [port, app, proxy] = [await freePort(), await freePort(), await freePort()]
    const seen = lab.path('proxy-was-asked')
    lab.start([
      process.execPath,
      '-e',
      `require('node:net').createServer((s) => s.on('error', () => {}).once('data', (d) => { if (/^(GET http|CONNECT)/.test(String(d))) require('node:fs').writeFileSync(${JSON.stringify(seen)}, 'x'); s.destroy() })).listen(${proxy}, '127.0.0.1')`,
    ])
    await listening(proxy, '127.0.0.1')
    await collect(['curl', '-s', '-x', `http://127.0.0.1:${proxy}`, 'http://127.0.0.1:9/'])
    await until(() => existsSync(seen), 'the trap works')
    rmSync(seen)
    await lab.nginx({ port, http: site(port, app) })
    const through = `http://127.0.0.1:${proxy}`
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, {
      env: { http_proxy: through, HTTP_PROXY: through, https_proxy: through, all_proxy: through, ALL_PROXY: through },
    })
    expect(told.verdict?.cause, summary(told)).toBe('process-down')
    expect(existsSync(seen)).toBe(false)
  })
})

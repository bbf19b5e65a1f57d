import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import * as apps from './apps.ts'
import { collect, diagnose, freePort, Lab, summary, type Told } from './lab.ts'

let lab: Lab
afterEach(async () => lab.end())

const site = (port: number, app: number) =>
  `server { listen 127.0.0.1:${port}; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${app}; } }`

/** A folder in front of PATH in which `ss` is something else. */
function badTool(code: string): Record<string, string> {
  const path = lab.write('bin/ss', `#!${process.execPath}\n${code}\n`)
  chmodSync(path, 0o755)
  return { PATH: `${dirname(path)}:${process.env.PATH}` }
}

const ssProbe = (told: Told) => told.probes.find((probe) => probe.argv[0] === 'ss' && probe.argv.includes('-ltnpH'))

describe('a probe that misbehaves', () => {
  it('never ends: it is ended, what it printed is kept, and the verdict is honest', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, app) })
    const env = badTool("process.stdout.write('LISTEN 0 511 127.0.0.1:9 0.0.0.0:*\\n'); setInterval(() => {}, 1000)")
    const { told, seconds } = await diagnose(`http://127.0.0.1:${port}/`, { env, args: ['--timeout', '2s'] })
    expect(seconds).toBeLessThan(30)
    expect(ssProbe(told)?.ms, summary(told)).toBeLessThan(6000)
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
    expect(
      told.blindSpots.map((spot) => spot.why),
      summary(told),
    ).toContain('timed-out')
  })

  it('floods a gigabyte: it is cut, and the tool stays small', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, app) })
    const env = badTool(
      "const row = Buffer.from('LISTEN 0 511 127.0.0.1:9 0.0.0.0:*\\n'.repeat(20000)); let left = 1e9; const pour = () => { while (left > 0) { left -= row.length; if (!process.stdout.write(row)) return process.stdout.once('drain', pour) } }; pour()",
    )
    const { told, seconds } = await diagnose(`http://127.0.0.1:${port}/`, { env })
    expect(seconds).toBeLessThan(40)
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
    expect(JSON.stringify(told).length).toBeLessThan(3_000_000)
  })

  it('forks a child that keeps its pipe open: both are ended', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, app) })
    const mark = lab.path('child.pid')
    const env = badTool(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); require('node:fs').writeFileSync(${JSON.stringify(mark)}, String(child.pid)); setTimeout(() => process.exit(0), 200)`,
    )
    const { told, seconds } = await diagnose(`http://127.0.0.1:${port}/`, { env, args: ['--timeout', '3s'] })
    expect(seconds).toBeLessThan(30)
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
    const pid = Number(readFileSync(mark, 'utf8'))
    expect(existsSync(`/proc/${pid}/fd/0`)).toBe(false)
  })
})

describe('limits', () => {
  it('--budget ends the whole of it and prints what was found: 124', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.MUTE, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, app) })
    const { told, exit, seconds } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--budget', '3s'] })
    expect(exit).toBe(124)
    expect(told.ended).toBe('budget')
    expect(seconds).toBeLessThan(10)
    expect(told.findings.length).toBeGreaterThan(0)
  })

  it('an interrupt keeps what there is: 130', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.MUTE, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, app) })
    const { exit, told } = await diagnose(`http://127.0.0.1:${port}/`, {
      as: ['timeout', '-s', 'INT', '--foreground', '--preserve-status', '3'],
    })
    expect(exit).toBe(130)
    expect(told.ended).toBe('interrupted')
  })

  it('--no-requests asks nobody', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const nginx = await lab.nginx({ port, http: site(port, app) })
    await collect(['curl', '-s', '-o', '/dev/null', `http://127.0.0.1:${port}/`])
    const before = readFileSync(nginx.accessLog, 'utf8').split('\n').length
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--no-requests'] })
    expect(readFileSync(nginx.accessLog, 'utf8').split('\n').length).toBe(before)
    expect(
      told.blindSpots.map((spot) => spot.why),
      summary(told),
    ).toContain('declined')
  })

  it('--dry-run runs nothing', async () => {
    lab = new Lab()
    const port = await freePort()
    const nginx = await lab.nginx({ port, http: site(port, await freePort()) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--dry-run'] })
    expect(told.probes.length).toBeGreaterThan(10)
    expect(existsSync(nginx.accessLog) ? readFileSync(nginx.accessLog, 'utf8') : '').toBe('')
  })
})

describe('secrets', () => {
  const SECRETS = {
    userinfo: 'Tr0ub4dor-userinfo-9f1',
    query: 'qs-7f3a9c1e5b2d48f6a0c3e9',
    header: 'hdr-51f0c0ffee51f0c0ffee51',
    cookie: 'ck-0a1b2c3d4e5f60718293a4',
    proxyHeader: 'up-9988776655443322110099aa',
    environment: 'env-PASSWORD-c4f1e2d3b4a5',
    commandLine: 'cmd-line-pass-77aa88bb99cc',
    aws: 'AKIAIOSFODNN7EXAMPLQ',
    database: 'pgpass-3e4d5c6b7a8990',
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  }

  it('stay out of the journal, the diagnosis and every export', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const server = lab.write(
      'srv/shop/server.js',
      `require('node:http').createServer((q, s) => { s.statusCode = 502; s.setHeader('Set-Cookie', 'session=${SECRETS.cookie}; HttpOnly'); s.setHeader('X-Debug', 'Bearer ${SECRETS.jwt}'); s.end('{"error":"db","dsn":"postgres://shop:${SECRETS.database}@db/shop","key":"${SECRETS.aws}"}') }).listen(${app}, '127.0.0.1')`,
    )
    lab.start([process.execPath, server, '--password', SECRETS.commandLine], {
      env: { DB_PASSWORD: SECRETS.environment },
    })
    await (await import('./lab.ts')).listening(app, '127.0.0.1')
    await lab.nginx({
      port,
      http: `server { listen 127.0.0.1:${port}; location / { proxy_set_header Authorization "Bearer ${SECRETS.proxyHeader}"; proxy_pass http://127.0.0.1:${app}; } }`,
    })
    const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
    const bin = join(root, 'bin/triage502.js')
    const env = { XDG_STATE_HOME: lab.path('state/x').replace(/\/x$/, '') }
    const url = `http://oncall:${SECRETS.userinfo}@127.0.0.1:${port}/pay?access_token=${SECRETS.query}`
    const ran = await collect(
      [
        process.execPath,
        bin,
        'diagnose',
        url,
        '--json',
        '--sweep',
        '--header',
        `Authorization: Bearer ${SECRETS.header}`,
      ],
      env,
    )
    const told = JSON.parse(ran.out) as Told & { session: string }
    const written = [
      ran.out,
      ran.err,
      spawnSync('cat', [`${env.XDG_STATE_HOME}/triage502/sessions/${told.session}.jsonl`], { encoding: 'utf8' }).stdout,
    ]
    expect(written[2]?.length, 'the journal is there').toBeGreaterThan(1000)
    for (const format of ['md', 'html', 'json']) {
      for (const level of ['local', 'team', 'public']) {
        const exported = await collect(
          [process.execPath, bin, 'export', told.session, '--format', format, '--level', level],
          env,
        )
        expect(exported.exit, exported.err).toBe(0)
        written.push(exported.out)
      }
    }
    for (const [kind, secret] of Object.entries(SECRETS)) {
      for (const text of written) expect(text.includes(secret), `${kind} was written`).toBe(false)
    }
    expect(told.verdict?.cause, summary(told)).toBe('app-error')
  })
})

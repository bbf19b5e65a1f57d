import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import * as apps from '../lab/apps.ts'
import { diagnose, summary, type Told } from '../lab/diagnosis.ts'
import { collect, freePort, Lab, listening, until } from '../lab/lab.ts'

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
    // A path of its own: whoever else is on this machine may ask a port that listens.
    const url = `http://127.0.0.1:${port}/nobody-else-asks`
    const asked = () => readFileSync(nginx.accessLog, 'utf8').split('/nobody-else-asks').length - 1
    await collect(['curl', '-s', '-o', '/dev/null', url])
    // nginx writes its line after the client has its answer.
    await until(() => asked() === 1, 'our own request is logged')
    const { told } = await diagnose(url, { args: ['--no-requests'] })
    expect(asked()).toBe(1)
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
  const five = (make: (n: number) => string) => [1, 2, 3, 4, 5].map(make)
  const jwt = (n: number) =>
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"1234567890","n":${n}}`).toString('base64url')}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX${n}`
  /** Ten kinds, five of each. */
  const SECRETS = {
    userinfo: ['Tr0ub4dor-userinfo-9f1', ...five((n) => `dsn-userinfo-${n}a8c3e`).slice(1)],
    query: five((n) => `qs${n}-7f3a9c1e5b2d48f6a0c3e9`),
    header: five((n) => `hdr${n}-51f0c0ffee51f0c0ffee51`),
    cookie: five((n) => `ck${n}-0a1b2c3d4e5f60718293a4`),
    configuration: five((n) => `up${n}-9988776655443322110099aa`),
    environment: five((n) => `env${n}-c4f1e2d3b4a5968778`),
    commandLine: five((n) => `cmd${n}-77aa88bb99cc00dd`),
    aws: five((n) => `AKIAIOSFODNN7EXAMP${n}Q`),
    database: five((n) => `pgpass${n}-3e4d5c6b7a8990`),
    jwt: five(jwt),
  }

  it('stay out of the journal, the diagnosis and every export: fifty of ten kinds', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const answer = {
      cookies: SECRETS.cookie.map((value, n) => `session${n}=${value}; HttpOnly`),
      body: JSON.stringify({
        error: 'db',
        databases: SECRETS.database.map((secret) => `postgres://shop:${secret}@db/shop`),
        mirrors: SECRETS.userinfo.slice(1).map((secret) => `https://deploy:${secret}@mirror.example.com/`),
        keys: SECRETS.aws,
        tokens: SECRETS.jwt,
      }),
    }
    const server = lab.write(
      'srv/shop/server.js',
      `const answer = ${JSON.stringify(answer)}
require('node:http').createServer((q, s) => { s.statusCode = 502; s.setHeader('Set-Cookie', answer.cookies); s.end(answer.body) }).listen(${app}, '127.0.0.1')`,
    )
    const [pass, token, key, auth, secret] = SECRETS.commandLine
    lab.start(
      [
        process.execPath,
        server,
        '--password',
        pass ?? '',
        `--token=${token}`,
        '--api-key',
        key ?? '',
        `--auth-token=${auth}`,
        `--client-secret=${secret}`,
      ],
      {
        env: Object.fromEntries(
          ['DB_PASSWORD', 'API_TOKEN', 'SECRET_KEY', 'AWS_SECRET_ACCESS_KEY', 'SESSION_SECRET'].map((name, n) => [
            name,
            SECRETS.environment[n] ?? '',
          ]),
        ),
      },
    )
    await listening(app, '127.0.0.1')
    const names = [
      'Authorization "Bearer ',
      'X-Api-Key "',
      'X-Auth-Token "',
      'Cookie "session=',
      'Proxy-Authorization "Basic ',
    ]
    const headers = names.map((name, n) => `proxy_set_header ${name}${SECRETS.configuration[n]}";`).join(' ')
    await lab.nginx({
      port,
      http: `server { listen 127.0.0.1:${port}; location / { ${headers} proxy_pass http://127.0.0.1:${app}; } }`,
    })
    const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
    const bin = join(root, 'bin/triage502.js')
    const env = { XDG_STATE_HOME: lab.path('state/x').replace(/\/x$/, '') }
    const query = ['access_token', 'api_key', 'password', 'sig', 'client_secret'].map(
      (name, n) => `${name}=${SECRETS.query[n]}`,
    )
    const url = `http://oncall:${SECRETS.userinfo[0]}@127.0.0.1:${port}/pay?${query.join('&')}`
    const own = ['Authorization: Bearer ', 'X-Api-Key: ', 'X-Auth-Token: ', 'Cookie: id=', 'X-Tenant: '].flatMap(
      (name, n) => ['--header', `${name}${SECRETS.header[n]}`],
    )
    const ran = await collect([process.execPath, bin, 'diagnose', url, '--json', '--sweep', ...own], env)
    const told = JSON.parse(ran.out) as Told & { session: string }
    const journal = readFileSync(`${env.XDG_STATE_HOME}/triage502/sessions/${told.session}.jsonl`, 'utf8')
    expect(journal.length).toBeGreaterThan(1000)
    const written = [ran.out, ran.err, journal]
    for (const format of ['md', 'html', 'json']) {
      for (const level of ['local', 'team', 'public']) {
        const words = ['export', told.session, '--format', format, '--level', level]
        const exported = await collect([process.execPath, bin, ...words], env)
        expect(exported.exit, exported.err).toBe(0)
        written.push(exported.out)
      }
    }
    const leaked = Object.entries(SECRETS).flatMap(([kind, secrets]) =>
      secrets.filter((each) => written.some((text) => text.includes(each))).map((each) => `${kind}: ${each}`),
    )
    expect(Object.values(SECRETS).flat()).toHaveLength(50)
    expect(leaked).toEqual([])
    expect(told.verdict?.cause, summary(told)).toBe('app-error')
  })
})

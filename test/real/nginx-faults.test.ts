import { afterEach, describe, expect, it } from 'vitest'
import * as apps from '../lab/apps.ts'
import { diagnose, summary, type Told } from '../lab/diagnosis.ts'
import { freePort, Lab } from '../lab/lab.ts'

let lab: Lab
afterEach(async () => lab.end())

const site = (port: number, location: string, more = '') =>
  `server { listen 127.0.0.1:${port}; server_name shop.example.com; ${more} location / { ${location} } }`

/** What a finding cites, over all findings. */
const cited = (told: Told) => told.findings.map((finding) => finding.says).join('\n')

function expectVerdict(told: Told, want: { cause: string; place?: string[]; shape?: string }) {
  expect(told.verdict?.cause, summary(told)).toBe(want.cause)
  if (want.place) expect(want.place, summary(told)).toContain(told.verdict?.place)
  if (want.shape) expect(told.verdict?.shape, summary(told)).toBe(want.shape)
}

describe('nginx in front of an application, with nothing but the URL', () => {
  it('process down (bare process)', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told, exit } = await diagnose(`http://127.0.0.1:${port}/checkout`)
    expectVerdict(told, { cause: 'process-down', place: ['app'], shape: 'unreachable' })
    expect(told.outcome, summary(told)).toBe('diagnosed')
    expect(exit).toBe(3)
    expect(cited(told)).toContain(String(app))
    expect(told.answer).toMatchObject({ status: 502, class: 'gateway-error' })
    expect(told.hops.at(-1)).toMatchObject({ vendor: 'nginx', role: 'made' })
  })

  it('wrong port: the application of this site listens next door', async () => {
    lab = new Lab()
    const [port, wrong, right] = [await freePort(), await freePort(), await freePort()]
    await lab.app('shop', apps.WELL, right, { PORT: String(right) })
    await lab.nginx({
      port,
      http: `upstream shop { server 127.0.0.1:${wrong}; } ${site(port, 'proxy_pass http://shop;')}`,
    })
    const { told } = await diagnose(`http://127.0.0.1:${port}/checkout`)
    expectVerdict(told, { cause: 'wrong-port', place: ['proxy', 'app'], shape: 'unreachable' })
    expect(told.outcome, summary(told)).toBe('diagnosed')
    expect(cited(told)).toContain(String(right))
    expect(told.verdict?.says).toContain(String(wrong))
  })

  it('::1 against 127.0.0.1', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    lab.start([process.execPath, '-e', apps.WELL], { env: { PORT: String(app), HOST: '::1' } })
    await (await import('../lab/lab.ts')).listening(app, '::1')
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'wrong-interface', place: ['proxy', 'app'], shape: 'unreachable' })
    expect(told.verdict?.confidence, summary(told)).toBe('confirmed')
    expect(cited(told)).toContain('::1')
  })

  it('unix socket missing', async () => {
    lab = new Lab()
    const port = await freePort()
    const socket = lab.path('run/shop.sock')
    await lab.nginx({ port, http: site(port, `proxy_pass http://unix:${socket}:/;`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'socket-missing', shape: 'unreachable' })
    expect(told.verdict?.says).toContain(socket)
  })

  it('slower than proxy_read_timeout', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.SLOW, app, { PORT: String(app), SLOW_MS: '3000' })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app}; proxy_read_timeout 1s;`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/report`)
    expectVerdict(told, { cause: 'slow-app', place: ['app'], shape: 'slow' })
    expect(told.answer.status).toBe(504)
    expect(told.verdict?.says).toContain('1000 ms')
  })

  it('hung: takes the connection and never answers', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const child = await lab.app('shop', apps.MUTE, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app}; proxy_read_timeout 1s;`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--timeout', '6s'] })
    expectVerdict(told, { cause: 'app-hung', place: ['app'], shape: 'slow' })
    expect(cited(told)).toContain(String(child.pid))
  })

  it('spinning: one thread at full speed answers nobody', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const child = await lab.app('shop', apps.SPINS, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app}; proxy_read_timeout 1s;`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--timeout', '6s'] })
    expectVerdict(told, { cause: 'event-loop-blocked', place: ['app'], shape: 'slow' })
    expect(cited(told)).toContain(String(child.pid))
    child.kill('SIGKILL')
  })

  it('stopped by a signal', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const child = await lab.app('shop', apps.WELL, app, { PORT: String(app) })
    child.kill('SIGSTOP')
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app}; proxy_read_timeout 1s;`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`, { args: ['--timeout', '6s'] })
    expectVerdict(told, { cause: 'app-hung', place: ['app'], shape: 'slow' })
    expect(cited(told)).toMatch(/stopped \(state T\)/)
  })

  it('closed early by a process that lives', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const child = await lab.app('shop', apps.CLOSES, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'truncated-response', place: ['app'], shape: 'reset' })
    expect(cited(told)).toContain(String(child.pid))
  })

  it('a body shorter than promised', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.CUTS, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'truncated-response', place: ['app'], shape: 'reset' })
    expect(told.answer.class).toBe('cut')
  })

  it('not HTTP at all', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const child = await lab.app('shop', apps.NOT_HTTP, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'not-http', shape: 'garbage' })
    expect(told.answer.class).toBe('not-http')
    expect(cited(told)).toContain(String(child.pid))
  })

  it('a maintenance page', async () => {
    lab = new Lab()
    const port = await freePort()
    await lab.nginx({ port, http: site(port, 'return 503;') })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'deliberate', place: ['proxy'], shape: 'none' })
    expect(told.verdict?.says).toMatch(/nginx\.conf:\d+/)
  })

  it("the application's own 502, passed on", async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.OWN_502, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told } = await diagnose(`http://127.0.0.1:${port}/pay`)
    expectVerdict(told, { cause: 'app-error', place: ['app'] })
    expect(told.verdict?.bornAt).toBe('app')
    expect(told.verdict?.confidence, summary(told)).toBe('confirmed')
  })

  it('healthy', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    await lab.app('shop', apps.WELL, app, { PORT: String(app) })
    await lab.nginx({ port, http: site(port, `proxy_pass http://127.0.0.1:${app};`) })
    const { told, exit } = await diagnose(`http://127.0.0.1:${port}/`)
    expect(told.outcome, summary(told)).toBe('healthy')
    expect(told.state).toBe('well')
    expect(told.verdict).toBeNull()
    expect(exit).toBe(0)
  })

  it('nginx itself down', async () => {
    lab = new Lab()
    const port = await freePort()
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'proxy-down', place: ['proxy'], shape: 'unreachable' })
    expect(told.verdict?.says).toContain(String(port))
    expect(told.answer.class).toBe('no-answer')
  })

  it("an error page in the application's style is still nginx's own error", async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const folder = lab.path('www/x').replace(/\/x$/, '')
    lab.write('www/502.json', '{"error":"please try again","request":"af31"}\n')
    await lab.nginx({
      port,
      http: site(
        port,
        `proxy_pass http://127.0.0.1:${app};`,
        `error_page 502 /502.json; location = /502.json { root ${folder}; internal; default_type application/json; }`,
      ),
    })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'process-down', place: ['app'] })
    expect(told.verdict?.bornAt).toBe('proxy')
  })

  it('and so is one that says 200', async () => {
    lab = new Lab()
    const [port, app] = [await freePort(), await freePort()]
    const folder = lab.path('www/x').replace(/\/x$/, '')
    lab.write('www/ok.json', '{"items":[]}\n')
    await lab.nginx({
      port,
      http: site(
        port,
        `proxy_pass http://127.0.0.1:${app};`,
        `error_page 502 =200 /ok.json; location = /ok.json { root ${folder}; internal; }`,
      ),
    })
    const { told } = await diagnose(`http://127.0.0.1:${port}/`)
    expectVerdict(told, { cause: 'process-down', place: ['app'] })
    expect(told.verdict?.bornAt).toBe('proxy')
    expect(told.answer).toMatchObject({ status: 200, class: 'gateway-error' })
  })
})

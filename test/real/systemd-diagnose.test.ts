import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { summary, type Told } from './lab.ts'
import { type Box, startSystemd, whyNoSystemd } from './systemd-container.ts'

const why = await whyNoSystemd()
const NODE = '/opt/triage502/node_modules/node/bin/node'

const WELL = `require('node:http').createServer((q, s) => s.end('hello\\n')).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on ' + process.env.PORT))`

/** A unit of the shop, with what a test wants to break. */
const unit = (lines: string) => `[Unit]
Description=The shop
[Service]
WorkingDirectory=/srv/shop
${lines}
[Install]
WantedBy=multi-user.target
`

const NGINX = (app: number) =>
  `server { listen 127.0.0.1:8080; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${app}; } }`

describe.skipIf(why !== '')(`under a real systemd ${why === '' ? '' : `(skipped: ${why})`}`, () => {
  let box: Box

  beforeAll(async () => {
    box = await startSystemd()
    await box.write('/srv/shop/server.js', WELL)
    await box.write('/srv/shop/crashes.js', "require('./not-there-at-all')")
    await box.write(
      '/srv/shop/needs-variable.js',
      `if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is not set')\n${WELL}`,
    )
    await box.write('/srv/shop/exits.js', 'process.exit(7)')
    await box.write('/srv/shop/eats.js', 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 20)')
    await box.write('/etc/nginx/sites-enabled/default', NGINX(3000))
    await ok('systemctl', 'restart', 'nginx')
  })

  afterAll(async () => box?.stop())

  async function ok(...argv: string[]) {
    const ran = await box.exec(argv)
    if (ran.exit !== 0) throw new Error(`${argv.join(' ')}: ${ran.err}`)
    return ran.out
  }

  async function shop(lines: string, start = true) {
    await box.exec(['systemctl', 'stop', 'shop'])
    await box.exec(['systemctl', 'reset-failed', 'shop'])
    await box.units({ 'shop.service': unit(lines) })
    if (start) await box.exec(['systemctl', 'start', 'shop'])
  }

  async function until(look: () => Promise<boolean>, what: string) {
    for (let i = 0; i < 200; i++) {
      if (await look()) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`it never came to pass that ${what}`)
  }

  const property = async (name: string) => (await ok('systemctl', 'show', 'shop', '-P', name)).trim()
  const isActive = async (state: string) => (await property('ActiveState')) === state

  /** As a person would; with TRIAGE502_RECORD=FOLDER a named case's full sweep is kept there as a recording. */
  async function diagnose(options: { user?: string; name?: string } = {}): Promise<Told> {
    const folder = process.env.TRIAGE502_RECORD
    const journal = folder && options.name ? `/tmp/${options.name}.jsonl` : null
    const kept = journal ? ['--sweep', '--journal', journal] : ['--no-save']
    const argv = [NODE, '/opt/triage502/bin/triage502.js', 'diagnose', 'http://127.0.0.1:8080/', '--json', ...kept]
    const ran = await box.exec(argv, { timeoutMs: 120_000, ...(options.user ? { user: options.user } : {}) })
    if (journal) writeFileSync(join(folder ?? '', `${options.name}.jsonl`), (await box.exec(['cat', journal])).out)
    try {
      return JSON.parse(ran.out) as Told
    } catch {
      throw new Error(`no JSON (${ran.exit}): ${ran.out.slice(0, 300)} ${ran.err.slice(0, 2000)}`)
    }
  }

  const cited = (told: Told) => [...told.findings.map((f) => f.says), told.verdict?.says ?? ''].join('\n')

  it('a unit that failed with its reason in the journal: a missing module', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} crashes.js`)
    await until(() => isActive('failed'), 'it failed')
    const told = await diagnose({ name: 'systemd-missing-module' })
    expect(told.verdict?.cause, summary(told)).toBe('crash-on-start')
    expect(told.verdict?.place).toBe('app')
    expect(told.verdict?.shape).toBe('unreachable')
    expect(told.verdict?.confidence, summary(told)).toBe('confirmed')
    expect(told.verdict?.symptoms).toContain('process-down')
    expect(cited(told)).toContain('shop.service')
    expect(cited(told)).toContain('not-there-at-all')
  })

  it('a unit that failed for a missing variable', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} needs-variable.js`)
    await until(() => isActive('failed'), 'it failed')
    const told = await diagnose({ name: 'systemd-missing-variable' })
    expect(told.verdict?.cause, summary(told)).toBe('crash-on-start')
    expect(cited(told)).toContain('DATABASE_URL')
  })

  it('a unit whose program is not there', async () => {
    await shop('Environment=PORT=3000\nExecStart=/usr/local/bin/shop-server --port 3000')
    await until(() => isActive('failed'), 'it failed')
    const told = await diagnose({ name: 'systemd-missing-program' })
    expect(told.verdict?.cause, summary(told)).toBe('crash-on-start')
    expect(cited(told)).toMatch(/shop-server|203/)
  })

  it('a unit that somebody stopped', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} server.js`)
    await until(() => isActive('active'), 'it runs')
    await ok('systemctl', 'stop', 'shop')
    const told = await diagnose({ name: 'systemd-stopped' })
    expect(told.verdict?.cause, summary(told)).toBe('process-down')
    expect(told.verdict?.confidence, summary(told)).toBe('confirmed')
    expect(cited(told)).toContain('shop.service is stopped')
  })

  it('a unit that restarts over and over and says nothing', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} exits.js\nRestart=always\nRestartSec=200ms`)
    await until(async () => Number(await property('NRestarts')) > 3 || (await isActive('failed')), 'it restarted')
    const told = await diagnose({ name: 'systemd-crash-loop' })
    expect(['crash-loop', 'crash-on-start'], summary(told)).toContain(told.verdict?.cause)
    expect(cited(told)).toContain('shop.service')
  })

  it('the application on another port than nginx sends to', async () => {
    await shop(`Environment=PORT=3001\nExecStart=${NODE} server.js`)
    await until(() => isActive('active'), 'it runs')
    const told = await diagnose({ name: 'systemd-wrong-port' })
    expect(told.verdict?.cause, summary(told)).toBe('wrong-port')
    expect(cited(told)).toContain('3001')
    expect(cited(told)).toContain('3000')
    expect(told.verdict?.confidence, summary(told)).toBe('confirmed')
  })

  it('the unit names the port as a flag, and was killed for memory', async () => {
    await shop(`MemoryMax=120M\nMemorySwapMax=0\nExecStart=${NODE} eats.js --port 3000`)
    await until(() => isActive('failed'), 'it was killed')
    const told = await diagnose({ name: 'systemd-oom-killed' })
    expect(told.verdict?.cause, summary(told)).toBe('oom-killed')
    expect(cited(told)).toContain('shop.service')
  })

  it('healthy', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} server.js`)
    await until(async () => (await box.exec(['curl', '-sf', 'http://127.0.0.1:3000/'])).exit === 0, 'it answers')
    const told = await diagnose()
    // The failures of the cases before stand in the same access log, minutes old.
    expect(['healthy', 'diagnosed'], summary(told)).toContain(told.outcome)
    if (told.outcome === 'diagnosed') expect(told.verdict?.cause, summary(told)).toBe('recovered')
  })

  it('as an ordinary user it is no surer', async () => {
    await shop(`Environment=PORT=3000\nExecStart=${NODE} crashes.js`)
    await until(() => isActive('failed'), 'it failed')
    const told = await diagnose({ user: 'nobody' })
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
    expect(told.blindSpots.map((spot) => spot.why)).toContain('no-permission')
  })

  it('nginx itself down: its configuration was refused', async () => {
    await box.write('/etc/nginx/sites-enabled/default', `${NGINX(3000)} server { listen 8081; proxy_passs oops; }`)
    await box.exec(['systemctl', 'stop', 'nginx'])
    await box.exec(['systemctl', 'start', 'nginx'])
    const told = await diagnose({ name: 'systemd-nginx-refused' })
    expect(told.verdict?.cause, summary(told)).toBe('proxy-down')
    expect(told.verdict?.place).toBe('proxy')
    expect(cited(told)).toMatch(/nginx\.service/)
    expect(cited(told)).toMatch(/proxy_passs/)
  })
})

import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { MUTE } from '../lab/apps.ts'
import { aloneCase } from '../lab/cases.ts'
import { freePort, Lab } from '../lab/lab.ts'
import { KEYS } from '../terminal/pty.ts'
import { endsAfterEach, expectGivenBack, expectWellDrawn, open } from '../terminal/support.ts'
import { AT_END, choose, enter, leave, nextStep, toTheEnd } from '../terminal/walking.ts'

// The wizard before real servers: what is broken is found, mended, and seen to answer well again.

endsAfterEach()

let lab: Lab
afterEach(async () => lab.end())

async function broken(name: string): Promise<string> {
  lab = new Lab()
  const ports = { site: await freePort(), app: await freePort(), other: await freePort() }
  const made = await aloneCase(name).start(lab, ports)
  return made.url
}

it('a fix takes a second key, stands in the journal before and after, and the recovery is seen', async () => {
  const { pty, home } = open([await broken('config-not-loaded')], { rows: 40 })
  await toTheEnd(pty, () => enter(pty))
  await pty.waitFor('never loaded')
  await choose(pty, '1. $ nginx -t')
  await pty.waitFor('❯ No, go back')
  pty.type(KEYS.enter)
  await pty.waitFor(AT_END)
  expect(home.events('fix.started'), 'the first key runs nothing').toEqual([])
  await choose(pty, '1. $ nginx -t')
  await pty.waitFor('❯ No, go back')
  expect(pty.screen()).toContain('$ nginx -t')
  pty.type(`${KEYS.down}${KEYS.enter}`)
  await pty.until(() => (home.events('fix.finished').length > 0 ? true : undefined), 'it ran')
  expect(home.events('fix.started')).toMatchObject([{ n: 1, argv: ['nginx', '-t'] }])
  expect(home.events('fix.finished')[0]?.out).toMatch(/nginx/)
  await pty.waitFor('See whether it helped')
  await choose(pty, 'See whether it helped')
  await pty.waitFor(/✗+/)
  // What the verdict tells to do, done by hand: this nginx belongs to no unit.
  process.kill(Number(readFileSync(lab.path('nginx/nginx.pid'), 'utf8')), 'SIGHUP')
  await pty.waitFor('It answers well again', 40_000)
  expectWellDrawn(pty)
  expect(home.events('verify.ended')).toMatchObject([{ result: 'recovered' }])
  expect(home.events('verify.ended')[0]?.wellSince).toMatch(/Z$/)
  const left = await leave(pty)
  expect(left.exit).toBe(0)
})

it('a look that hangs is given up with Esc, and the way goes on', { timeout: 90_000 }, async () => {
  lab = new Lab()
  const [site, app] = [await freePort(), await freePort()]
  await lab.app('shop', MUTE, app, { PORT: String(app) })
  await lab.nginx({
    port: site,
    http: `server { listen 127.0.0.1:${site}; location / { proxy_pass http://127.0.0.1:${app}; } }`,
  })
  const { pty, home } = open([`http://127.0.0.1:${site}/`])
  let shown = await nextStep(pty, '')
  while (!(shown.includes('curl') && shown.includes('❯ Run it'))) {
    await enter(pty)
    shown = await nextStep(pty, shown)
  }
  pty.type(KEYS.enter)
  await pty.waitFor(/[12] s of at most/)
  // Keys are answered meanwhile.
  pty.type('m')
  await pty.waitFor('The way so far')
  pty.type(KEYS.escape)
  await pty.waitGone('The way so far')
  const began = performance.now()
  pty.type(KEYS.escape)
  await pty.waitFor('Stopped')
  expect(performance.now() - began).toBeLessThan(3000)
  await pty.waitFor('❯ Run it')
  await choose(pty, 'Skip')
  expect(home.session().here).not.toBeNull()
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  expectGivenBack(await pty.left())
})

it('a command that waits for input gets none, and keys stay ours', async () => {
  lab = new Lab()
  const [site, app] = [await freePort(), await freePort()]
  await lab.nginx({
    port: site,
    http: `server { listen 127.0.0.1:${site}; location / { proxy_pass http://127.0.0.1:${app}; } }`,
  })
  const { pty, home } = open([`http://127.0.0.1:${site}/`])
  let shown = await nextStep(pty, '')
  while (!shown.includes('Edit it first')) {
    expect(shown).not.toContain(AT_END)
    await enter(pty)
    shown = await nextStep(pty, shown)
  }
  await choose(pty, 'Edit it first')
  const before = home.events('probe.finished').length
  pty.type(`${KEYS.ctrlU}wc -l${KEYS.enter}`)
  await pty.until(() => home.events('probe.finished')[before], 'it ended at once', 5000)
  expect(home.events('probe.finished')[before]?.capture).toMatchObject({ exit: 0, out: '0\n' })
  await pty.waitFor(/❯ (Go on|Run it)/)
  pty.type(`nstill mine${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['still mine'])
})

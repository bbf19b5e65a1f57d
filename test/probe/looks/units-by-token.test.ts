import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { loadLook } from '../../../src/probe/looks/load.ts'
import { memoryLook } from '../../../src/probe/looks/memory.ts'
import { unitsByTokenLook } from '../../../src/probe/looks/units-by-token.ts'
import { unitsNaming } from '../../../src/probe/looks/units-naming.ts'
import type { RunResult } from '../../../src/probe/run.ts'
import { loadReader } from '../../../src/reading/machine/load.ts'
import { memoryReader } from '../../../src/reading/machine/memory.ts'
import { unitsByTokenReader } from '../../../src/reading/systemd/units-by-token.ts'
import { context } from '../../reading/systemd/support.ts'
import { captured, folder, tools } from './support.ts'

const file = (name: string) => readFileSync(new URL(`../../fixtures/systemd/${name}`, import.meta.url), 'utf8')
const RAN: RunResult = {
  ...{ exit: 0, signal: null, out: '', err: '', ms: 1, startedAt: new Date(), cut: false, timedOut: false },
  ...{ cancelled: false, missing: false },
}

/** systemd 252 as it was recorded, with the units of test/real/systemd-units.ts. */
function recorded(over: Partial<Record<'files' | 'units' | 'show' | 'journal', Partial<RunResult>>> = {}) {
  const asked: string[][] = []
  const run = async (argv: string[]): Promise<RunResult> => {
    asked.push(argv)
    if (argv.includes('list-unit-files')) return { ...RAN, out: file('list-unit-files.txt'), ...over.files }
    if (argv.includes('list-units')) return { ...RAN, out: file('list-units.txt'), ...over.units }
    if (argv.includes('show')) return { ...RAN, out: file('show-all.txt'), ...over.show }
    const unit = argv[argv.indexOf('-u') + 1] ?? ''
    const known = ['shop-plain.service', 'shop-own-words.service', 'shop-user.service'].includes(unit)
    return { ...RAN, out: known ? file(`journal-${unit.replace('.service', '')}.jsonl`) : '', ...over.journal }
  }
  return { run, asked }
}

/** A root folder that holds the environment file which the recorded unit names. */
function root(): string {
  const path = folder('units-')
  mkdirSync(join(path, 'etc/shop'), { recursive: true })
  writeFileSync(
    join(path, 'etc/shop/stopped.env'),
    '# the shop\nPORT="3005"\nDATABASE_URL=postgres://shop:s3cret@db/shop\n',
  )
  return path
}

async function look(wanted: { port?: number; socket?: string }, from = recorded(), where = root()) {
  const given = tools({ run: from.run, now: () => new Date('2026-11-21T05:02:00Z') })
  const outcome = await unitsNaming({ port: 0, socket: '', ...wanted }, given, () => false, new Beneath(where))
  return { outcome, ...unitsByTokenReader.read(captured(outcome), context()) }
}

describe.skipIf(process.platform !== 'linux')('the unit that names an address', () => {
  it.each([
    [{ port: 3001 }, 'shop-module.service', 'failed', 'PORT=3001', 'environment'],
    [{ port: 3002 }, 'shop-variable.service', 'failed', '--port 3002', 'command'],
    [{ port: 3003 }, 'shop-exec.service', 'failed', '--listen :3003', 'command'],
    [{ port: 3005 }, 'shop-stopped.service', 'inactive', 'PORT=3005', 'file'],
    [{ port: 3006 }, 'shop-by-socket.socket', 'inactive', 'ListenStream=3006', 'listen'],
    [{ socket: '/run/shop.sock' }, 'shop-by-socket.socket', 'inactive', 'ListenStream=/run/shop.sock', 'listen'],
    [{ port: 3007 }, 'shop@3007.service', 'failed', 'shop@3007.service', 'instance'],
    [{ port: 3000 }, 'shop-plain.service', 'inactive', 'listening on 3000', 'journal'],
  ])('%o', async (wanted, unit, active, token, where) => {
    const { value } = await look(wanted)
    expect(value.units).toMatchObject([{ unit, active, token, where, user: false }])
    expect(value.units).toHaveLength(1)
  })

  it('a unit in a crash loop, whatever it is at the moment', async () => {
    const show = file('show-all.txt')
    for (const state of ['activating', 'active']) {
      const block = show.split('\n\n').find((each) => each.includes('Id=shop-loop.service')) ?? ''
      const now = block.replace(/^ActiveState=.*$/m, `ActiveState=${state}`)
      const { value } = await look({ port: 3004 }, recorded({ show: { out: show.replace(block, now) } }))
      expect(value.units).toMatchObject([{ unit: 'shop-loop.service', active: state, token: 'PORT=3004' }])
    }
  })

  it('a unit that is simply up is not looked for', async () => {
    const show = file('show-all.txt').replaceAll(
      /^ActiveEnterTimestamp=.*$/gm,
      'ActiveEnterTimestamp=Fri 2026-11-20 01:00:00 UTC',
    )
    // shop-busy failed for the same port; shop-well has it.
    const { value } = await look({ port: 3009 }, recorded({ show: { out: show } }))
    expect(value.units.map((each) => each.unit)).toEqual(['shop-busy.service'])
  })

  it('the failed ones stand first', async () => {
    const { value } = await look({ port: 3009 })
    expect(value.units.map((each) => each.active)).toEqual(['failed', 'active'])
  })

  it('tells no other value of an environment', async () => {
    for (const port of [3001, 3005]) {
      const { outcome } = await look({ port })
      expect(outcome.out).not.toMatch(/s3cret|postgres|production/)
    }
  })

  it('asks for all units at once, and for ten journals at most, only where nothing else names the address', async () => {
    const named = recorded()
    await look({ port: 3001 }, named)
    expect(named.asked.map((argv) => argv[0])).toEqual(['systemctl', 'systemctl', 'systemctl'])
    expect(named.asked.flat().filter((word) => word.startsWith('-') && word.endsWith('.service'))).toEqual([])
    const silent = recorded()
    await look({ port: 3999 }, silent)
    const journals = silent.asked.filter((argv) => argv[0] === 'journalctl')
    expect(journals.length).toBeGreaterThan(0)
    expect(journals.length).toBeLessThanOrEqual(10)
  })
})

describe.skipIf(process.platform !== 'linux')('what keeps nothing from being a proof', () => {
  it('a failed unit of which nobody knows where it should listen', async () => {
    const { value, dark } = await look({ port: 3999 })
    expect(value).toEqual({ complete: false, units: [] })
    expect(dark[0]?.says).toContain('shop-own-words.service')
  })

  it('an environment file that is too large, or a pattern', async () => {
    const where = root()
    writeFileSync(join(where, 'etc/shop/stopped.env'), 'x'.repeat(300_000))
    const { outcome, dark } = await look({ port: 3005 }, recorded(), where)
    expect(outcome).toMatchObject({ outcome: 'ok', why: 'no-permission' })
    expect(dark.map((each) => each.says)).toContain('/etc/shop/stopped.env could not be read')
  })

  it.each([
    [
      'no systemctl',
      { exit: null, missing: true },
      'missing-tool',
      'systemctl is not here: systemd does not run this machine',
    ],
    [
      'no bus',
      { exit: 1, err: 'Failed to connect to bus: No such file or directory' },
      'missing-tool',
      'systemd does not run here, or its bus does not answer',
    ],
    ['no answer', { exit: null, timedOut: true }, 'timed-out', 'systemctl did not answer in time'],
    ['a failure', { exit: 1, err: 'who knows' }, 'not-understood', 'systemctl ended with status 1'],
  ])('%s: blind', async (_, ran, why, says) => {
    for (const step of ['files', 'units', 'show'] as const) {
      const { outcome, value } = await look({ port: 3001 }, recorded({ [step]: { out: '', ...ran } }))
      expect(outcome).toMatchObject({ outcome: 'blind', why, says })
      expect(value.complete).toBe(false)
    }
  })

  it('output that was cut', async () => {
    expect((await look({ port: 3999 }, recorded({ show: { cut: true } }))).value.complete).toBe(false)
  })

  it('names that are no units are not handed on', async () => {
    const from = recorded({
      files: {
        out: '--now.service enabled\n$(x).service enabled\nok.service enabled\napp@.service enabled\nx.timer enabled\n',
      },
      units: { out: '' },
    })
    await look({ port: 3001 }, from)
    expect(from.asked[2]?.slice(from.asked[2].indexOf('--') + 1)).toEqual(['ok.service'])
  })

  it('neither a port nor a socket', async () => {
    for (const args of [{}, { port: 0 }, { port: 70_000 }, { socket: 'run/x' }, { port: 'x', socket: 3 }]) {
      expect(await unitsByTokenLook(args, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    }
  })
})

describe.skipIf(process.platform !== 'linux')('the machine', () => {
  it('its memory', async () => {
    const outcome = await memoryLook({}, tools())
    const { value } = memoryReader.read(captured(outcome), context())
    expect(value.complete).toBe(true)
    expect(value.available_kb > 0n && value.available_kb <= value.total_kb).toBe(true)
  })

  it('its load', async () => {
    const outcome = await loadLook({}, tools())
    const { value } = loadReader.read(captured(outcome), context())
    expect(value).toMatchObject({ complete: true })
    expect(value.cores).toBeGreaterThan(0n)
  })
})

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { lastListened } from '../../../src/probe/looks/unit-journal.ts'
import { candidatesOf, isCandidate } from '../../../src/probe/looks/unit-tokens.ts'
import { type Manager, timed, unitNames, unitProperties } from '../../../src/probe/looks/units.ts'
import type { RunResult } from '../../../src/probe/run.ts'
import { parseProperties, property } from '../../../src/reading/systemd/properties.ts'
import { folder, tools } from './support.ts'

/** What systemd 252 wrote; see test/fixtures/systemd/README.md. */
const file = (name: string) => readFileSync(new URL(`../../fixtures/systemd/${name}`, import.meta.url), 'utf8')
const RAN: RunResult = {
  ...{ exit: 0, signal: null, out: '', err: '', ms: 1, startedAt: new Date(), cut: false, timedOut: false },
  ...{ cancelled: false, missing: false },
}
const SYSTEM: Manager = { user: false, flags: [] }
const OWN: Manager = { user: true, flags: ['--user'] }
const NOW = new Date('2026-11-21T05:02:00Z')

/** Answers each command with the first text whose word it holds, and remembers what was asked. */
function fake(answers: Record<string, string | Partial<RunResult>>) {
  const asked: string[][] = []
  const run = async (argv: string[]): Promise<RunResult> => {
    asked.push(argv)
    const answer = Object.entries(answers).find(([word]) => argv.includes(word))?.[1] ?? ''
    return { ...RAN, ...(typeof answer === 'string' ? { out: answer } : answer) }
  }
  return { run, asked }
}

const names = async (files: string, units: string, manager = SYSTEM) => {
  const { run, asked } = fake({ 'list-unit-files': files, 'list-units': units })
  const answer = await unitNames(run, manager)
  return { names: answer.ok ? answer.value : [], asked, answer }
}

describe('the names of units', () => {
  it('are those with a file and those that are loaded, each once', async () => {
    const { names: found } = await names(
      'nginx.service enabled enabled\nshop.service disabled enabled\nshop.socket static -\n',
      'nginx.service loaded active running A high performance web server\nrun-1.service loaded active running x\n',
    )
    expect(found.toSorted()).toEqual(['nginx.service', 'run-1.service', 'shop.service', 'shop.socket'])
  })

  it.each([
    ['a template', 'shop@.service disabled enabled', ''],
    ['an alias of another', 'dbus.service alias -', ''],
    ['one that is only wanted by others', '', 'auditd.service not-found inactive dead auditd.service'],
    ['another type', 'shop.timer enabled enabled', 'shop.mount loaded active mounted x'],
    ['a name that is none', '$(reboot).service enabled', '../x.service loaded active running x'],
    ['an option', '--force.service enabled', '-H.service loaded active running x'],
    ['empty lines', '\n\n', ' \n'],
    ['a legend', 'UNIT FILE STATE PRESET', '3 loaded units listed.'],
  ])('%s is not among them', async (_, files, units) => {
    expect((await names(files, units)).names).toEqual([])
  })

  it('of a real system: every one can be handed on', async () => {
    const { names: found } = await names(file('list-unit-files.txt'), file('list-units.txt'))
    expect(found.length).toBeGreaterThan(20)
    expect(found).toContain('shop@3007.service')
    expect(found.filter((name) => !/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*\.(service|socket)$/.test(name))).toEqual([])
  })

  it('are asked of the manager given, without a pager, a legend or colours', async () => {
    const { asked } = await names('', '', OWN)
    for (const argv of asked)
      expect(argv.slice(0, 5)).toEqual(['systemctl', '--user', '--no-pager', '--no-legend', '--plain'])
  })

  it('are at most two thousand, and then it says that there are more', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => `u${i}.service enabled`).join('\n')
    const { names: found, answer } = await names(rows, '')
    expect(found).toHaveLength(2000)
    expect(answer).toMatchObject({ cut: true })
    expect((await names('a.service enabled', '')).answer).toMatchObject({ cut: false })
  })
})

describe('the properties of units', () => {
  it('are asked in portions, names behind the end of options', async () => {
    const { run, asked } = fake({ show: file('show-all.txt') })
    const many = Array.from({ length: 450 }, (_, i) => `u${i}.service`)
    const answer = await unitProperties(run, SYSTEM, many)
    expect(asked.map((argv) => argv.length - argv.indexOf('--') - 1)).toEqual([200, 200, 50])
    expect(asked.every((argv) => argv.indexOf('-p') < argv.indexOf('--'))).toBe(true)
    expect(answer.ok && answer.value.length > 10).toBe(true)
  })

  it('of none are none, and nobody is asked', async () => {
    const { run, asked } = fake({})
    expect(await unitProperties(run, SYSTEM, [])).toEqual({ ok: true, value: [], cut: false })
    expect(asked).toEqual([])
  })

  it('fail as a whole when one portion fails', async () => {
    const { run } = fake({ show: { exit: 1, err: 'Connection reset' } })
    expect(await unitProperties(run, SYSTEM, ['a.service'])).toMatchObject({
      ok: false,
      says: 'systemctl ended with status 1',
    })
  })

  it.each([
    ["System has not been booted with systemd as init system (PID 1). Can't operate.", true],
    ['Failed to connect to bus: Host is down', true],
    ['Failed to connect to system scope bus via local transport: No such file or directory', true],
    ['Failed to connect to user scope bus via local transport: $DBUS_SESSION_BUS_ADDRESS not defined', true],
    ['Unit x.service could not be found.', false],
    ['', false],
  ])('%j: no systemd here is %s', async (err, missing) => {
    const { run } = fake({ show: { exit: 1, err } })
    expect(await unitProperties(run, SYSTEM, ['a.service'])).toMatchObject({ ok: false, missing })
  })

  it('programs get what is left of the look’s time', async () => {
    const limits: number[] = []
    const run = timed(
      tools({
        timeoutMs: 1000,
        run: async (_, timeoutMs) => {
          limits.push(timeoutMs)
          return RAN
        },
      }),
    )
    await run(['a'])
    expect(limits[0]).toBeGreaterThan(500)
    expect(limits[0]).toBeLessThanOrEqual(900)
  })
})

describe('which units may be the dead application', () => {
  const unit = (lines: string) => parseProperties(`Id=shop.service\nLoadState=loaded\n${lines}\n`)[0] ?? new Map()

  it.each([
    ['failed', 'ActiveState=failed', true],
    ['inactive', 'ActiveState=inactive', true],
    ['starting', 'ActiveState=activating', true],
    ['stopping', 'ActiveState=deactivating', true],
    ['up for long', 'ActiveState=active\nNRestarts=0\nActiveEnterTimestamp=Sat 2026-11-21 01:00:00 UTC', false],
    [
      'up, and restarted before',
      'ActiveState=active\nNRestarts=2\nActiveEnterTimestamp=Sat 2026-11-21 01:00:00 UTC',
      true,
    ],
    ['up for ten seconds', 'ActiveState=active\nNRestarts=0\nActiveEnterTimestamp=Sat 2026-11-21 05:01:50 UTC', true],
    ['up for a minute', 'ActiveState=active\nNRestarts=0\nActiveEnterTimestamp=Sat 2026-11-21 05:01:00 UTC', false],
    ['up since we do not know', 'ActiveState=active\nNRestarts=0\nActiveEnterTimestamp=', false],
  ])('%s', (_, lines, may) => {
    expect(isCandidate(unit(lines), NOW)).toBe(may)
  })

  it.each([
    ['bad-setting', true],
    ['error', true],
    ['masked', true],
    ['not-found', false],
    ['', false],
  ])('a unit that is %j', (load, may) => {
    const [properties] = parseProperties(`Id=shop.service\nLoadState=${load}\nActiveState=failed\n`)
    expect(isCandidate(properties ?? new Map(), NOW)).toBe(may)
  })

  it('a socket always', () => {
    const [properties] = parseProperties('Id=shop.socket\nLoadState=loaded\nActiveState=active\n')
    expect(isCandidate(properties ?? new Map(), NOW)).toBe(true)
  })

  it.each([
    ['failed', 'shop.service', 'ActiveState=failed', 0, true, true],
    ['starting again', 'shop.service', 'ActiveState=activating', 1, true, true],
    ['between two restarts', 'shop.service', 'ActiveState=active\nNRestarts=3', 1, true, true],
    [
      'that ran once',
      'shop.service',
      'ActiveState=inactive\nInactiveEnterTimestamp=Sat 2026-11-21 01:00:00 UTC',
      2,
      false,
      true,
    ],
    ['a socket', 'shop.socket', 'ActiveState=active', 3, false, false],
    [
      'an admin’s own that never ran',
      'shop.service',
      'ActiveState=inactive\nFragmentPath=/etc/systemd/system/shop.service',
      4,
      false,
      true,
    ],
    [
      'a package’s that never ran',
      'shop.service',
      'ActiveState=inactive\nFragmentPath=/lib/systemd/system/shop.service',
      5,
      false,
      false,
    ],
    ['systemd’s own that failed', 'systemd-x.service', 'ActiveState=failed', 5, false, false],
    ['a oneshot that failed', 'job.service', 'ActiveState=failed\nType=oneshot', 5, false, false],
  ])('%s: its rank', async (_, id, lines, rank, down, mayServe) => {
    const properties = parseProperties(`Id=${id}\nLoadState=loaded\n${lines}\n`)
    const [candidate] = await candidatesOf(properties, new Beneath(folder()), new Set(), () => false)
    expect(candidate).toMatchObject({ unit: id, rank, down, mayServe })
  })

  it('there is no time for more: those that were looked at', async () => {
    const all = parseProperties(file('show-all.txt'))
    expect(await candidatesOf(all, new Beneath(folder()), new Set(), () => true)).toEqual([])
  })

  it.each([
    ['usr/lib/systemd/system/shop.service', 'ExecStart=/usr/bin/node server.js --port 3000', 'command'],
    ['lib/systemd/system/shop.service', '[Service]\nEnvironment="A=b c" PORT=3000', 'environment'],
    ['usr/local/lib/systemd/system/shop.service', '[Socket]\nListenStream=127.0.0.1:3000', 'listen'],
  ])('a masked unit names what the file beneath the mask names: %s', async (path, text, where) => {
    const root = folder()
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
    const properties = parseProperties('Id=shop.service\nLoadState=masked\nActiveState=inactive\n')
    const [candidate] = await candidatesOf(properties, new Beneath(root), new Set(), () => false)
    const found = candidate?.tokens.find((token) => token.names({ port: 3000, socket: '' }))
    expect(found?.where).toBe(where)
    const [none] = await candidatesOf(properties, new Beneath(folder()), new Set(), () => false)
    expect(none?.tokens).toEqual([])
  })

  it('a pattern of environment files is told as unread, a missing file is not', async () => {
    const unread = new Set<string>()
    const [properties] = parseProperties(
      'Id=a.service\nEnvironmentFiles=/etc/a/*.env (ignore_errors=no)\nEnvironmentFiles=/etc/none (ignore_errors=yes)\n',
    )
    await candidatesOf([properties ?? new Map()], new Beneath(folder()), unread, () => false)
    expect([...unread]).toEqual(['/etc/a/*.env'])
  })
})

describe('where a unit’s journal says that it listened', () => {
  const listened = (out: string, more: Partial<RunResult> = {}) => {
    const { run, asked } = fake({ journalctl: { out, ...more } })
    return lastListened(run, SYSTEM, 'shop-plain.service', NOW).then((token) => ({ token, asked }))
  }

  it('is found in a real one, by port', async () => {
    const { token, asked } = await listened(file('journal-shop-plain.jsonl'))
    expect(token).toMatchObject({ token: 'listening on 3000', where: 'journal' })
    expect(token?.names({ port: 3000, socket: '' })).toBe(true)
    expect(token?.names({ port: 3001, socket: '' })).toBe(false)
    expect(asked[0]?.slice(0, 3)).toEqual(['journalctl', '-u', 'shop-plain.service'])
  })

  it.each([
    ['an empty journal', '', {}],
    ['a journal in its own words', file('journal-shop-own-words.jsonl'), {}],
    ['one that cannot be read', file('journal-shop-plain.jsonl'), { exit: 1 }],
    ['one that did not answer', '', { exit: null, timedOut: true }],
    ['what is no JSON', 'No journal files were found.\n-- No entries --\n', {}],
  ])('is not in %s', async (_, out, more) => {
    expect((await listened(out, more)).token).toBeUndefined()
  })

  it('of a real system, no property is taken for another unit’s', () => {
    const ids = parseProperties(file('show-all.txt')).map((each) => property(each, 'Id'))
    expect(new Set(ids).size).toBe(ids.length)
  })
})

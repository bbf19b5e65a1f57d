import { describe, expect, it } from 'vitest'
import { CRASH } from './faults.ts'
import { clock } from './http.ts'
import { blind, path } from './looks.ts'
import { exited, journal, started, unitSettings } from './text.ts'
import { diagnose, type World } from './world.ts'

/** The unit failed; the service manager or the application said this just before. */
const said = (says: string, manager = false, how?: string) =>
  journal([started(clock(-31)), { at: clock(-30), says, manager }, ...exited(clock(-30), how)])

const verdict = async (log: World['journal'], parts: Partial<World> = {}) =>
  (await diagnose({ ...CRASH, journal: log, ...parts })).verdict

describe('a unit that systemd itself cannot start', () => {
  const by = (words: string, settings: World['settings'] = unitSettings()) =>
    verdict(said(`shop.service: ${words}`, true), { settings })

  it('its user does not exist', async () => {
    const told = await by('Failed to determine user credentials: No such process', unitSettings({ User: 'shopkeeper' }))
    expect(told).toMatchObject({ id: 'start/no-user', cause: 'crash-on-start', confidence: 'confirmed' })
    expect(told?.says).toContain('(shopkeeper) does not exist')
  })

  it('its folder is not there', async () => {
    const told = await by(
      'Changing to the requested working directory failed: No such file or directory',
      unitSettings({ WorkingDirectory: '!/srv/shop-v2' }),
    )
    expect(told).toMatchObject({ id: 'start/no-folder', confidence: 'confirmed' })
    expect(told?.says).toContain('cannot start: /srv/shop-v2, the folder')
  })

  const START = unitSettings({ ExecStart: '{ path=/srv/shop/start ; argv[]=/srv/shop/start --key s3cret ; }' })

  it.each([
    ['not there', 'start/no-program', 'Failed to locate executable /srv/shop/start: No such file or directory'],
    [
      'not there, older words',
      'start/no-program',
      'Failed at step EXEC spawning /srv/shop/start: No such file or directory',
    ],
    ['closed', 'start/not-executable', 'Failed to locate executable /srv/shop/start: Permission denied'],
    ['closed, older words', 'start/not-executable', 'Failed at step EXEC spawning /srv/shop/start: Permission denied'],
    ['no program', 'start/not-executable', 'Failed at step EXEC spawning /srv/shop/start: Exec format error'],
  ])('its program is %s', async (_, id, words) => {
    const told = await by(words, START)
    expect(told).toMatchObject({ id, cause: 'crash-on-start', confidence: 'confirmed' })
    expect(told?.says).toContain('/srv/shop/start')
    expect(told?.says).not.toContain('s3cret')
  })

  const SHOP = [
    { path: '/', mode: 0o755 },
    { path: '/srv', mode: 0o755 },
    { path: '/srv/shop', mode: 0o755 },
  ]

  it.each([
    ['is not there', 'start/no-program', path(SHOP, '/srv/shop/start')],
    [
      'may not be executed',
      'start/not-executable',
      path([...SHOP, { path: '/srv/shop/start', kind: 'file', mode: 0o644 }]),
    ],
    [
      'names no reason',
      'systemd/crash-on-start',
      path([...SHOP, { path: '/srv/shop/start', kind: 'file', mode: 0o755 }]),
    ],
    ['cannot be looked at', 'systemd/crash-on-start', blind('no-permission')],
  ])('only its status is known, and the file %s', async (_, id, file) => {
    const log = journal([started(clock(-31)), ...exited(clock(-30), 'code=exited, status=203/EXEC')])
    expect((await verdict(log, { settings: START, path: file }))?.id).toBe(id)
  })

  it('its file of settings is not there', async () => {
    const told = await by(
      'Failed to load environment files: No such file or directory',
      unitSettings({ EnvironmentFiles: '/etc/shop/shop.env (ignore_errors=no)' }),
    )
    expect(told).toMatchObject({ id: 'start/no-environment-file', confidence: 'confirmed' })
    expect(told?.says).toContain('cannot start: /etc/shop/shop.env')
  })

  it('its output has nowhere to go, whoever it is closed to', async () => {
    for (const why of ['No such file or directory', 'Permission denied']) {
      const told = await by(`Failed at step STDOUT spawning /usr/bin/node: ${why}`)
      expect(told).toMatchObject({ id: 'start/no-output', confidence: 'confirmed' })
    }
  })

  it('another step failed: its words are told, and nothing is made of them', async () => {
    const told = await by('Failed at step NAMESPACE spawning /usr/bin/node: No such file or directory')
    expect(told).toMatchObject({ id: 'systemd/crash-on-start', confidence: 'confirmed' })
    expect(told?.says).toContain('step NAMESPACE')
  })

  it('what its file asks for cannot be seen: the sentence has fewer words, and is no less sure', async () => {
    const told = await by('Failed to determine user credentials: No such process', blind('no-permission'))
    expect(told).toMatchObject({ id: 'start/no-user', confidence: 'confirmed' })
    expect(told?.says).toContain('(its user) does not exist')
  })
})

describe('an application that ends at once', () => {
  it.each([
    ['start/no-module', "Error: Cannot find module 'express'"],
    ['start/no-module', "ModuleNotFoundError: No module named 'flask'"],
    ['start/no-variable', 'Error: DATABASE_URL is not set'],
    ['start/no-variable', "KeyError: 'DATABASE_URL'"],
    ['start/syntax-error', 'SyntaxError: missing ) after argument list'],
    ['start/denied', "Error: EACCES: permission denied, open '/var/log/shop/app.log'"],
    ['start/denied', "PermissionError: [Errno 13] Permission denied: '/var/log/shop/app.log'"],
    ['systemd/crash-on-start', 'Error: no configuration found in /etc/shop'],
  ])('%s: %s', async (id, words) => {
    const told = await verdict(said(words))
    expect(told).toMatchObject({ id, cause: 'crash-on-start', confidence: 'confirmed', place: 'app' })
    expect(told?.says).toContain(words)
  })

  it('a file is closed to the user that the unit names', async () => {
    const words = said("Error: EACCES: permission denied, open '/var/log/shop/app.log'")
    expect((await verdict(words))?.says).toMatch(/^shop\.service does not start: shop may not use a file/)
    const asRoot = unitSettings({ User: '' })
    expect((await verdict(words, { settings: asRoot }))?.says).toMatch(/^shop\.service does not start: root may not/)
  })
})

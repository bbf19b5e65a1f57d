import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemdManagerReader } from '../../../src/reading/systemd/manager.ts'
import { unitSettingsReader } from '../../../src/reading/systemd/settings.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, printed } from './support.ts'

const SHOWN = `User=shop
Group=
WorkingDirectory=!/srv/shop
EnvironmentFiles=/etc/shop/shop.env (ignore_errors=no)
EnvironmentFiles=/etc/shop/local.env (ignore_errors=yes)
ExecStart={ path=/srv/shop/start ; argv[]=/srv/shop/start --key s3cret ; ignore_errors=no ; start_time=[n/a] ; pid=0 }
Id=shop.service
LoadState=loaded
FragmentPath=/etc/systemd/system/shop.service
NeedDaemonReload=yes
Triggers=
TriggeredBy=shop.socket
`

const read = (out: string, more = {}) => unitSettingsReader.read(printed('systemctl show shop', out, more), context())

describe('what a unit file asks for', () => {
  it('in full', () => {
    expect(read(SHOWN).value).toEqual({
      complete: true,
      found: true,
      unit: 'shop.service',
      user: 'shop',
      group: '',
      folder: '/srv/shop',
      program: '/srv/shop/start',
      environment_files: ['/etc/shop/shop.env', '/etc/shop/local.env'],
      file: '/etc/systemd/system/shop.service',
      reload_needed: true,
      starts: [],
      started_by: ['shop.socket'],
    })
  })

  it('of what it prints no argument and no other line is kept, and it is read the same', () => {
    const kept = unitSettingsReader.keep?.(`${SHOWN}Environment=KEY=s3cret\n`)
    expect(kept?.out).not.toContain('s3cret')
    expect(kept?.leftOut).toBe('arguments, and 1 lines')
    expect(read(kept?.out ?? '').value).toEqual(read(SHOWN).value)
    expect(unitSettingsReader.keep?.(kept?.out ?? '').out).toBe(kept?.out)
  })

  it('a socket unit starts a service', () => {
    const { value } = read('Id=shop.socket\nLoadState=loaded\nTriggers=shop.service other@1.service\n')
    expect(value).toMatchObject({ program: '', user: '', starts: ['shop.service', 'other@1.service'] })
  })

  it.each([
    ['Id=nosuch.service\nLoadState=not-found\n', {}, true, false],
    ['', {}, false, false],
    [SHOWN, { cut: true }, false, true],
    [SHOWN, { timedOut: true }, false, true],
    [SHOWN, { exit: 1 }, false, true],
  ])('%j %j', (out, more, complete, found) => {
    expect(read(out, more).value).toMatchObject({ complete, found })
  })

  it('anything is read without a throw', () => {
    fc.assert(
      fc.property(fc.string(), (out) => {
        const { value } = read(`Id=${out}\nLoadState=loaded\nExecStart=${out}\nTriggers=${out}\n${out}`)
        expect(typeof value.program).toBe('string')
        expect(unitSettingsReader.keep?.(out).out.length ?? 0).toBeLessThanOrEqual(
          out.length + 40 * out.split('\n').length,
        )
      }),
    )
  })
})

describe('when the service manager came up', () => {
  const at = (out: string, more = {}) =>
    systemdManagerReader.read(printed('systemctl show -p UserspaceTimestamp', out, more), context()).value

  it('in seconds since 1970, and in words', () => {
    const booted = new Date('2026-11-21T06:59:30Z')
    expect(at('UserspaceTimestamp=@1795244370\n')).toEqual({ complete: true, booted })
    expect(at('UserspaceTimestamp=Sat 2026-11-21 06:59:30 UTC\n')).toEqual({ complete: true, booted })
  })

  it.each([
    ['', {}],
    ['UserspaceTimestamp=\n', {}],
    ['UserspaceTimestamp=Sat 2026-11-21 06:59:30 IST\n', {}],
    ['UserspaceTimestamp=@1795244370\n', { exit: 1 }],
    ['UserspaceTimestamp=@1795244370\n', { cut: true }],
  ])('is not known from %j %j', (out, more) => {
    expect(at(out, more).complete).toBe(false)
  })

  it('never is no boot', () => {
    expect(at('UserspaceTimestamp=n/a\n').booted).toEqual(NEVER)
  })
})

import { describe, expect, it } from 'vitest'
import { unitsByTokenReader } from '../../../src/reading/systemd/units-by-token.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, looked } from './support.ts'

const UNIT = {
  ...{ unit: 'shop.service', user: false, active: 'failed', sub: 'failed', result: 'exit-code', file_state: 'enabled' },
  ...{ main_pid: 0, named: 'PORT=3000', where: 'environment' },
}
const read = (findings: JsonObject, more = {}) => unitsByTokenReader.read(looked(findings, more), context())

describe('units that name a port', () => {
  it('one', () => {
    const { value, lines } = read({ units: [UNIT], looked: 107, unexplained: [], unread: [], gaps: [] })
    const { named, ...rest } = UNIT
    expect(value).toEqual({ complete: true, units: [{ ...rest, stem: 'shop', main_pid: 0n, token: named }] })
    expect(lines).toEqual(['shop.service (failed, failed): PORT=3000'])
  })

  it('none, and what keeps that from being a proof', () => {
    const none = { units: [], looked: 107, unexplained: [], unread: [], gaps: [] }
    expect(read(none).value).toEqual({ complete: true, units: [] })
    expect(read({ ...none, unexplained: ['x.service'] }).value.complete).toBe(false)
    expect(read({ ...none, unread: ['/etc/shop.env'] }).dark[0]?.why).toBe('no-permission')
    expect(read({ ...none, gaps: ['units that deploy runs'] }).dark[0]?.why).toBe('no-vantage')
    expect(read(none, { timedOut: true }).dark[0]?.why).toBe('timed-out')
    expect(read(none, { cut: true }).dark[0]?.why).toBe('cut')
    expect(read({}).value.complete).toBe(false)
  })

  it('blind', () => {
    const says = 'systemctl is not here: systemd does not run this machine'
    const { value, dark } = read({}, { outcome: 'blind', why: 'missing-tool', says })
    expect(value).toEqual({ complete: false, units: [] })
    expect(dark).toEqual([{ why: 'missing-tool', says }])
  })

  it('text that is no JSON', () => {
    const { value } = unitsByTokenReader.read({ ...looked({}), out: '{"units": [{"unit"' }, context())
    expect(value).toEqual({ complete: false, units: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { cloudRunService, NOT_LISTENING, railwayProject, renderService } from '../../documented/platforms/others.ts'
import { contextOf, HOSTILE, read } from './support.ts'

const told = (ready: boolean, message?: string) =>
  read('cloud-run-service', JSON.stringify(cloudRunService(ready, message))).value

describe('a service of Cloud Run', () => {
  it('is ready', () => {
    expect(told(true)).toMatchObject({
      complete: true,
      ready: true,
      message: '',
      latest: 'shop-00042-abc',
      serving: 'shop-00042-abc',
      port: 8080n,
      memory: '512Mi',
      timeout_seconds: 300n,
    })
  })

  it('is not, and says why', () => {
    expect(told(false, NOT_LISTENING)).toMatchObject({
      complete: true,
      ready: false,
      signature: 'cloudrun-not-listening',
      serving: 'shop-00041-xyz',
    })
    expect(told(false, 'something else')).toMatchObject({ signature: '', cause: '', message: 'something else' })
  })

  it('whatever comes', () => {
    for (const out of HOSTILE)
      expect(read('cloud-run-service', out).value).toMatchObject({ complete: false, ready: false })
    expect(read('cloud-run-service', '', { exit: 1, err: 'ERROR: Cannot find service [shop]' }).dark).toMatchObject([
      { why: 'wrong-account' },
    ])
  })
})

describe('lists of other platforms', () => {
  it('Railway: the services of all environments, by their domains', () => {
    const at = contextOf({ 'url.host': 'a.up.railway.app' })
    expect(read('railway-status', JSON.stringify(railwayProject('a.up.railway.app')), {}, at).value).toMatchObject({
      complete: true,
      found: true,
      app: 'web',
      region: 'production',
    })
    for (const out of HOSTILE) expect(read('railway-status', out).value.found).toBe(false)
  })

  it('Render: who suspended it', () => {
    const at = contextOf({ 'url.host': 'shop.onrender.com' })
    const suspended = (more: Record<string, string | string[]>) =>
      read('render-services', JSON.stringify([renderService(more)]), {}, at).value
    expect(suspended({})).toMatchObject({ found: true, app: 'srv-d0a1b2c3', name: 'shop', suspended: '' })
    expect(suspended({ suspended: 'suspended', suspenders: ['user', 'billing'] })).toMatchObject({
      suspended: 'user, billing',
    })
    expect(suspended({ suspended: 'suspended', suspenders: [] })).toMatchObject({ suspended: 'somebody' })
  })
})

import { describe, expect, it } from 'vitest'
import { candidatesReader } from '../../../src/reading/process/candidates.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, looked } from './support.ts'

const BOOT = Date.UTC(2026, 10, 21, 3, 0, 0)
const APP: JsonObject = {
  pid: 4242,
  comm: 'MainThread',
  exe: '/usr/bin/node',
  cwd: '/srv/shop',
  cmdline: ['node', '/srv/shop/server.js', '--token', 's3cr3t'],
  cgroup: '0::/system.slice/shop.service',
  start_ticks: 6000,
  address: '127.0.0.1',
  port: 3001,
  ties: ['folder shop'],
  status: 200,
}
const FOUND: JsonObject = {
  whole: true,
  unseen: [],
  elsewhere: [],
  clock: { now_ms: BOOT + 90_000, uptime_ms: 90_000, boot_s: BOOT / 1000 },
  own_cgroup: '0::/',
  apps: [APP],
}
const read = (raw: JsonObject) => candidatesReader.read(looked(raw), context())

describe('candidates', () => {
  it('are listed with what ties them to the site', () => {
    expect(read(FOUND).value).toEqual({
      complete: true,
      apps: [
        {
          pid: 4242n,
          program: 'node',
          address: '127.0.0.1',
          port: 3001n,
          unit: 'shop.service',
          command: 'node /srv/shop/server.js …',
          cwd: '/srv/shop',
          started: new Date(BOOT + 60_000),
          ties: ['folder shop'],
          status: 200n,
        },
      ],
      elsewhere: [],
    })
  })

  it('in other containers are not the application where the engine has told which one is', () => {
    const elsewhere = [{ pid: 7, container: 'e78828512994', address: '0.0.0.0' }]
    expect(read({ ...FOUND, elsewhere }).value.complete).toBe(false)
    const told = context({ 'container.name': 'shop-web-1' })
    expect(candidatesReader.read(looked({ ...FOUND, elsewhere }), told).value.complete).toBe(true)
    const nobody = [{ pid: 7, container: '', address: '0.0.0.0' }]
    expect(candidatesReader.read(looked({ ...FOUND, elsewhere: nobody }), told).value.complete).toBe(false)
  })

  it('are not all when some belong to other users', () => {
    const unseen = [
      { address: '127.0.0.1', port: 81, asked: false, status: 0 },
      { address: '127.0.0.1', port: 4000, asked: true, status: 200 },
      { address: '127.0.0.1', port: 4001, asked: true, status: 404 },
      { address: '127.0.0.1', port: 4002, asked: true, status: 0 },
    ]
    const { value, dark } = read({ ...FOUND, unseen })
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toBe('2 listening programs belong to other users and were not looked at')
  })

  it('are all when every hidden program was asked and none answers the path well', () => {
    const unseen = [{ address: '0.0.0.0', port: 2024, asked: true, status: 404 }]
    expect(read({ ...FOUND, unseen }).value.complete).toBe(true)
  })

  it('are not all while the port is served in a container', () => {
    const { value, dark } = read({ ...FOUND, elsewhere: [{ pid: 77, container: 'abc123', address: '0.0.0.0' }] })
    expect(value.complete).toBe(false)
    expect(dark).toEqual([
      {
        why: 'no-vantage',
        says: 'something listens on that port in container abc123: it may be the application, and cannot be judged from here',
      },
    ])
  })

  it('that could not be asked say why', () => {
    expect(read({ ...FOUND, unasked: 'they live elsewhere' }).dark).toEqual([
      { why: 'no-vantage', says: 'they live elsewhere' },
    ])
  })

  it('keep no arguments that may be secret, and read the same on what was kept', () => {
    const kept = candidatesReader.keep?.(JSON.stringify(FOUND))
    expect(kept?.out).not.toContain('s3cr3t')
    expect(candidatesReader.read({ ...looked({}), out: kept?.out ?? '' }, context())).toEqual(read(FOUND))
  })
})

import { describe, expect, it } from 'vitest'
import { containersReader } from '../../../src/reading/docker/containers.ts'
import { mountAround, mountsOf } from '../../../src/reading/docker/mounts.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { gateway, web } from '../../flows/inner-world.ts'
import { context, looked } from '../process/support.ts'

const SOCKET = '/run/shop/shop.sock'
const read = (containers: JsonObject[], socket = SOCKET) => {
  const facts = { 'proxy.container': 'shop-nginx-1', 'upstream.socket': socket, 'url.port': 80n }
  return containersReader.read(looked({ engine: 'answers', containers }), context(facts)).value
}

describe('what is mounted into a container', () => {
  it('is a volume or a folder of the machine; what lives in memory is nobody else’s', () => {
    const Mounts = [
      { Type: 'volume', Name: 'shop_run', Source: '/var/lib/docker/volumes/shop_run/_data', Destination: '/run/shop/' },
      { Type: 'bind', Source: '/srv/shop', Destination: '/srv' },
      { Type: 'tmpfs', Source: '', Destination: '/tmp' },
      { Type: 'bind', Source: '/x', Destination: 'relative' },
      { Type: 'bind', Destination: '/nowhere' },
      7,
    ]
    expect(mountsOf({ Mounts })).toEqual([
      { id: 'volume shop_run', shown: 'shop_run', at: '/run/shop' },
      { id: 'bind /srv/shop', shown: '/srv/shop', at: '/srv' },
    ])
    expect(mountsOf({})).toEqual([])
    expect(mountsOf({ Mounts: 'none' })).toEqual([])
  })

  it('around a path is the deepest, and never a neighbour of the same beginning', () => {
    const mounts = [
      { id: 'a', shown: 'a', at: '/run' },
      { id: 'b', shown: 'b', at: '/run/shop' },
      { id: 'c', shown: 'c', at: '/run/sho' },
    ]
    expect(mountAround(mounts, SOCKET)?.id).toBe('b')
    expect(mountAround(mounts, '/run/other.sock')?.id).toBe('a')
    expect(mountAround(mounts, '/srv/shop.sock')).toBeUndefined()
    expect(mountAround([{ id: 'root', shown: 'root', at: '' }], SOCKET)?.id).toBe('root')
  })
})

describe('who shares the folder of a socket', () => {
  it('is another container with the same volume, and the socket has another path there', () => {
    const app = web({ mounts: { shop_run: '/srv/run' } })
    const nginx = gateway({ mounts: { shop_run: '/run/shop' } })
    expect(read([app, nginx])).toMatchObject({
      socket_mount: 'shop_run',
      sharing: { name: 'shop-web-1' },
      socket_inside: '/srv/run/shop.sock',
    })
  })

  it('is one that runs before one that ended', () => {
    const old = web({ name: 'shop-web-0', status: 'exited', mounts: { '/srv/run': '/run/shop' } })
    const app = web({ mounts: { '/srv/run': '/run/shop' } })
    expect(read([old, app, gateway({ mounts: { '/srv/run': '/run/shop' } })]).sharing.name).toBe('shop-web-1')
  })

  it('is nobody where the gateway has nothing mounted there, or the others have something else', () => {
    const app = web({ mounts: { shop_run: '/run/shop' } })
    const none = { socket_mount: '', socket_inside: '', sharing: { found: false } }
    expect(read([app, gateway()])).toMatchObject(none)
    expect(read([app, gateway({ mounts: { shop_run: '/srv' } })])).toMatchObject(none)
    const other = read([app, gateway({ mounts: { nginx_run: '/run/shop' } })])
    expect(other).toMatchObject({ ...none, socket_mount: 'nginx_run' })
  })

  it('is not sought without a socket', () => {
    const app = web({ mounts: { shop_run: '/run/shop' } })
    expect(read([app, gateway({ mounts: { shop_run: '/run/shop' } })], '').socket_mount).toBe('')
  })
})

describe('what is kept of a container', () => {
  it('is where its mounts lead, and nothing of its environment', () => {
    const secret = { ...web({ mounts: { shop_run: '/run/shop', '/srv/shop': '/srv' } }), Env: ['KEY=s3cr3t'] }
    const { out } = containersReader.keep?.(JSON.stringify({ engine: 'answers', containers: [secret] })) ?? { out: '' }
    expect(out).toContain('"Destination":"/run/shop"')
    expect(out).toContain('"Source":"/srv/shop"')
    // A volume's own folder is the engine's business.
    expect(out).not.toContain('_data')
    expect(out).not.toContain('s3cr3t')
  })
})

describe('who has the machine’s own folder of a socket', () => {
  const here = (containers: JsonObject[], socket = SOCKET) =>
    containersReader.read(looked({ engine: 'answers', containers }), context({ 'upstream.socket': socket })).value
  const none = { socket_mount: '', socket_inside: '', sharing: { found: false } }

  it('is a container with that folder, or one above it, mounted', () => {
    expect(here([web({ mounts: { '/run/shop': '/srv/run' } })])).toMatchObject({
      socket_mount: '/run/shop',
      sharing: { name: 'shop-web-1' },
      socket_inside: '/srv/run/shop.sock',
    })
    expect(here([web({ mounts: { '/run/': '/hostrun' } })]).sharing.found).toBe(true)
  })

  it('is one that runs before one that ended', () => {
    const old = web({ name: 'shop-web-0', status: 'exited', mounts: { '/run/shop': '/run' } })
    expect(here([old, web({ mounts: { '/run/shop': '/run' } })]).sharing.name).toBe('shop-web-1')
    expect(here([old]).sharing).toMatchObject({ name: 'shop-web-0', state: 'exited' })
  })

  it('is nobody with a neighbour’s folder, a volume, or without a socket', () => {
    expect(here([web({ mounts: { '/run/shopping': '/run' } })])).toMatchObject(none)
    expect(here([web({ mounts: { shop_run: '/run/shop' } })])).toMatchObject(none)
    expect(here([web({ mounts: { '/run/shop': '/run' } })], '')).toMatchObject(none)
  })
})

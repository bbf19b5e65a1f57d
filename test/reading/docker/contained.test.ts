import { describe, expect, it } from 'vitest'
import { containersReader } from '../../../src/reading/docker/containers.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { box } from '../../flows/containers.ts'
import { gateway, NET, web } from '../../flows/inner-world.ts'
import { context, looked } from '../process/support.ts'

// The gateway runs in a container: names and addresses are those of its networks.

const FACTS: Record<string, Value> = {
  'proxy.container': 'shop-nginx-1',
  'upstream.host': '172.18.0.2',
  'upstream.port': 3000n,
  'config.named': ['web:3000'],
  'url.port': 80n,
}
const read = (containers: JsonObject[], facts: Record<string, Value> = {}) =>
  containersReader.read(looked({ engine: 'answers', containers }), context({ ...FACTS, ...facts })).value

const web2 = web({ name: 'shop-web-2', networks: { [NET]: ['172.18.0.7', 'web'] } })
const stranger = web({ name: 'shop-cache-1', service: 'cache', networks: { [NET]: ['172.18.0.2', 'cache'] } })
const stopped = web({ status: 'exited' })
const apart = web({ networks: { shop_back: ['172.20.0.2', 'web'] } })

describe('the container that the gateway’s container sends to', () => {
  it('is the one that has the address, in a network of both', () => {
    expect(read([web(), gateway()]).upstream).toMatchObject({ by: 'address', name: 'shop-web-1', shared: true })
  })

  it('has the address in a network that only it is in', () => {
    const facts = { 'upstream.host': '172.20.0.2' }
    expect(read([apart, gateway()], facts).upstream).toMatchObject({ name: 'shop-web-1', shared: false })
  })

  it('is the one of that name where that ended, whoever has its address since', () => {
    expect(read([stranger, stopped, gateway()]).upstream).toMatchObject({ by: 'name', name: 'shop-web-1' })
  })

  it('is not the one of that name where another copy of it runs', () => {
    expect(read([stopped, web2, gateway()]).upstream).toMatchObject({ found: false })
  })

  it('is the one of that name where its address is not known', () => {
    const { upstream } = read([web(), gateway()], { 'upstream.host': 'web' })
    expect(upstream).toMatchObject({ by: 'name', name: 'shop-web-1', address: '172.18.0.2', shared: true })
  })

  it('is not sought by ports of this machine for its loopback or for a name', () => {
    const published = box({ name: 'other-1' })
    for (const host of ['127.0.0.1', 'localhost', '::1', 'nobody'])
      expect(read([published, gateway()], { 'upstream.host': host, 'config.named': [] }).upstream.found).toBe(false)
    const facts = { 'upstream.host': '172.17.0.1', 'config.named': [] }
    const open = box({ name: 'other-1', publish: ['0.0.0.0', 3000, 3000], networks: { bridge: ['172.17.0.9'] } })
    expect(read([open, gateway()], facts).upstream).toMatchObject({ by: 'port', name: 'other-1' })
  })
})

describe('names in the networks of the gateway’s container', () => {
  it('lead to every container that runs there and has them', () => {
    const { names, named_addresses } = read([web(), web2, stopped, apart, gateway()])
    expect({ names, named_addresses }).toEqual({ names: ['web'], named_addresses: ['172.18.0.2', '172.18.0.7'] })
  })

  it('lead nowhere from another network', () => {
    const { named, named_addresses } = read([apart, gateway()])
    expect(named).toMatchObject({ found: true, name: 'shop-web-1', shared: false, networks: ['shop_back'] })
    expect(named_addresses).toEqual([])
  })

  it('are also what it sends to, where that is no address', () => {
    const facts = { 'config.named': [], 'upstream.host': 'web' }
    expect(read([web(), gateway()], facts)).toMatchObject({ names: ['web'], named_addresses: ['172.18.0.2'] })
    for (const host of ['localhost', '::1', '[::1]', ''])
      expect(read([web(), gateway()], { ...facts, 'upstream.host': host }).names).toEqual([])
  })

  it('are none where nothing is named', () => {
    expect(read([web(), gateway()], { 'config.named': [] })).toMatchObject({ names: [], named_addresses: [] })
  })
})

describe('a container whose id is known', () => {
  const id = String(web().Id).slice(0, 12)

  it('is told with the address that the gateway’s container reaches', () => {
    const both = web({ networks: { shop_back: ['172.20.0.2'], [NET]: ['172.18.0.2', 'web'] } })
    expect(read([both, gateway()], { 'container.sought': id }).sought).toMatchObject({
      found: true,
      name: 'shop-web-1',
      address: '172.18.0.2',
      shared: true,
      port: 3000n,
    })
  })

  it('is told with its own where no network has both', () => {
    const { sought } = read([apart, gateway()], { 'container.sought': id })
    expect(sought).toMatchObject({ address: '172.20.0.2', shared: false })
  })

  it.each(['', '0'.repeat(12)])('is none for %j', (other) => {
    expect(read([web(), gateway()], { 'container.sought': other }).sought.found).toBe(false)
  })
})

describe('a container of a compose file', () => {
  const labelled = (labels: JsonObject) =>
    read([{ ...web(), Config: { Image: 'web', Labels: labels } }, gateway()]).upstream
  const own = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }
  const file = (path: string) => ({ ...own, 'com.docker.compose.project.config_files': path })

  it('bears its project, its service, and its file', () => {
    expect(labelled(file('/srv/shop/compose.yaml'))).toMatchObject({
      project: 'shop',
      service: 'web',
      compose_file: '/srv/shop/compose.yaml',
    })
  })

  it('bears a file that is whole with its folder, as the first compose wrote it', () => {
    const folder = (path: string) => ({ ...file('compose.yaml'), 'com.docker.compose.project.working_dir': path })
    expect(labelled(folder('/srv/shop')).compose_file).toBe('/srv/shop/compose.yaml')
    expect(labelled(folder('shop')).compose_file).toBe('')
    expect(labelled({ ...folder('/srv/shop'), ...file('/etc/shop.yaml') }).compose_file).toBe('/etc/shop.yaml')
    expect(labelled({ ...folder('/srv/shop'), ...file('a.yaml,b.yaml') }).compose_file).toBe('')
    expect(labelled({ ...folder('/srv/shop'), ...file('') }).compose_file).toBe('')
  })

  it('of several files, or of one without a folder, names none', () => {
    for (const path of ['/srv/a.yaml,/srv/b.yaml', 'compose.yaml', ''])
      expect(labelled(file(path))).toMatchObject({ project: 'shop', compose_file: '' })
  })

  it('is of none where half of it is missing', () => {
    expect(labelled({ 'com.docker.compose.project': 'shop' })).toMatchObject({ project: '', service: '' })
    expect(labelled({ ...own, 'com.docker.compose.service': 7 })).toMatchObject({ project: '', service: '' })
  })
})

import { describe, expect, it } from 'vitest'
import { askAliasLook } from '../../../src/probe/looks/ask-alias.ts'
import { aliasReader } from '../../../src/reading/aws/alias.ts'
import { DNS } from '../../documented/aws/objects.ts'
import { nameServer, type Zone } from '../name-server.ts'
import { captured, tools } from './support.ts'

const context = { facts: new Map(), knowledge: { fingerprints: [], signatures: [] }, requests: [], now: new Date(0) }

async function ask(host: string, zone: Zone) {
  const outcome = await askAliasLook({ host, server: await nameServer(zone) }, tools({ timeoutMs: 3000 }))
  return { outcome, ...aliasReader.read(captured(outcome), context) }
}

describe('which names a host stands for', () => {
  it('leads by one alias to a load balancer of AWS, and to its addresses', async () => {
    const { value } = await ask('shop.example.com', {
      'shop.example.com': { alias: DNS },
      [DNS]: { addresses: ['192.0.2.7', '192.0.2.8'] },
    })
    expect(value).toMatchObject({
      complete: true,
      chain: [DNS],
      addresses: ['192.0.2.7', '192.0.2.8'],
      is_balancer: true,
      dns: DNS,
      region: 'eu-central-1',
      kind: 'http',
      internal: false,
    })
  })

  it('leads by several', async () => {
    const network = 'internal-api-0123456789abcdef.elb.us-gov-west-1.amazonaws.com'
    const { value } = await ask('a.example.com', {
      'a.example.com': { alias: 'b.example.com' },
      'b.example.com': { alias: network },
      [network]: { addresses: ['10.0.0.7'] },
    })
    expect(value).toMatchObject({ dns: network, region: 'us-gov-west-1', kind: 'network', internal: true })
    expect(value.says).toBe(`a.example.com → b.example.com → ${network}`)
  })

  it('is the load balancer’s own name already', async () => {
    expect((await ask(DNS, { [DNS]: { addresses: ['192.0.2.7'] } })).value).toMatchObject({
      is_balancer: true,
      chain: [],
    })
  })

  it('has only addresses', async () => {
    const { value } = await ask('shop.example.com', { 'shop.example.com': { addresses: ['192.0.2.7'] } })
    expect(value).toMatchObject({ complete: true, is_balancer: false, chain: [], addresses: ['192.0.2.7'] })
  })

  it('turns in a circle, and comes to an end', async () => {
    const zone: Zone = { 'a.example.com': { alias: 'b.example.com' }, 'b.example.com': { alias: 'a.example.com' } }
    expect((await ask('a.example.com', zone)).value).toMatchObject({ is_balancer: false, chain: ['b.example.com'] })
  })

  it('is not told by a name server that fails: that is no proof of no alias', async () => {
    const { value, dark } = await ask('shop.example.com', { 'shop.example.com': 'fails' })
    expect(value).toMatchObject({ complete: false, is_balancer: false })
    expect(dark[0]?.says).toContain('ESERVFAIL')
  })

  it('is not asked of an address', async () => {
    expect(await askAliasLook({ host: '192.0.2.7' }, tools())).toMatchObject({ outcome: 'blind' })
    expect(await askAliasLook({ host: 'a b' }, tools())).toMatchObject({ outcome: 'blind' })
  })

  it('is read from what dig prints, too', () => {
    const out = `;; ANSWER SECTION:\nshop.example.com.\t60\tIN\tCNAME\t${DNS}.\n${DNS}. 60 IN A 192.0.2.7\n`
    const pasted = {
      ...captured({ outcome: 'ok', out, meta: {}, argv: [], cut: false, timedOut: false }),
      pasted: true,
    }
    const facts = new Map([['url.host', 'shop.example.com']])
    expect(aliasReader.read(pasted, { ...context, facts }).value).toMatchObject({
      complete: true,
      is_balancer: true,
      dns: DNS,
      addresses: ['192.0.2.7'],
      host: 'shop.example.com',
    })
  })
})

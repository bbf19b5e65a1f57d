import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/words/json.ts'
import { condition, gateway, machine, route, service } from '../../documented/kubernetes/objects.ts'
import { contextOf, HOSTILE, read } from '../platform/support.ts'

const listOf = (items: JsonObject[]) => JSON.stringify({ kind: 'List', apiVersion: 'v1', items })
const told = (items: JsonObject[], facts: Record<string, string> = {}) =>
  read('kube-gateways', listOf(items), {}, contextOf(facts)).value
const entrance = (items: JsonObject[], host: string, port: number) =>
  read('kube-services', listOf(items), {}, contextOf({ 'upstream.host': host, 'upstream.port': BigInt(port) })).value
const to = (name: string, ...matches: JsonObject[]): JsonObject => ({
  matches,
  backendRefs: [{ name, port: 80 }],
})
const path = (type: string, value: string): JsonObject => ({ path: { type, value } })

describe('which route is for the URL', () => {
  it('the nearest host, then the exact path, then the longest', () => {
    const routes = [
      route([to('any')], { hostnames: [], name: 'any' }),
      route([to('wild')], { hostnames: ['*.example.com'], name: 'wild' }),
      route([to('root'), to('long', path('PathPrefix', '/check')), to('exact', path('Exact', '/checkout'))], {
        name: 'own',
      }),
    ]
    expect(told(routes)).toMatchObject({
      found: true,
      named: true,
      service: 'exact',
      rule: 'shop.example.com/checkout',
    })
    expect(told(routes, { 'url.path': '/check/x' })).toMatchObject({ service: 'long' })
    expect(told(routes, { 'url.path': '/checkout/x' })).toMatchObject({ service: 'root' })
    expect(told(routes, { 'url.host': 'a.b.example.com' })).toMatchObject({ service: 'wild', named: true })
    expect(told(routes, { 'url.host': 'elsewhere.org' })).toMatchObject({ service: 'any', named: false, rule: '*/' })
  })

  it('a rule that wants more than a path is not taken for the URL’s', () => {
    for (const more of [{ headers: [{ name: 'x' }] }, { queryParams: [{ name: 'q' }] }, { method: 'POST' }])
      expect(told([route([to('web', { ...path('PathPrefix', '/'), ...more } as JsonObject)])])).toMatchObject({
        found: false,
      })
    expect(told([route([to('web', path('RegularExpression', '/.*'))])])).toMatchObject({ found: false })
    expect(told([route([to('web', { method: 'GET' })])])).toMatchObject({ found: true })
  })

  it('backends: those with a weight, and Services only', () => {
    const refs = (...backendRefs: JsonObject[]) => told([route([{ backendRefs }])])
    expect(refs({ name: 'off', weight: 0 }, { name: 'a', port: 8080 }, { name: 'b' })).toMatchObject({
      service: 'a',
      port: '8080',
      backends: 2n,
      foreign: false,
    })
    expect(refs({ name: 'bucket', kind: 'Bucket' })).toMatchObject({ found: false, service: '' })
    expect(refs({ name: 'web', namespace: 'back' })).toMatchObject({ namespace: 'back', foreign: true, port: '' })
    expect(refs()).toMatchObject({ found: false, backends: 0n })
  })
})

describe('what its Gateway says', () => {
  it('yes where one says so, no where all deny it, and untold', () => {
    const conditions = (...list: JsonObject[]) => told([gateway(), route(undefined, { conditions: list })])
    expect(conditions()).toMatchObject({ accepted: 'untold', resolved: 'untold', programmed: 'yes' })
    expect(
      conditions(condition('Accepted', 'True'), condition('ResolvedRefs', 'False', 'BackendNotFound', 'no web')),
    ).toMatchObject({
      accepted: 'yes',
      resolved: 'no',
      resolved_reason: 'BackendNotFound',
      resolved_says: 'BackendNotFound: no web',
    })
    expect(conditions(condition('Accepted', 'Unknown', 'Pending'))).toMatchObject({ accepted: 'untold' })
    expect(conditions(condition('Accepted', 'False'), condition('Accepted', 'True'))).toMatchObject({ accepted: 'yes' })
  })

  it('is the one that the route names, in the namespace that it names', () => {
    expect(told([gateway(), route()])).toMatchObject({ gateway: 'shop/public', addresses: ['192.0.2.7'] })
    const elsewhere = route(undefined, { parent: { name: 'public', namespace: 'infra' } })
    expect(told([gateway(), elsewhere])).toMatchObject({ gateway: 'infra/public', addresses: [], programmed: 'untold' })
    expect(told([gateway({ namespace: 'infra' }), elsewhere])).toMatchObject({ addresses: ['192.0.2.7'] })
    const named = gateway({ status: { addresses: [{ type: 'Hostname', value: 'lb.example.net' }], conditions: [] } })
    expect(told([named, route()])).toMatchObject({
      names: ['shop.example.com', 'lb.example.net'],
      programmed: 'untold',
    })
  })

  it('a cluster without the Gateway API is told by its own words', () => {
    const err = 'error: the server doesn\'t have a resource type "gateways"'
    expect(read('kube-gateways', '', { exit: 1, err })).toMatchObject({
      value: { absent: true, complete: true, found: false },
      dark: [],
    })
  })
})

describe('which Service an address is', () => {
  const ports = [{ port: 80, nodePort: 30080 }]
  const web = service({ type: 'NodePort', ports })

  it.each([
    ['10.96.0.17', 80, 'cluster-ip'],
    ['web.shop.svc.cluster.local', 80, 'name'],
    ['web.shop.svc', 80, 'name'],
    ['127.0.0.1', 30080, 'node-port'],
    ['198.51.100.9', 30080, 'node-port'],
  ])('%s:%i is its %s', (host, port, by) => {
    expect(entrance([web], host, port)).toMatchObject({
      complete: true,
      found: true,
      by,
      namespace: 'shop',
      service: 'web',
      port: '80',
    })
  })

  it('a load balancer’s address, and what was given by hand', () => {
    const given = { ...web, status: { loadBalancer: { ingress: [{ ip: '198.51.100.9' }] } } }
    expect(entrance([given], '198.51.100.9', 80)).toMatchObject({ by: 'balancer' })
    expect(entrance([service({ ports, externalIPs: ['198.51.100.8'] })], '198.51.100.8', 80)).toMatchObject({
      by: 'balancer',
    })
  })

  it('another port, a headless Service, and two that could be meant are none', () => {
    expect(entrance([web], '10.96.0.17', 81)).toMatchObject({ found: false, by: '', service: '' })
    expect(entrance([service({ clusterIP: 'None', ports: [{ port: 80 }] })], 'None', 80)).toMatchObject({
      found: false,
    })
    expect(entrance([web, service({ ports }, 'other')], '127.0.0.1', 30080)).toMatchObject({ found: false })
  })

  it('one port of two protocols is one way in', () => {
    const both = [
      { port: 80, nodePort: 30080, protocol: 'TCP' },
      { port: 80, nodePort: 30080, protocol: 'UDP' },
    ]
    expect(entrance([service({ ports: both })], '10.96.0.17', 80)).toMatchObject({ found: true })
  })
})

describe('the machines of a cluster', () => {
  it('by all their addresses', () => {
    const nodes = [machine('Node-1', '10.0.0.5', 'FD00::5'), machine('node-2', '10.0.0.5')]
    expect(read('kube-machines', listOf(nodes)).value).toMatchObject({
      complete: true,
      count: 2n,
      addresses: ['10.0.0.5', 'fd00::5', 'node-1', 'node-2'],
    })
  })
})

describe('whatever comes', () => {
  it.each(['kube-gateways', 'kube-services', 'kube-machines'])('%s claims nothing', (name) => {
    const odd = listOf([
      { kind: 'HTTPRoute', spec: { rules: 'x', hostnames: [7] }, status: { parents: [1] } },
      { kind: 'Service', spec: { ports: {}, clusterIPs: 'x' } },
      { kind: 'Node', status: { addresses: 'x' } },
    ])
    for (const out of [...HOSTILE, odd]) expect(read(name, out).value).not.toMatchObject({ found: true })
    expect(read(name, '').value).toMatchObject({ complete: false })
  })
})

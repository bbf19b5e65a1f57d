import { expect, it } from 'vitest'
import { condition, gateway, NOT_READY, PODS, route, service, slice } from '../documented/kubernetes/objects.ts'
import { clusterForTests, describeWithKubectl, ingressPage, inside } from './kube.ts'

clusterForTests()

const BY_ROUTE = { ingresses: [], gateways: [gateway()], httproutes: [route()] }
const CRASHES = { endpointslices: [slice([['10.42.0.7', NOT_READY]])], pods: [PODS.crash?.() ?? {}] }
const NOT_PERMITTED = [
  condition('Accepted', 'True'),
  condition('ResolvedRefs', 'False', 'RefNotPermitted', 'backendRef back/web is not permitted by any ReferenceGrant'),
]

describeWithKubectl('a Gateway in place of an Ingress', () => {
  it('its route leads to the Service, and the Service to why its pods do not serve', async () => {
    const seen = await inside({ ...BY_ROUTE, ...CRASHES })
    expect(seen.at('routes/all')?.says).toBe(
      'shop.example.com/ is sent to Service web, port 80 (HTTPRoute shop/web, Gateway shop/public)',
    )
    expect(seen.path).toContain('kubernetes/place.same')
    expect(seen.verdict).toMatchObject({ id: 'pods/crash-loop', place: 'app', cause: 'crash-loop' })
  })

  it('a Service that is not there: the route is named, and what is to be changed in it', async () => {
    const refs = [
      condition('Accepted', 'True'),
      condition('ResolvedRefs', 'False', 'BackendNotFound', 'no Service wob'),
    ]
    const wrong = [route([{ backendRefs: [{ name: 'wob', port: 80 }] }], { conditions: refs })]
    const seen = await inside({ ...BY_ROUTE, httproutes: wrong }, {}, { request: ingressPage(500) })
    expect(seen.at('routes/all')?.says).toContain('its Gateway complains: BackendNotFound: no Service wob')
    expect([seen.verdict?.id, seen.short]).toEqual(['kubernetes/no-service', 'proxy-config confirmed'])
    expect(seen.verdict?.says).toBe(
      'HTTPRoute shop/web sends shop.example.com/ to Service wob, and there is no such Service in the namespace shop',
    )
  })

  it('a Service of another namespace that it may not use', async () => {
    const rules = [{ backendRefs: [{ name: 'web', namespace: 'back', port: 80 }] }]
    const seen = await inside(
      { ...BY_ROUTE, httproutes: [route(rules, { conditions: NOT_PERMITTED })] },
      {},
      { request: ingressPage(500) },
    )
    expect([seen.verdict?.id, seen.short]).toEqual(['routes/not-permitted', 'proxy-config confirmed'])
    expect(seen.verdict?.says).toContain('to Service web in the namespace back, and no ReferenceGrant there lets it')
    expect(seen.blindSpots).toEqual([])
  })

  it('the URL leads elsewhere: nothing of it is certain', async () => {
    const seen = await inside(
      { ...BY_ROUTE, httproutes: [route([{ backendRefs: [{ name: 'wob', port: 80 }] }])] },
      {},
      { address: '203.0.113.9' },
    )
    expect([seen.verdict?.id, seen.short]).toEqual(['kubernetes/no-service', 'proxy-config likely'])
  })

  it('a route that no Gateway takes explains nothing', async () => {
    const refused = [condition('Accepted', 'False', 'NotAllowedByListeners', 'the namespace is not allowed')]
    const seen = await inside({ ...BY_ROUTE, httproutes: [route(undefined, { conditions: refused })] })
    expect(seen.at('routes/all')?.says).toContain(
      'no Gateway takes it (NotAllowedByListeners: the namespace is not allowed)',
    )
    expect(seen.verdict?.id ?? '').not.toMatch(/^(routes|kubernetes|pods)\//)
  })

  it('none for this host, and a cluster that has no Gateway API', async () => {
    const none = await inside({ ...BY_ROUTE, httproutes: [route(undefined, { hostnames: ['other.example.com'] })] })
    expect(none.at('routes/all')?.says).toBe(
      'no HTTPRoute of the cluster is for shop.example.com/checkout; their hosts: other.example.com',
    )
    const old = await inside({ ...BY_ROUTE, services: [service()] }, { without: ['gateways', 'httproutes'] })
    expect(old.at('routes/all')?.says).toBe('the cluster has no Gateway API')
    expect(old.blindSpots.filter((each) => each.startsWith('routes/'))).toEqual([])
  })

  it('may not be read: it is told', async () => {
    const message = 'gateways.gateway.networking.k8s.io is forbidden: User "oncall" cannot list resource "gateways"'
    const refuses = { status: 403, reason: 'Forbidden', message, only: ['gateways', 'httproutes'] }
    const seen = await inside(BY_ROUTE, { refuses })
    expect(seen.blindSpots.join()).toContain('routes/all no-permission')
    expect(seen.verdict?.id ?? '').not.toMatch(/^(routes|kubernetes|pods)\//)
  })
})

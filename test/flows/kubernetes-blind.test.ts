import { expect, it } from 'vitest'
import { ingress, NOT_READY, PODS, slice } from '../documented/kubernetes/objects.ts'
import { kubeconfig } from '../documented/kubernetes/server.ts'
import { type Asking, clusterForTests, describeWithKubectl, inside } from './kube.ts'
import { namesNow } from './pools.ts'

clusterForTests()

// Nothing that the cluster does not tell may become a verdict: each has a word of its own, and what to do.

const SICK = { endpointslices: [slice([['10.42.0.7', NOT_READY]])], pods: [PODS.image?.() ?? {}] }
const FORBIDDEN = (what: string) => ({
  status: 403,
  reason: 'Forbidden',
  message: `${what} is forbidden: User "oncall" cannot list resource "${what}" in API group "" in the namespace "shop"`,
  only: [what],
})
const UNAUTHORIZED = { status: 401, reason: 'Unauthorized', message: 'Unauthorized' }

type Walk = Awaited<ReturnType<typeof inside>>
const wordsOf = (seen: Walk) =>
  seen.session.blindSpots
    .filter(({ node }) => /^(kubernetes|pods|rollout|serving)\//.test(node))
    .map(({ node, why }) => `${node} ${why}`)

describeWithKubectl('the cluster is not asked', () => {
  it('without a kubeconfig: nothing is asked, and the walk goes on as ever', async () => {
    const seen = await inside(SICK, {}, { config: null })
    expect(seen.path).toContain('locate/log.nginx-by-page')
    expect(seen.requests.filter((request) => request.kind === 'run' && request.commands[0]?.[0] === 'kubectl')).toEqual(
      [],
    )
    expect(wordsOf(seen)).toEqual([])
    expect(seen.verdict).toBeNull()
  })
})

describeWithKubectl('the cluster does not tell', () => {
  const REFUSED: Record<string, [Asking | undefined, Parameters<typeof inside>[1], string, string]> = {
    'no current context': [
      { config: kubeconfig('http://127.0.0.1:9', { current: '' }) },
      {},
      'kubernetes/context wrong-context',
      'kubectl config get-contexts',
    ],
    'a current context that is not there': [
      { config: kubeconfig('http://127.0.0.1:9', { current: 'gone' }) },
      {},
      'kubernetes/context wrong-context',
      'kubectl config get-contexts',
    ],
    'a context that is misspelt': [
      { facts: { 'kube.context': 'prdo' } },
      {},
      'kubernetes/context-named wrong-context',
      '--fact kube.context=NAME',
    ],
    'credentials that have expired': [
      undefined,
      { refuses: UNAUTHORIZED },
      'kubernetes/rights expired-credentials',
      'sign in to the cluster again',
    ],
    'nobody there': [{ url: 'http://127.0.0.1:9' }, {}, 'kubernetes/rights unreachable-host', 'cannot be reached'],
    'a cluster that takes no more questions': [
      undefined,
      { refuses: { status: 403, reason: 'Forbidden', message: 'forbidden', only: ['services'] } },
      'kubernetes/service no-permission',
      'forbidden',
    ],
  }

  it.each(Object.entries(REFUSED))('%s', async (_, [asking, more, word, words]) => {
    const seen = await inside(SICK, more, asking)
    expect(wordsOf(seen)).toEqual([word])
    expect(seen.session.blindSpots.find(({ node }) => word.startsWith(node))?.says).toContain(words)
    expect(seen.verdict).toBeNull()
  })

  it('a cluster that does not answer in time', async () => {
    const seen = await inside(SICK, { hangs: true })
    expect(wordsOf(seen)[0]).toMatch(/^kubernetes\/rights (timed-out|unreachable-host)$/)
    expect(seen.verdict).toBeNull()
  }, 30_000)

  it('a namespace that is not there', async () => {
    const seen = await inside(SICK, {}, { facts: { 'kube.namespace': 'shpo' } })
    expect(wordsOf(seen)).toEqual(['kubernetes/namespace no-such-namespace'])
    expect(seen.verdict).toBeNull()
  })

  it('only the pods: it is told that nobody is there, and not why', async () => {
    const seen = await inside(SICK, { refuses: FORBIDDEN('pods') })
    expect(wordsOf(seen)).toEqual(['pods/search no-permission'])
    expect(seen.verdict).toMatchObject({
      id: 'kubernetes/no-endpoints',
      cause: 'no-healthy-upstream',
      confidence: 'likely',
    })
  })

  it('neither endpoints nor pods', async () => {
    const refuses = { ...FORBIDDEN('pods'), only: ['pods', 'endpointslices', 'endpoints'] }
    const seen = await inside(SICK, { refuses })
    expect(wordsOf(seen)).toContain('kubernetes/endpoints no-permission')
    expect(seen.verdict).toBeNull()
  })

  it('only the list of endpoints: the pods tell, and it is not certain', async () => {
    const refuses = { ...FORBIDDEN('endpointslices'), only: ['endpointslices', 'endpoints'] }
    const seen = await inside(SICK, { refuses })
    expect(seen.verdict).toMatchObject({ id: 'pods/image-pull', confidence: 'likely' })
  })

  it.each(['events', 'deployments', 'nodes'])('only %s: what is known stays known', async (what) => {
    const seen = await inside({ ...SICK, pods: [PODS.notReady?.() ?? {}] }, { refuses: FORBIDDEN(what) })
    expect(seen.verdict).toMatchObject({ id: 'pods/not-ready' })
    if (what === 'events') expect(seen.verdict?.confidence).toBe('likely')
  })

  it('the Ingresses of all namespaces: its own one is looked through', async () => {
    const seen = await inside(SICK, { refuses: FORBIDDEN('ingresses') })
    expect(seen.path).toContain('kubernetes/ingresses-own.blind')
    expect(wordsOf(seen)).toEqual(['kubernetes/ingresses no-permission'])
    expect(seen.verdict).toBeNull()
  })
})

describeWithKubectl('whether it is the right cluster', () => {
  it('is not proven where the URL leads elsewhere', async () => {
    const seen = await inside(SICK, {}, { address: '198.51.100.9' })
    expect(seen.path).toContain('kubernetes/place.other')
    expect(seen.verdict).toMatchObject({ id: 'pods/image-pull', confidence: 'likely' })
  })

  it('is not proven where the Ingress has no address', async () => {
    const seen = await inside({ ...SICK, ingresses: [ingress({ status: { loadBalancer: {} } })] })
    expect(seen.path).toContain('kubernetes/place.untold')
    expect(seen.verdict?.confidence).toBe('likely')
  })

  it('is proven by the name of its load balancer too', async () => {
    const balanced = ingress({ status: { loadBalancer: { ingress: [{ hostname: 'lb.example.net' }] } } })
    const names = namesNow({ 'shop.example.com': ['192.0.2.7'], 'lb.example.net': ['192.0.2.7', '192.0.2.8'] })
    const seen = await inside({ ...SICK, ingresses: [balanced] }, {}, { parts: { names } })
    expect(seen.path).toContain('kubernetes/place.same')
    expect(seen.verdict?.confidence).toBe('confirmed')
  })

  it('is proven by the address that a person gave', async () => {
    const seen = await inside(SICK, {}, { address: '198.51.100.9', facts: { 'url.address': '192.0.2.7' } })
    expect(seen.path).toContain('kubernetes/place.same')
  })

  it('an Ingress for any host counts only where the URL leads to it', async () => {
    const spec = { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, rules: [] }
    const there = await inside({ ...SICK, ingresses: [ingress({ spec })] })
    expect(there.verdict?.id).toBe('pods/image-pull')
    const elsewhere = await inside({ ...SICK, ingresses: [ingress({ spec })] }, {}, { address: '198.51.100.9' })
    expect(elsewhere.path).toContain('kubernetes/place.catch-all')
    expect(elsewhere.verdict).toBeNull()
  })

  it('no Ingress is for this host', async () => {
    const spec = { rules: [{ host: 'other.example.com', http: { paths: [] } }] }
    const seen = await inside({ ...SICK, ingresses: [ingress({ spec })] })
    expect(seen.path).toContain('kubernetes/ingresses.none')
    expect(seen.verdict).toBeNull()
  })

  it('somebody names the Service: his word, and no more than reported', async () => {
    const seen = await inside(
      { ...SICK, ingresses: [] },
      {},
      { facts: { 'kube.namespace': 'shop', 'kube.service': 'web' } },
    )
    expect(seen.verdict).toMatchObject({ id: 'pods/image-pull' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

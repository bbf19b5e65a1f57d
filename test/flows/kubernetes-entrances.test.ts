import { expect, it } from 'vitest'
import { machine, NOT_READY, PODS, pod, READY, service, slice } from '../documented/kubernetes/objects.ts'
import { exchange, nginxPage, REFUSED, samples } from './http.ts'
import { clusterForTests, describeWithKubectl, intoCluster } from './kube.ts'
import { place } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss } from './text.ts'
import { config, type World } from './world.ts'

clusterForTests()

// An nginx of this machine sends to an address of a Service: nobody listens there, the kernel's rules lead on to the pods.

const sendsTo = (address: string, message: string = MESSAGES.refused): Partial<World> => ({
  request: exchange(nginxPage(502)),
  samples: samples(nginxPage(502)),
  config: config(`location / { proxy_pass http://${address}; proxy_set_header Host $host; }`),
  errorLog: errorLog([errorLine(message, { upstream: `http://${address}/checkout` })]),
  listeners: ss(NGINX_SOCKET),
  place: place([address.split(':')[0] ?? '']),
  direct: exchange(REFUSED),
})
const NODES = [machine('node-1', '10.0.0.5'), machine('node-2', '10.0.0.6')]
const PORTS = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }]
const SERVICES = { services: [service({ type: 'NodePort', ports: PORTS })] }
const CRASHES = { endpointslices: [slice([['10.42.0.7', NOT_READY]])], pods: [PODS.crash?.() ?? {}] }

describeWithKubectl('nginx here sends to a Service of a cluster', () => {
  it.each([
    ['the port of another machine of it', '10.0.0.6:30080', 'into/machines.sent-to'],
    ['the port of this machine', '127.0.0.1:30080', 'into/machines.here'],
    ['its own address', '10.96.0.17:80', 'into/machines.here'],
  ])('%s (%s): the pods say why', async (_, address, way) => {
    const seen = await intoCluster({ ...SERVICES, ...CRASHES, nodes: NODES }, sendsTo(address))
    expect(seen.path).toContain(way)
    expect(seen.at('into/services')?.says).toContain('Service shop/web, port 80')
    expect(seen.verdict).toMatchObject({ id: 'pods/crash-loop', cause: 'crash-loop', bornAt: 'proxy' })
    expect(seen.at('app/listening')).toBeNull()
  })

  it('its pods are on another port than it sends to, and nginx is refused', async () => {
    const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 9090, nodePort: 30080 }]
    const seen = await intoCluster(
      {
        services: [service({ type: 'NodePort', ports })],
        endpointslices: [slice([['10.42.0.7', READY]], [{ name: 'http', port: 9090 }])],
        pods: [pod()],
        nodes: NODES,
      },
      sendsTo('10.0.0.6:30080'),
    )
    expect(seen.path).toContain('serving/sender.refused')
    expect([seen.verdict?.id, seen.short]).toEqual(['serving/wrong-port', 'wrong-port confirmed'])
    expect(seen.verdict?.says).toContain('is refused there (10.0.0.6:30080)')
  })

  it('the machines of the cluster may not be read: likely at most', async () => {
    const message = 'nodes is forbidden: User "oncall" cannot list resource "nodes"'
    const seen = await intoCluster({ ...SERVICES, ...CRASHES, nodes: NODES }, sendsTo('10.96.0.17:80'), {
      more: { refuses: { status: 403, reason: 'Forbidden', message, only: ['nodes'] } },
    })
    expect(seen.path).toContain('into/unseen.word')
    expect(seen.verdict).toMatchObject({ id: 'pods/crash-loop', confidence: 'likely' })
  })

  it('in the cluster all is well: the upstream is asked as nginx asks it, and nobody is called down for a list of listeners', async () => {
    const seen = await intoCluster(
      { ...SERVICES, nodes: NODES },
      { ...sendsTo('127.0.0.1:30080', MESSAGES.reset), direct: exchange(REFUSED) },
    )
    expect(seen.path).toContain('kubernetes/away.sent')
    expect(seen.at('app/direct')).not.toBeNull()
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

describeWithKubectl('what is no Service of the cluster stays what it is', () => {
  it('a cluster that this machine is no part of is not asked on: many have the same addresses', async () => {
    const seen = await intoCluster(
      { ...SERVICES, ...CRASHES, nodes: [machine('far', '10.9.9.9')] },
      sendsTo('10.96.0.17:80'),
    )
    expect(seen.at('into/machines')?.says).toContain('another cluster may have the same address')
    expect(seen.path).toContain('app/where.elsewhere')
    expect(seen.verdict?.id ?? '').not.toMatch(/^(pods|kubernetes|serving)\//)
  })

  it('an address that no Service has', async () => {
    const seen = await intoCluster({ ...SERVICES, nodes: NODES }, sendsTo('10.0.0.77:3000'))
    expect(seen.at('into/services')?.says).toBe('none of the 1 Services of the cluster has that address')
    expect(seen.path).toContain('app/where.elsewhere')
  })

  it('a port of this machine’s own is no question for a cluster', async () => {
    const seen = await intoCluster({ ...SERVICES, nodes: NODES }, sendsTo('127.0.0.1:3000'))
    expect(seen.path.some((each) => each.startsWith('into/'))).toBe(false)
    expect(seen.path).toContain('app/listening.nothing')
  })

  it('Services may not be read: it is told, and no list of listeners is taken for proof', async () => {
    const message = 'services is forbidden: User "oncall" cannot list resource "services"'
    const seen = await intoCluster({ ...SERVICES, nodes: NODES }, sendsTo('127.0.0.1:30080'), {
      more: { refuses: { status: 403, reason: 'Forbidden', message, only: ['services'] } },
    })
    expect(seen.blindSpots.join()).toContain('into/services no-permission')
    expect(seen.path).toContain('into/unasked.may-be')
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

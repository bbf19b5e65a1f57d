import { describe, expect, it } from 'vitest'
import { machine, service } from '../documented/kubernetes/objects.ts'
import { DROPPED, exchange, nginxPage, REFUSED, samples } from './http.ts'
import { clusterForTests, describeWithKubectl, intoCluster } from './kube.ts'
import { blind, found, place } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

clusterForTests()

// No program listens on the port that a cluster gave to a Service: on a machine of a cluster an empty list of listeners proves nothing.

const refusedAt = (address: string, parts: Partial<World> = {}): Partial<World> => ({
  request: exchange(nginxPage(502)),
  samples: samples(nginxPage(502)),
  config: config(`location / { proxy_pass http://${address}; proxy_set_header Host $host; }`),
  errorLog: errorLog([errorLine(MESSAGES.refused, { upstream: `http://${address}/checkout` })]),
  listeners: ss(NGINX_SOCKET),
  direct: exchange(REFUSED),
  ...parts,
})
const running = (name: string) => found({ running: [{ name, pid: 733 }], paths: [], whole: true })
const folders = (...paths: string[]) => found({ running: [], paths, whole: true })

describe('nginx sends to a port that may be a Service’s, and no kubectl is set up', () => {
  it.each([
    ['the kubelet runs', running('kubelet'), 'kubelet runs, pid 733'],
    ['k3s runs', running('k3s-server'), 'k3s-server runs, pid 733'],
    ['the kubelet’s folder is there', folders('/var/lib/kubelet'), 'there is /var/lib/kubelet'],
  ])('%s: nobody is called down for sure', async (_, signs, says) => {
    const seen = await diagnose(refusedAt('127.0.0.1:31234', { signs }))
    expect(seen.at('into/signs')?.says).toContain(says)
    expect(seen.at('into/signs')?.says).toContain('port 31234 may be one that the cluster leads on to its pods')
    expect(seen.at('into/signs')?.says).toContain('kubectl get svc -A')
    expect(seen.path).toContain('app/listening.led-on')
    expect(seen.path).not.toContain('app/listening.nothing')
    expect(seen.short).toBe('process-down likely')
    expect(seen.judged.verdict?.says).toContain('or a cluster leads this port on to pods')
    expect(seen.blindSpots.join()).toContain('into/context missing-tool')
  })

  it('the machine’s own address is no other case', async () => {
    const seen = await diagnose(
      refusedAt('10.0.0.5:30080', { signs: running('kubelet'), place: place(['10.0.0.5'], { local: true }) }),
    )
    expect(seen.path).toContain('app/listening.led-on')
    expect(seen.short).toBe('process-down likely')
  })

  it('no sign of a cluster: the port is like any other', async () => {
    const seen = await diagnose(refusedAt('127.0.0.1:31234'))
    expect(seen.path).toContain('into/signs.none')
    expect(seen.path).toContain('app/listening.nothing')
    expect(seen.short).toBe('process-down confirmed')
  })

  it('whether there is a sign could not be seen: not for sure either', async () => {
    const seen = await diagnose(refusedAt('127.0.0.1:31234', { signs: blind('timed-out') }))
    expect(seen.path).toContain('into/signs-unseen.unseen')
    expect(seen.short).toBe('process-down likely')
  })

  it('nor where /proc hides processes and no folder tells', async () => {
    const hidden = found({ running: [], paths: [], whole: false })
    const seen = await diagnose(refusedAt('127.0.0.1:31234', { signs: hidden }))
    expect(seen.path).toContain('into/signs-unseen.unseen')
    expect(seen.short).toBe('process-down likely')
  })

  it.each([
    ['below the range', 29999],
    ['above it', 32768],
  ])('a port %s is not looked at so', async (_, port) => {
    const seen = await diagnose(refusedAt(`127.0.0.1:${port}`, { signs: running('kubelet') }))
    expect(seen.at('into/signs')).toBeNull()
    expect(seen.short).toBe('process-down confirmed')
  })

  it('a program that does listen there is seen as everywhere', async () => {
    const seen = await diagnose(
      refusedAt('127.0.0.1:31234', {
        signs: running('kubelet'),
        listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 31234, 'node', 4242)),
      }),
    )
    expect(seen.path).toContain('app/listening.there')
    expect(seen.at('into/signs')).toBeNull()
  })

  it.each([
    ['refused', exchange(REFUSED)],
    ['dropped', exchange(DROPPED)],
  ])(
    'an address of the cluster that no interface here has (%s) never makes a program down for sure',
    async (_, direct) => {
      const seen = await diagnose(
        refusedAt('10.96.0.17:80', {
          direct,
          signs: running('kubelet'),
          place: place(['10.96.0.17'], { local: false }),
        }),
      )
      expect(seen.path).toContain('app/where.elsewhere')
      expect(seen.short).not.toBe('process-down confirmed')
    },
  )
})

describeWithKubectl('kubectl knows another cluster than the one this machine belongs to', () => {
  it('that one has no such Service, and this one was not asked: nobody is called down for sure', async () => {
    const seen = await intoCluster(
      { services: [service({ type: 'ClusterIP' })], nodes: [machine('far', '10.9.9.9')] },
      refusedAt('127.0.0.1:31234', { signs: running('kubelet') }),
    )
    expect(seen.path).toContain('into/services.none')
    expect(seen.path).toContain('into/signs.node')
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

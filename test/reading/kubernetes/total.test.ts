import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { READERS } from '../../../src/reading/index.ts'
import { failureOf } from '../../../src/reading/kubernetes/failure.ts'
import { PODS, pod } from '../../documented/kubernetes/objects.ts'
import { kubeconfig } from '../../documented/kubernetes/server.ts'
import '../../seed.ts'
import { cpuNow } from '../../cpu.ts'
import { listed, printed, reading } from './support.ts'

const NAMES = Object.keys(READERS).filter((name) => name.startsWith('kube-'))

describe('words of kubectl', () => {
  it.each([
    ['error: current-context must exist in order to minify', 'wrong-context'],
    ['error: cannot locate context prdo', 'wrong-context'],
    ['error: context "prdo" does not exist', 'wrong-context'],
    ['Error from server (NotFound): namespaces "shpo" not found', 'no-such-namespace'],
    ['error: You must be logged in to the server (Unauthorized)', 'expired-credentials'],
    [
      'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
      'expired-credentials',
    ],
    [
      'Unable to connect to the server: getting credentials: exec: executable aws failed with exit code 255',
      'no-credentials',
    ],
    ['Error from server (Forbidden): pods is forbidden: User "oncall" cannot list resource "pods"', 'no-permission'],
    ['Error from server (TooManyRequests): the server has received too many requests', 'throttled'],
    [
      'Unable to connect to the server: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'timed-out',
    ],
    [
      'The connection to the server 127.0.0.1:9 was refused - did you specify the right host or port?',
      'unreachable-host',
    ],
    ['Unable to connect to the server: dial tcp: lookup kube.example.com: no such host', 'unreachable-host'],
    ['Unable to connect to the server: x509: certificate signed by unknown authority', 'unreachable-host'],
    ['error: the server doesn\'t have a resource type "endpointslices"', 'no-such-file'],
    ['error: something that nobody has seen', 'not-understood'],
  ])('%s', (text, why) => {
    expect(failureOf(`E1121 12:53:19.252752 26018 memcache.go:265] "Unhandled Error"\n${text}\n`)?.why).toBe(why)
  })

  it('of no failure are none', () => {
    expect(failureOf('')).toBeNull()
    expect(failureOf('Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice')).toBeNull()
  })
})

describe('the context', () => {
  it('is told without its keys, the namespace too where none is named', () => {
    const told = reading('kube-context', printed(kubeconfig('https://10.0.0.1:6443')))
    expect(told.value).toMatchObject({
      complete: true,
      context: 'prod',
      cluster: 'prod-eu',
      user: 'oncall',
      namespace: 'shop',
    })
    const kept = READERS['kube-context']?.keep?.(kubeconfig('https://10.0.0.1:6443')).out
    expect(kept).not.toContain('token')
  })
})

describe('a log that kubectl could not fetch', () => {
  it.each([
    [
      printed('', {
        exit: 1,
        err: 'Error from server (BadRequest): previous terminated container "web" in pod "x" not found',
      }),
    ],
    [printed('unable to retrieve container logs for containerd://0a1b')],
  ])('is no silence', (capture) => {
    expect(reading('kube-log', capture)).toMatchObject({ value: { complete: false }, dark: [{ why: 'no-such-file' }] })
    expect(reading('kube-ingress-log', capture)).toMatchObject({
      value: { complete: false },
      dark: [{ why: 'no-such-file' }],
    })
  })
})

describe('whatever kubectl prints', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((each) => `{"kind":"List","items":[${each}]}`),
  )
  it.each(NAMES)('%s says something of it, and never that it saw all where it saw nothing', (name) => {
    fc.assert(
      fc.property(noise, (out) => {
        const { value } = reading(name, printed(out, { exit: 1 }))
        expect(Object.keys(value).sort()).toEqual(Object.keys(READERS[name]?.output.fields ?? {}).sort())
        if (name !== 'kube-may' && name !== 'kube-context') expect(value.complete).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it.each(NAMES)('%s reads from what it keeps what it reads from the whole', (name) => {
    const reader = READERS[name]
    const whole = listed(pod(), PODS.crash?.() ?? {})
    const once = reader?.keep?.(whole).out ?? whole
    expect(reader?.keep?.(once).out ?? once).toBe(once)
    expect(reading(name, printed(once))).toEqual(reading(name, printed(whole)))
  })

  it('hundreds of pods are read whole, and of thousands it is said that they are too many', () => {
    const pods = (count: number) => listed(...Array.from({ length: count }, (_, at) => pod({ name: `web-${at}` })))
    expect(reading('kube-pods', printed(pods(400))).value).toMatchObject({ complete: true, count: 400n, ready: 400n })
    const began = cpuNow()
    const { value, dark } = reading('kube-pods', printed(pods(3000)))
    expect(cpuNow() - began).toBeLessThan(5000)
    expect(value).toMatchObject({ complete: false, ready: 0n })
    expect(dark.map(({ why }) => why)).toEqual(['cut'])
  })
})

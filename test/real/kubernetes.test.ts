import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  deployment,
  ingress,
  NOT_READY,
  PODS,
  gateway as publicGateway,
  route,
  slice,
} from '../documented/kubernetes/objects.ts'
import { cluster, type KubeServer, kubeconfig, openCluster } from '../documented/kubernetes/server.ts'

// The whole program with the real kubectl: the cluster is a server with documented objects, the gateway one that answers as
// ingress-nginx does when nobody is behind a Service.

const BIN = fileURLToPath(new URL('../../bin/triage502.js', import.meta.url))
const PAGE = `<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
const SICK = {
  ingresses: [ingress({ status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } })],
  endpointslices: [slice([['10.42.0.7', NOT_READY]])],
  pods: [PODS.crash?.() ?? {}],
  deployments: [deployment()],
}
const LOGS = {
  'web-7d9f5b6c4d-x2x7k/web/previous': "2026-11-21T02:02:38.501234567Z Error: Cannot find module 'express'\n",
}

let kube: KubeServer
let gateway: Server
let home: string
beforeAll(async () => {
  kube = await openCluster(cluster(SICK, { logs: LOGS }))
  gateway = createServer((_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end(PAGE))
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  home = mkdtempSync(join(tmpdir(), 'kube-real-'))
  writeFileSync(join(home, 'config'), kubeconfig(kube.url))
})
afterAll(async () => {
  await kube.close()
  gateway.closeAllConnections()
  await new Promise((resolve) => gateway.close(resolve))
  rmSync(home, { recursive: true, force: true })
})

function diagnose(...more: string[]): Promise<{ exit: number | null; out: string; err: string }> {
  const { port } = gateway.address() as AddressInfo
  const url = `http://shop.example.com:${port}/checkout`
  const argv = [BIN, 'diagnose', url, '--resolve', `shop.example.com:${port}:127.0.0.1`, ...more]
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    KUBECONFIG: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const seen = { out: '', err: '' }
    child.stdout.on('data', (part) => {
      seen.out += part
    })
    child.stderr.on('data', (part) => {
      seen.err += part
    })
    child.once('close', (exit) => resolve({ exit, ...seen }))
  })
}

/** Every journal that was written. */
function journals(): string {
  const files = readdirSync(join(home, 'state'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => readFileSync(join(home, 'state', file), 'utf8'))
    .join('\n')
}

it('tells the start error of a crash loop, and which cluster was asked, before anything of it', async () => {
  const { exit, out } = await diagnose('--json')
  expect(exit).toBe(3)
  const document = JSON.parse(out)
  expect(document.verdict).toMatchObject({
    id: 'pods/crash-on-start',
    cause: 'crash-on-start',
    confidence: 'confirmed',
  })
  expect(document.verdict.says).toContain("Cannot find module 'express'")
  const asked = document.probes
    .map(({ argv }: { argv: string[] }) => argv.join(' '))
    .filter((line: string) => line.startsWith('kubectl'))
  expect(asked[0]).toBe('kubectl config view --minify -o json')
  const overNetwork = asked.filter((line: string) => !line.startsWith('kubectl config view'))
  expect(overNetwork.length).toBeGreaterThan(6)
  expect(overNetwork.filter((line: string) => !/--context=prod --request-timeout=\d+s$/.test(line))).toEqual([])
  expect(document.findings.map(({ says }: { says: string }) => says)).toContainEqual(
    expect.stringContaining('as oncall; context prod, namespace shop'),
  )
})

it('asks by GET, and the review of rights alone is a question that is posted', () => {
  const others = kube.asked.filter((each) => !each.startsWith('GET '))
  expect(new Set(others)).toEqual(new Set(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']))
  expect(kube.asked.filter((each) => each.includes('secrets'))).toEqual([])
})

it('keeps no key, no environment and no annotation in the journal', () => {
  const kept = journals()
  expect(kept).toContain('web-7d9f5b6c4d-x2x7k')
  for (const secret of ['token-that-nobody-may-see', 'hunter2-never-shown', 'DB_PASSWORD', 'not-for-others'])
    expect(kept).not.toContain(secret)
})

it('another context is asked when it is named, and the file is not changed', async () => {
  const before = readFileSync(join(home, 'config'), 'utf8')
  const { out } = await diagnose('--json', '--fact', 'kube.context=trial')
  expect(out).toContain('context trial, namespace trial')
  expect(readFileSync(join(home, 'config'), 'utf8')).toBe(before)
})

it('a Gateway in place of an Ingress leads to the same pods, and is asked by GET too', async () => {
  kube.asked.length = 0
  const status = { addresses: [{ type: 'IPAddress', value: '127.0.0.1' }] }
  kube.cluster = cluster(
    { ...SICK, ingresses: [], gateways: [publicGateway({ status })], httproutes: [route()] },
    { logs: LOGS },
  )
  const { exit, out } = await diagnose('--json')
  expect(exit).toBe(3)
  expect(JSON.parse(out).verdict).toMatchObject({ id: 'pods/crash-on-start', confidence: 'confirmed' })
  expect(kube.asked).toContain('GET /apis/gateway.networking.k8s.io/v1/httproutes')
  kube.cluster = cluster(SICK, { logs: LOGS })
})

it('a cluster that refuses everything costs its word and no verdict', async () => {
  kube.cluster = { ...kube.cluster, refuses: { status: 401, reason: 'Unauthorized', message: 'Unauthorized' } }
  const { exit, out } = await diagnose('--json')
  expect(exit).toBe(4)
  const document = JSON.parse(out)
  expect(document.blindSpots).toContainEqual(
    expect.objectContaining({ node: 'kubernetes/rights', why: 'expired-credentials' }),
  )
  expect(document.verdict?.id ?? '').not.toMatch(/^(pods|kubernetes|serving|rollout)\//)
})

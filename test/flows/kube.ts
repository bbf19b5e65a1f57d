import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { lookRun } from '../../src/probe/command.ts'
import { configuredClients } from '../../src/probe/looks/clients.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { findProgram } from '../../src/probe/program.ts'
import { runCommand } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import type { Json, JsonObject } from '../../src/words/json.ts'
import { type Capture, type LookRequest, lookKey } from '../../src/words/look.ts'
import { ADDRESS, NOW } from '../documented/kubernetes/objects.ts'
import { type Cluster, cluster, type KubeServer, kubeconfig, openCluster } from '../documented/kubernetes/server.ts'
import { type Answer, answered, exchange } from './http.ts'
import { destination, found } from './looks.ts'
import { namesNow } from './pools.ts'
import { diagnose, type Seen, type World } from './world.ts'

// Walks in which a cluster is really asked: the kubectl of this machine, against a server that answers as Kubernetes documents.

const FOLDERS = `${process.env.TRIAGE502_KUBECTL ? `${process.env.TRIAGE502_KUBECTL}:` : ''}/usr/local/bin:/usr/bin:/bin`
const client = await findProgram('kubectl', FOLDERS)

/** What needs a kubectl is left out where none is installed; CI has one. */
export const describeWithKubectl = client.found === 'yes' || process.env.CI ? describe : describe.skip

let server: KubeServer
let home: string

/** Opens the server for the tests of a file. */
export function clusterForTests(): void {
  beforeAll(async () => {
    server = await openCluster()
    home = mkdtempSync(join(tmpdir(), 'kube-home-'))
  })
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true })
    await server.close()
  })
}

/** A page of ingress-nginx, as it makes it. */
export function ingressPage(status: number, ms = 3): Answer {
  const reason =
    { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }[status] ?? 'Error'
  const body = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n`
  return exchange({ ...answered(status, body), out: `${head}${body}`, ms })
}

const FAR = (address: string, clients: string[]): Partial<World> => ({
  destination: found({
    host: 'shop.example.com',
    port: 80,
    addresses: [address],
    unresolved: '',
    error: '',
    interfaces: ['127.0.0.1', '10.0.0.5'],
    whole: true,
    listening: false,
    bound: '',
    owner: {},
    clients,
  }),
  names: namesNow({ 'shop.example.com': [address] }),
})

export interface Asking {
  request?: Answer
  facts?: Record<string, Json>
  parts?: Partial<World>
  /** Where the URL's host leads; the Ingress's address by itself. */
  address?: string
  /** The text of the kubeconfig; null: there is none. */
  config?: string | null
  /** Where the kubeconfig's server is; by itself the one that was opened. */
  url?: string
}

/** What was asked once of a cluster that is the same is not asked again: each kubectl takes its time. */
const kept = new Map<string, Capture>()

/** Walks the flows for a site in this cluster. */
export async function inside(
  objects: Record<string, JsonObject[]> = {},
  more: Partial<Cluster> = {},
  { request, facts, parts, address, config, url }: Asking = {},
): Promise<Seen> {
  return asking(objects, more, { config, url }, async (live, env) =>
    diagnose(
      { ...FAR(address ?? ADDRESS, await configuredClients(env)), request: request ?? ingressPage(503), ...parts },
      { live, ...(facts ? { facts } : {}) },
    ),
  )
}

/** Walks the flows for a site whose gateway runs here, on a machine with these addresses, and sends into this cluster. */
export function intoCluster(
  objects: Record<string, JsonObject[]>,
  parts: Partial<World>,
  { more = {}, addresses = ['10.0.0.5'] }: { more?: Partial<Cluster>; addresses?: string[] } = {},
): Promise<Seen> {
  return asking(objects, more, {}, async (live, env) =>
    diagnose(
      {
        destination: destination({ interfaces: ['127.0.0.1', ...addresses], clients: await configuredClients(env) }),
        ...parts,
      },
      { live },
    ),
  )
}

type Live = (look: LookRequest) => Promise<Capture | null>

async function asking(
  objects: Record<string, JsonObject[]>,
  more: Partial<Cluster>,
  { config, url }: { config?: string | null | undefined; url?: string | undefined },
  walk: (live: Live, env: Record<string, string>) => Promise<Seen>,
): Promise<Seen> {
  server.cluster = cluster(objects, more)
  const file = join(home, 'config')
  if (config !== null) writeFileSync(file, config ?? kubeconfig(url ?? server.url))
  const env = cleanEnvironment({
    PATH: FOLDERS,
    HOME: home,
    KUBECONFIG: config === null ? join(home, 'none') : file,
  })
  const masker = createMasker()
  const live = async (look: LookRequest): Promise<Capture | null> => {
    if (look.kind !== 'run' || look.commands[0]?.[0] !== 'kubectl') return null
    const key = JSON.stringify([lookKey(look), server.cluster, config === null, config ?? '', url ?? ''])
    const before = kept.get(key)
    if (before) return before
    const capture = await byKubectl(look, env)
    const seen = { ...seal(capture, READERS[look.read], masker), startedAt: NOW.toISOString() }
    kept.set(key, seen)
    return seen
  }
  return walk(live, env)
}

async function byKubectl(look: LookRequest, env: Record<string, string>): Promise<Capture> {
  if (look.kind !== 'run') throw new Error('no command')
  const signal = new AbortController().signal
  return lookRun(look, {
    run: (argv, timeoutMs) => runCommand(argv, { timeoutMs, signal, env }),
    otherwise: () => Promise.reject(new Error('kubectl has no other way')),
    sudo: false,
  })
}

import { fileURLToPath } from 'node:url'
import { loadLibrary } from '../../src/flow/load.ts'
import { conclude, type Judged } from '../../src/guide/conclusion.ts'
import { ruledOut } from '../../src/guide/confidence.ts'
import { createEngine } from '../../src/guide/engine.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { walk } from '../../src/guide/headless.ts'
import { createLanguage } from '../../src/guide/language.ts'
import { factsOfUrl } from '../../src/guide/url-facts.ts'
import { LOOKS } from '../../src/probe/looks/index.ts'
import { READERS } from '../../src/reading/index.ts'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import type { Session } from '../../src/session/session.ts'
import type { Json } from '../../src/words/json.ts'
import type { Capture, LookRequest, Prober } from '../../src/words/look.ts'
import { containers, printed, remembered } from './containers.ts'
import { type Answer, answered, capture, clock, exchange, NOW, samples } from './http.ts'
import {
  blind,
  candidates,
  changes,
  destination,
  found,
  gatewayProcess,
  load,
  NGINX_PID,
  place,
  processInfo,
  sight,
  socketThere,
  units,
} from './looks.ts'
import { df, dfInodes, neighbour, rules, workers } from './packets.ts'
import { members, namesNow, resolverSays } from './pools.ts'
import {
  accessLines,
  accessLog,
  booted,
  dmesg,
  errorLog,
  journal,
  kernelJournal,
  NGINX_SOCKET,
  ss,
  started,
  tcp,
  unitSettings,
  unitState,
  unixSockets,
} from './text.ts'
import { TAKEN, tlsOffer } from './tls-hellos.ts'
import { appLog, listenerWorkers, protocol, waits, written } from './workers.ts'

/** The shipped flows with the real readers and looks. */
export const SHIPPED = loadLibrary(fileURLToPath(new URL('../../flows', import.meta.url)), {
  readers: READERS,
  looks: Object.keys(LOOKS),
  recorded: null,
})
const LIBRARY = SHIPPED.library
const LANGUAGE = createLanguage(LIBRARY)
const GUIDE = createGuide(LIBRARY, READERS, LANGUAGE)

export const CONF = '/etc/nginx/nginx.conf'
export const SITE = '/etc/nginx/sites-enabled/shop'

/** nginx's configuration as files: the main one, and the site's with this text in its server block. */
export function config(
  server = 'location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }',
  { main = '', changed = clock(-50_000), ...more }: { main?: string; changed?: Date } & Partial<Capture> = {},
): Capture {
  const out = `# configuration file ${CONF}:
error_log /var/log/nginx/error.log;
http {
  log_format shop '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"';
  access_log /var/log/nginx/access.log shop;
  proxy_read_timeout 30s;
  ${main}
  include /etc/nginx/sites-enabled/*;
}
# configuration file ${SITE}:
server {
  listen 80;
  server_name shop.example.com;
  ${server}
}
`
  return capture('look', out, {
    meta: {
      genuine: 'yes',
      exe: '/usr/sbin/nginx',
      version: '1.22.1',
      errorLog: '/var/log/nginx/error.log',
      accessLog: '/var/log/nginx/access.log',
      conf: CONF,
      prefix: '/usr/share/nginx',
      files: [
        { path: CONF, mtime: clock(-80_000).toISOString() },
        { path: SITE, mtime: changed.toISOString() },
      ],
      unreadable: [],
      limited: false,
      present: {},
    },
    ...more,
  })
}

/** A healthy nginx (pid 812) on port 80 in front of a healthy application (pid 4242) on 127.0.0.1:3000. */
export const HEALTHY = {
  /** Who listens on the URL's port. */
  destination: destination() as Answer,
  /** The nginx process. */
  gateway: gatewayProcess() as Answer,
  config: config() as Answer,
  /** The configuration where nginx is down. */
  configOnDisk: config() as Answer,
  gatewayUnit: unitState({ id: 'nginx.service', pid: NGINX_PID }) as Answer,
  gatewayJournal: journal(
    [{ at: clock(-40_000), says: 'Started nginx.service.', manager: true }],
    'nginx.service',
  ) as Answer,
  /** Our own request. */
  request: exchange(answered(200, 'ok', {}, true)),
  samples: samples(...Array.from({ length: 5 }, () => answered(200, 'ok', {}, true))),
  /** Requests of our own that are counted, also after one that failed. */
  count: samples(...Array.from({ length: 8 }, () => answered(200, 'ok', {}, true))),
  errorLog: errorLog() as Answer,
  accessLog: accessLog(accessLines(20, -5)) as Answer,
  /** Where the upstream's host lies. */
  place: place(['127.0.0.1']) as Answer,
  /** The socket's path. */
  path: socketThere() as Answer,
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242)) as Answer,
  /** The members of the pool, each asked by itself. */
  members: members() as Answer,
  /** What names have now. */
  names: namesNow({}) as Answer,
  /** What the gateway's own resolver says. */
  resolver: resolverSays({}) as Answer,
  unixSockets: unixSockets({ path: '/run/shop/shop.sock', pid: 4242 }) as Answer,
  /** The upstream asked directly. */
  direct: exchange(answered(200)),
  /** The upstream asked over TLS. */
  tls: exchange({ exit: 35, errormsg: 'error:0A00010B:SSL routines::wrong version number', ms: 2 }),
  /** The upstream asked in plain HTTP where nginx speaks TLS. */
  plain: exchange(answered(200)),
  /** nginx's workers. */
  workers: workers({ pid: 813, open: 37, limit: 1024 }) as Answer,
  /** The firewall's rules. */
  firewall: rules() as Answer,
  /** What the wire knows of the upstream's machine. */
  neighbour: neighbour('REACHABLE') as Answer,
  /** What the upstream does with a TLS hello. */
  tlsOffer: tlsOffer([{ change: '', ...TAKEN }]) as Answer,
  /** The application's process. */
  process: processInfo() as Answer,
  units: units() as Answer,
  candidates: candidates() as Answer,
  /** Whether the URL's name stands for a load balancer's. */
  alias: found({ host: 'shop.example.com', chain: [], addresses: ['10.0.0.5'], error: '' }) as Answer,
  /** As whom AWS would be asked. */
  awsContext: found({
    profile: '',
    unknown: false,
    region: '',
    region_from: '',
    source: 'machine',
    role: '',
    account: '',
  }) as Answer,
  /** What kubectl says: it is not there. */
  kubectl: blind('missing-tool') as Answer,
  /** Which clients are on this machine: none. */
  programs: found({ programs: [] }) as Answer,
  /** Signs of a cluster: none. */
  signs: found({ running: [], paths: [], whole: true }) as Answer,
  /** What ECS answers. */
  ecs: blind('missing-tool') as Answer,
  /** What AWS answers. */
  aws: blind('no-credentials') as Answer,
  unit: unitState({ pid: 4242 }) as Answer,
  /** What its unit file asks for. */
  settings: unitSettings() as Answer,
  /** When the machine booted. */
  manager: booted(clock(-86_400)) as Answer,
  journal: journal([started(clock(-3600)), { at: clock(-3599), says: 'listening on http://127.0.0.1:3000' }]) as Answer,
  kernelJournal: kernelJournal() as Answer,
  dmesg: dmesg() as Answer,
  load: load('0.54') as Answer,
  /** The processes that share the application's socket. */
  listenerWorkers: listenerWorkers() as Answer,
  waits: waits() as Answer,
  disk: df() as Answer,
  inodes: dfInodes() as Answer,
  /** The files that it writes. */
  written: written() as Answer,
  ownLimit: blind('no-permission') as Answer,
  appLog: appLog([]) as Answer,
  /** What it speaks when it is asked in each protocol. */
  protocol: protocol('http') as Answer,
  /** How long the application keeps an idle connection. */
  idle: found({
    ended: 'closed',
    idle_ms: 5003,
    status: 200,
    version: '1.1',
    connection: 'keep-alive',
    named_ms: 5000,
  }) as Answer,
  /** Of a gateway that is not there. */
  otherConfig: blind('no-such-file') as Answer,
  /** Which gateways are set up, by their files: none. */
  setUp: found({ systemd: true, asked: true, gateways: [], unread: [] }) as Answer,
  /** The containers of the machine: no engine runs. */
  containers: containers() as Answer,
  /** What listens in the container's own network. */
  inside: found({ whole: true, owners_whole: true, owners: [], tcp: [], tcp6: [], unix: [] }) as Answer,
  containerLog: printed() as Answer,
  /** What PM2 knows: it does not run. */
  pm2: found({ daemons: [], apps: [], saved: [] }) as Answer,
  /** The end of a log without stamps. */
  logEnd: capture('look', '') as Answer,
  containerEvents: remembered() as Answer,
  sight: sight() as Answer,
  changes: changes([]) as Answer,
}

export type World = typeof HEALTHY
export type Part = keyof World
const _PARTS = Object.keys(HEALTHY).filter((name): name is Part => name in HEALTHY)

/** Which part of a world a look is made at. */
export function partOf(request: LookRequest): Part {
  switch (request.kind) {
    case 'http':
      if (request.own) return request.times === 1 ? 'request' : request.every ? 'count' : 'samples'
      if (request.version !== undefined && request.verify === undefined) return 'plain'
      return request.url.startsWith('https:') && request.version === undefined ? 'tls' : 'direct'
    case 'log':
      if (request.read === 'app-log') return 'appLog'
      return request.read.startsWith('nginx-access-') ? 'accessLog' : 'errorLog'
    case 'run':
      return partOfCommand(request.commands[0] ?? [])
    case 'look':
      return partOfLook(request.name, request.args)
  }
}

function partOfCommand(argv: readonly string[]): Part {
  const ofNginx = argv.some((word) => word === 'nginx.service')
  if (argv[0] === 'ss') return argv[1] === '-lxnpH' ? 'unixSockets' : 'listeners'
  if (argv[0] === 'systemctl' && argv.includes('UserspaceTimestamp')) return 'manager'
  if (argv[0] === 'systemctl' && argv.some((word) => word.startsWith('Id,LoadState,User,'))) return 'settings'
  if (argv[0] === 'systemctl') return ofNginx ? 'gatewayUnit' : 'unit'
  if (argv[0] === 'journalctl' && argv.includes('-k')) return 'kernelJournal'
  if (argv[0] === 'journalctl') return ofNginx ? 'gatewayJournal' : 'journal'
  if (argv[0] === 'dmesg') return 'dmesg'
  if (argv[0] === 'iptables') return 'firewall'
  if (argv[0] === 'ip') return 'neighbour'
  if (argv[0] === 'kubectl') return 'kubectl'
  if (argv[0] === 'df') return argv.includes('-Pi') ? 'inodes' : 'disk'
  throw new Error(`this world has no ${argv.join(' ')}`)
}

const LOOK_PARTS: Record<string, Part> = {
  'ask-alias': 'alias',
  'aws-context': 'awsContext',
  'ask-aws': 'aws',
  'ask-ecs': 'ecs',
  programs: 'programs',
  signs: 'signs',
  destination: 'destination',
  'upstream-place': 'place',
  'ask-members': 'members',
  'ask-resolver': 'resolver',
  'names-now': 'names',
  path: 'path',
  'units-by-token': 'units',
  'ask-candidates': 'candidates',
  candidates: 'candidates',
  load: 'load',
  workers: 'workers',
  'ask-tls': 'tlsOffer',
  'listener-workers': 'listenerWorkers',
  'written-files': 'written',
  'gunicorn-limit': 'ownLimit',
  'php-fpm-limit': 'ownLimit',
  'ask-waits': 'waits',
  'ask-protocol': 'protocol',
  'ask-idle': 'idle',
  containers: 'containers',
  pm2: 'pm2',
  'log-end': 'logEnd',
  listeners: 'inside',
  'container-log': 'containerLog',
  'container-events': 'containerEvents',
  sight: 'sight',
  changes: 'changes',
  'gateways-set-up': 'setUp',
  'caddy-config': 'otherConfig',
  'haproxy-config': 'otherConfig',
  'ask-haproxy-log': 'otherConfig',
  'ask-haproxy': 'otherConfig',
  'varnish-config': 'otherConfig',
  'apache-config': 'otherConfig',
  'edge-config': 'otherConfig',
}

function partOfLook(name: string, args: { [name: string]: Json }): Part {
  if (name === 'process') return args.pid === NGINX_PID ? 'gateway' : 'process'
  if (name === 'nginx-config') return args.pid === undefined ? 'configOnDisk' : 'config'
  const part = LOOK_PARTS[name]
  if (part === undefined) throw new Error(`this world has no look ${name}`)
  return part
}

export interface Asked {
  url?: string
  facts?: Record<string, Json>
  /** Vantages that the caller gave. */
  vantages?: ('proxy' | 'app')[]
  sweep?: boolean
  /** Looks that are really made; null: the world answers. */
  live?: (request: LookRequest) => Promise<Capture | null>
}

/** Walks the shipped flows through a world that is healthy but for these parts. */
export async function diagnose(parts: Partial<World> = {}, asked: Asked = {}): Promise<Seen> {
  const world: World = { ...HEALTHY, ...parts }
  const url = new URL(asked.url ?? 'http://shop.example.com/checkout')
  const entries: JournalEntry[] = []
  const requests: LookRequest[] = []
  const prober: Prober = {
    async look(request) {
      requests.push(request)
      const seen = await asked.live?.(request)
      if (seen) return seen
      const answer = world[partOf(request)]
      return typeof answer === 'function' ? answer(request) : { ...answer, kind: request.kind }
    },
  }
  const start: SessionEvent = {
    type: 'session.started',
    id: '2026-11-21T0203-shop-k3f9',
    url: url.href,
    version: '0.1.0',
    library: LIBRARY.digest,
    windowMs: 900_000,
    options: {},
    host: { platform: 'linux', user: 'oncall', node: '24.0.0' },
  }
  const engine = createEngine(GUIDE, { start }, { append: (made) => void entries.push(...made) }, () => NOW)
  engine.dispatch({
    type: 'begin',
    facts: [
      ...factsOfUrl(url),
      { name: 'window.seconds', value: 900, origin: { by: 'tool' } },
      { name: 'window.now', value: NOW.toISOString(), origin: { by: 'tool' } },
      ...Object.entries(asked.facts ?? {}).map(([name, value]) => ({ name, value, origin: { by: 'flag' } as const })),
    ],
    vantages: asked.vantages ?? [],
  })
  const session = await walk({
    guide: GUIDE,
    language: LANGUAGE,
    engine,
    prober,
    answers: new Map(),
    sweep: asked.sweep ?? false,
    signal: new AbortController().signal,
  })
  return new Seen(session, entries, requests)
}

type Taken = Extract<SessionEvent, { type: 'branch.taken' }>

/** What a walk saw, in words for expectations. Empty parts are left out. */
export class Seen {
  readonly judged: Judged

  constructor(
    readonly session: Session,
    readonly entries: JournalEntry[],
    readonly requests: LookRequest[],
  ) {
    this.judged = conclude(session, LIBRARY, LANGUAGE)
  }

  /** Nodes in the order of the walk, with the way each was left: `app/listening.there`. */
  get path(): string[] {
    return this.session.visits.map(({ node, left }) => (left === null ? node : `${node}.${left}`))
  }

  /** Which parts of the world were looked at, in order. */
  get asked(): Part[] {
    return this.requests.map(partOf)
  }

  /** How a node was left, or why nothing could be seen there. */
  at(node: string) {
    const events = this.entries.map((entry) => entry.event)
    const taken = events.findLast((event): event is Taken => event.type === 'branch.taken' && event.node === node)
    if (!taken) {
      const dark = events.find((event) => event.type === 'node.blind' && event.node === node)
      return dark?.type === 'node.blind' ? { blind: dark.why, says: dark.says, go: dark.go } : null
    }
    const learns = events.flatMap((event) =>
      event.type === 'fact.learned' && event.visit === taken.visit ? [[event.name, event.value] as const] : [],
    )
    const proves = events.flatMap((event) =>
      event.type === 'vantage.proven' && event.visit === taken.visit ? [event.role] : [],
    )
    const dark = events.flatMap((event) => (event.type === 'blind.spot' && event.node === node ? [event.says] : []))
    return {
      branch: taken.branch,
      ...(taken.finding ? { says: taken.finding.says } : {}),
      ...(learns.length > 0 ? { learns: Object.fromEntries(learns) } : {}),
      ...(proves.length > 0 ? { proves } : {}),
      ...(taken.suspects.length > 0 ? { suspects: taken.suspects } : {}),
      ...(taken.rulesOut.length > 0 ? { rulesOut: taken.rulesOut } : {}),
      ...(taken.hops.length > 0 ? { hops: taken.hops.map((hop) => `${hop.kind} ${hop.vendor} ${hop.role}`) } : {}),
      ...(taken.aside.length > 0 ? { aside: taken.aside } : {}),
      ...(dark.length > 0 ? { dark } : {}),
      go: taken.go,
    }
  }

  /** The verdict that was reached, whole. */
  get verdict() {
    const { verdict, outcome, state } = this.judged
    if (!verdict) return null
    const { node, assessment } = verdict
    return {
      id: node.id,
      cause: node.cause,
      confidence: assessment.confidence,
      outcome,
      state,
      place: node.place,
      ...(node.sides.length > 0 ? { sides: node.sides } : {}),
      bornAt: verdict.bornAt,
      shape: verdict.shape,
      says: verdict.says,
      ...(node.symptoms.length > 0 ? { symptoms: node.symptoms } : {}),
      proofs: assessment.proofs.map((proof) => `${proof.node}.${proof.branch}`),
      ...(assessment.missing.length > 0 ? { missing: assessment.missing } : {}),
      ...(assessment.openRivals.length > 0 ? { open: assessment.openRivals } : {}),
      ...(this.alternatives.length > 0 ? { alternatives: this.alternatives } : {}),
    }
  }

  /** Cause and confidence in short: `process-down confirmed`, or the end that was reached. */
  get short(): string {
    const { verdict } = this.judged
    return verdict
      ? `${verdict.node.cause} ${verdict.assessment.confidence}`
      : (this.session.reached?.node ?? 'nowhere')
  }

  get alternatives(): string[] {
    return this.judged.alternatives.map((other) => `${other.node.cause} ${other.assessment.confidence}`)
  }

  /** Where a walk without a verdict ended. */
  get end() {
    const { reached } = this.session
    const { outcome, state } = this.judged
    return { node: reached?.node ?? '', kind: reached?.kind ?? '', outcome, state, says: reached?.says ?? '' }
  }

  get ruledOut(): string[] {
    return ruledOut(this.session).map(({ cause }) => cause)
  }

  get blindSpots(): string[] {
    return this.session.blindSpots.map(({ node, why, says }) => `${node} ${why}: ${says}`)
  }

  fact(name: string): Json | undefined {
    return this.session.facts.get(name)?.value
  }
}

import type { Cause, Outcome, Place, Shape, State } from '../words/vocabulary.ts'

/** How much a drill asks of whoever walks it. */
export type Level = 'first night' | 'everyday' | 'tricky' | 'all well'

/** What the list on the start screen knows of a recorded incident. Made from its journal when the program is built. */
export interface Incident {
  name: string
  level: Level
  /** What visitors get; null where nobody answered. */
  status: number | null
  /** The hops that were seen, from the outside in, as the journal names them. */
  gateways: string[]
  /** Who keeps it running (`systemd`); '' where nobody does. */
  keeper: string
  /** How many looks it took until the end. */
  looks: number
  cause: Cause | ''
  shape: Shape | ''
  place: Place | ''
  /** The verdict's sentence, or what was seen first where there is no verdict. */
  says: string
}

/** The few fields of events that are read here; lines hold more. */
interface Read {
  type: string
  name?: string
  value?: unknown
  by?: string
  hops?: { kind?: string; vendor?: string }[]
  finding?: { says?: string }
  conclusion?: {
    outcome: Outcome
    state: State
    verdict?: { cause: Cause; shape: Shape; place: Place; says: string } | null
  }
}

/** How the list is made: `first-nights` in their order, and who is known by which fact. */
export interface ListFile {
  'first-nights': string[]
  keepers: { [fact: string]: string }
}

/** Hops in front of any gateway. */
const FRONTS: ReadonlySet<string> = new Set(['cdn', 'load-balancer'])
const TOLD = /"type":"(fact\.learned|branch\.taken|node\.blind|session\.ended)"/

/** What is to be known of one recorded incident. `lines`: its journal, one event each. Null for one without an end. */
export function incidentOf(name: string, lines: readonly string[], list: ListFile): Incident | null {
  const facts = new Map<string, unknown>()
  const fronts: string[] = []
  const gateways: string[] = []
  let looks = 0
  let first = ''
  let end: Read['conclusion']
  for (const line of lines) {
    if (!TOLD.test(line)) continue
    const event = JSON.parse(line) as Read
    if (event.name !== undefined && !facts.has(event.name)) facts.set(event.name, event.value)
    if (event.name === 'gateway.name') add(gateways, event.value)
    for (const hop of event.hops ?? []) if (FRONTS.has(hop.kind ?? '')) add(fronts, hop.vendor)
    if (event.by === 'probe' || event.type === 'node.blind') looks += 1
    first ||= event.finding?.says ?? ''
    end = event.conclusion ?? end
  }
  if (!end) return null
  const status = facts.get('answer.status')
  const keeper = Object.entries(list.keepers).find(([fact]) => facts.has(fact))?.[1] ?? ''
  const { verdict } = end
  return {
    name,
    level: levelOf(name, end, fronts.length + gateways.length, list),
    status: typeof status === 'number' ? status : null,
    gateways: [...fronts, ...gateways],
    keeper,
    looks,
    cause: verdict?.cause ?? '',
    shape: verdict?.shape ?? '',
    place: verdict?.place ?? '',
    says: verdict?.says ?? first,
  }
}

function add(names: string[], name: unknown): void {
  if (typeof name === 'string' && !names.includes(name)) names.push(name)
}

function levelOf(
  name: string,
  { outcome, state }: NonNullable<Read['conclusion']>,
  hops: number,
  list: ListFile,
): Level {
  if (list['first-nights'].includes(name)) return 'first night'
  if (outcome === 'healthy') return 'all well'
  return outcome === 'diagnosed' && state === 'failing' && hops < 2 ? 'everyday' : 'tricky'
}

const LEVELS: readonly Level[] = ['first night', 'everyday', 'tricky', 'all well']

/** The easy ones first: by level, then the gateway that most have, then how many looks it takes. */
export function inOrder(incidents: readonly Incident[], list: ListFile): Incident[] {
  const many = new Map<string, number>()
  const way = ({ gateways }: Incident) => gateways.join(' ')
  for (const one of incidents) many.set(way(one), (many.get(way(one)) ?? 0) + 1)
  const first = ({ name }: Incident) => list['first-nights'].indexOf(name)
  return [...incidents].sort(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      first(a) - first(b) ||
      (many.get(way(b)) ?? 0) - (many.get(way(a)) ?? 0) ||
      way(a).localeCompare(way(b)) ||
      a.looks - b.looks ||
      a.name.localeCompare(b.name),
  )
}

import { object, objects, text, texts, whole } from '../process/found.ts'
import { qualified, type Router, type TraefikDynamic } from './dynamic.ts'
import { hostsOf, ruleFits } from './rule.ts'
import type { TraefikStatic } from './static.ts'

/** A GET as it comes to Traefik. */
export interface Asked {
  scheme: string
  host: string
  port: number
  path: string
}

/** What becomes of one request. */
export interface TraefikFate {
  listens: boolean
  entry: string
  router: Router | undefined
  /** It is certain that no router fits, and why. */
  noRoute: string
  names: string[]
  /** Of the service, qualified; '' where there is none, or several share the requests. */
  service: string
  /** proxy | redirect | '' */
  handler: 'proxy' | 'redirect' | ''
  path: string
  doubt: string
}

/** The entry point of the port, then the router with the highest priority whose rule fits. */
export function traefikFate(fixed: TraefikStatic, dynamic: TraefikDynamic, asked: Asked): TraefikFate {
  const fate: TraefikFate = {
    ...{ listens: false, entry: '', router: undefined, noRoute: '', names: [], service: '', handler: '' },
    ...{ path: asked.path, doubt: '' },
  }
  const entry = [...fixed.entryPoints].find(([, each]) => each.port === asked.port)
  if (entry === undefined) return fate
  fate.listens = true
  fate.entry = entry[0]
  const here = dynamic.routers.filter((each) => onEntry(each, fate.entry))
  // Whether an entry point makes its routers speak TLS, only the running one tells.
  const taken = dynamic.running ? here.filter((each) => each.tls === (asked.scheme === 'https')) : here
  const router = chosen(taken, asked, fate)
  if (router === undefined) {
    // Files alone do not tell what other providers know.
    if (fate.doubt === '') fate.noRoute = whyNone(here, asked, fate.entry)
    return fate
  }
  fate.router = router
  fate.names = hostsOf(router.rule).filter((host) => !host.includes('*'))
  pass(router, dynamic, fate)
  return fate
}

function onEntry(router: Router, entry: string): boolean {
  return router.entryPoints.length === 0 || router.entryPoints.includes(entry)
}

/** Without a priority the length of the rule is it. Source: Traefik's documentation, "Priority Calculation". */
function priorityOf({ priority, rule }: Router): number {
  return priority > 0 ? priority : rule.length
}

function chosen(routers: readonly Router[], asked: Asked, fate: TraefikFate): Router | undefined {
  const inOrder = routers.filter((each) => each.status !== 'disabled').toSorted((a, b) => priorityOf(b) - priorityOf(a))
  for (const router of inOrder) {
    const fits = ruleFits(router.rule, asked)
    if (fits === undefined) fate.doubt ||= `the rule of router ${router.name} cannot be judged from outside`
    if (fits === true) return router
  }
  return undefined
}

/** Why the request finds no router: one that is disabled, one of another entry point or of the other scheme, or none at all. */
function whyNone(routers: readonly Router[], asked: Asked, entry: string): string {
  const fitting = routers.filter((each) => ruleFits(each.rule, asked) === true)
  const disabled = fitting.find(({ status }) => status === 'disabled')
  if (disabled) {
    const why = disabled.errors[0] ?? ''
    return `router ${disabled.name} is for it and is disabled${why === '' ? '' : `: ${why}`}`
  }
  const [other] = fitting
  if (other) return `router ${other.name} is for ${other.tls ? 'https' : 'http'} only`
  return `no router of entry point ${entry} is for ${asked.host}${asked.path}`
}

function pass(router: Router, dynamic: TraefikDynamic, fate: TraefikFate): void {
  fate.handler = 'proxy'
  rewrite(router, dynamic, fate)
  fate.service = qualified(router.service, router.provider)
  for (let turns = 0; turns < 5; turns++) {
    const service = dynamic.services.get(fate.service.toLowerCase())
    if (service === undefined) return
    const inner = objects(object(service, 'weighted'), 'services').filter(
      (each) => !('weight' in each) || whole(each, 'weight') > 0,
    )
    const [only, ...others] = inner
    if (only === undefined) {
      for (const kind of ['failover', 'mirroring']) {
        if (kind in service) fate.doubt ||= `service ${fate.service} chooses among others (${kind})`
      }
      return
    }
    if (others.length > 0) {
      fate.doubt ||= `service ${fate.service} shares requests among ${inner.length} others`
      return
    }
    fate.service = qualified(text(only, 'name'), router.provider)
  }
}

/** Middlewares that change where a request goes; of those that are not known the path is not told. */
function rewrite(router: Router, { middlewares }: TraefikDynamic, fate: TraefikFate): void {
  for (const name of router.middlewares) {
    const found = middlewares.get(qualified(name, router.provider).toLowerCase())
    if (found === undefined || 'replacepathregex' in found || 'stripprefixregex' in found || 'chain' in found) {
      fate.path = ''
      continue
    }
    if ('redirectscheme' in found || 'redirectregex' in found) fate.handler = 'redirect'
    if ('replacepath' in found) fate.path = text(object(found, 'replacepath'), 'path')
    if ('addprefix' in found && fate.path !== '')
      fate.path = `${text(object(found, 'addprefix'), 'prefix')}${fate.path}`
    const prefix = texts(object(found, 'stripprefix'), 'prefixes').find((each) => fate.path.startsWith(each))
    if (prefix !== undefined) fate.path = `/${fate.path.slice(prefix.length).replace(/^\//, '')}`
  }
}

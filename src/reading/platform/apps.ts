import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text, texts } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { keepingFields, printed } from './json.ts'

const output = t.record({
  /** All applications of the account were told. */
  complete: t.bool,
  /** One of them has a name of the site (`url.host`, or what that is an alias of). */
  found: t.bool,
  count: t.int,
  /** What commands call it. */
  app: t.string,
  /** What people call it. */
  name: t.string,
  region: t.string,
  /** Up to six names, for a person who has to choose. */
  names: t.string,
  /** Who suspended it, where somebody did. */
  suspended: t.string,
})

interface App {
  app: string
  name: string
  region: string
  /** The names under which it is reached. */
  hosts: string[]
  suspended?: string
}

const MOST_NAMED = 6

/** One reader for each platform's list: they differ in where the fields are. */
function appsReader(name: string, shape: Parameters<typeof keepingFields>[0], appsOf: (item: JsonObject) => App[]) {
  return reader({
    name,
    output,
    consults: ['url.host', 'platform.names'],
    keep: keepingFields(shape),
    read(capture, context) {
      const { items, whole } = printed(capture.out)
      const known = context.facts.get('platform.names')
      const names = new Set([context.facts.get('url.host'), ...(Array.isArray(known) ? known : [])].map(plain))
      const apps = items.flatMap(appsOf).filter(({ app }) => app !== '')
      const ours = apps.filter(({ hosts }) => hosts.some((host) => names.has(plain(host))))
      const [one] = ours
      const complaint = apps.length === 0 ? complaintOf(capture) : null
      const dark: Dark[] = complaint ? [complaint] : []
      const shown = (one ? [one] : apps).slice(0, MOST_NAMED).map((each) => visibleLine(each.name, 80))
      return {
        value: {
          complete: answered(capture) && whole && complaint === null,
          found: ours.length === 1,
          count: BigInt(apps.length),
          app: one?.app ?? '',
          name: visibleLine(one?.name ?? '', 80),
          region: visibleLine(one?.region ?? '', 40),
          names: shown.join(', '),
          suspended: visibleLine(one?.suspended ?? '', 80),
        },
        dark,
        lines: (one ? [one] : apps)
          .slice(0, 5)
          .map((each) => visibleLine(`${each.name}  ${each.region}  ${each.hosts.join(' ')}`, 200)),
      }
    },
  })
}

function plain(host: unknown): string {
  return String(host ?? '')
    .toLowerCase()
    .replace(/\.$/, '')
}

/** The host of a URL that a client printed; '' for what is none. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/:?#]{1,253})/i.exec(url)?.[1] ?? ''
}

/** `heroku apps --all --json`: `web_url` is `https://NAME-HASH.herokuapp.com/`, so the name alone does not tell it. */
export const herokuAppsReader = appsReader(
  'heroku-apps',
  { name: true, web_url: true, region: { name: true } },
  (item) => [
    {
      app: text(item, 'name'),
      name: text(item, 'name'),
      region: text(object(item, 'region'), 'name'),
      hosts: [hostOf(text(item, 'web_url'))],
    },
  ],
)

/** `heroku domains -a APP --json`: every name that the application serves, its own and those that were added. */
export const herokuDomainsReader = appsReader('heroku-domains', { hostname: true, cname: true }, (item) => {
  const name = text(item, 'hostname')
  return [{ app: name, name, region: '', hosts: [name, text(item, 'cname')] }]
})

const RENDER = {
  id: true,
  name: true,
  suspended: true,
  suspenders: true,
  serviceDetails: { url: true, region: true },
} as const

/** `render services -o json`: the API's objects, each by itself or under `service` (api-docs.render.com). */
export const renderServicesReader = appsReader('render-services', { ...RENDER, service: RENDER }, (item) => {
  const service = text(item, 'id') === '' ? object(item, 'service') : item
  const details = object(service, 'serviceDetails')
  const [app, name] = [text(service, 'id'), text(service, 'name')]
  const by = texts(service, 'suspenders').join(', ')
  const suspended = text(service, 'suspended') === 'suspended' ? by || 'somebody' : ''
  return [{ app, name, region: text(details, 'region'), hosts: [hostOf(text(details, 'url'))], suspended }]
})

const DOMAINS = { serviceDomains: { domain: true }, customDomains: { domain: true } } as const
const INSTANCE = { edges: { node: { serviceName: true, domains: DOMAINS } } } as const

/** `railway status --json`: the project that this folder is linked to, with the domains of each service in each environment. */
export const railwayStatusReader = appsReader(
  'railway-status',
  { environments: { edges: { node: { name: true, serviceInstances: INSTANCE } } } },
  (project) =>
    nodes(project, 'environments').flatMap((environment) =>
      nodes(environment, 'serviceInstances').map((instance) => {
        const domains = object(instance, 'domains')
        const hosts = [...objects(domains, 'serviceDomains'), ...objects(domains, 'customDomains')]
        const name = text(instance, 'serviceName')
        return { app: name, name, region: text(environment, 'name'), hosts: hosts.map((each) => text(each, 'domain')) }
      }),
    ),
)

/** The items of a list as GraphQL pages it. */
function nodes(parent: JsonObject, name: string): JsonObject[] {
  return objects(object(parent, name), 'edges').map((edge) => object(edge, 'node'))
}

/** `gcloud run services list --format=json`: Knative services; newer ones have several URLs in an annotation. */
export const cloudRunServicesReader = appsReader(
  'cloud-run-services',
  {
    metadata: {
      name: true,
      labels: { 'cloud.googleapis.com/location': true },
      annotations: { 'run.googleapis.com/urls': true },
    },
    status: { url: true, address: { url: true } },
  },
  (item) => {
    const metadata = object(item, 'metadata')
    const status = object(item, 'status')
    const urls =
      text(object(metadata, 'annotations'), 'run.googleapis.com/urls').match(/https:\/\/[^"\s,\]]{1,253}/g) ?? []
    const name = text(metadata, 'name')
    const region = text(object(metadata, 'labels'), 'cloud.googleapis.com/location')
    const hosts = [text(status, 'url'), text(object(status, 'address'), 'url'), ...urls].map(hostOf)
    return [{ app: name, name, region, hosts }]
  },
)

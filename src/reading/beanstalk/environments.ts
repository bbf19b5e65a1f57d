import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { answerOf, itemsOf, keeping } from '../aws/answer.ts'
import { timeOf } from '../platform/json.ts'
import { object, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'

const output = t.record({
  /** All environments of the account in the region were told. */
  complete: t.bool,
  /** Exactly one of them is the site's. */
  found: t.bool,
  /** It is so by a name: its CNAME or its endpoint is a name of the site. Otherwise somebody named the environment. */
  by_name: t.bool,
  count: t.int,
  app: t.string,
  /** The application (a folder of environments) that it belongs to. */
  group: t.string,
  version: t.string,
  /** Launching | Updating | Ready | Terminating … */
  status: t.string,
  /** Green | Yellow | Red | Grey. */
  color: t.string,
  /** WebServer | Worker */
  tier: t.string,
  platform: t.string,
  updated: t.timestamp,
  /** Seconds from its last update to the beginning of this session; 0 where it is not told. */
  seconds_before: t.int,
  /** The load balancer's name, or the address of its only instance. */
  endpoint: t.string,
  /** Up to six names, for a person who has to choose. */
  names: t.string,
})

const MOST_NAMED = 6

/** `aws elasticbeanstalk describe-environments`. Fields by the API reference: EnvironmentDescription. */
export const beanstalkEnvironmentsReader = reader({
  name: 'beanstalk-environments',
  output,
  consults: ['url.host', 'platform.names', 'platform.app'],
  keep: keeping({
    Environments: {
      ApplicationName: true,
      EnvironmentName: true,
      VersionLabel: true,
      SolutionStackName: true,
      EndpointURL: true,
      CNAME: true,
      DateUpdated: true,
      Status: true,
      Health: true,
      Tier: { Name: true },
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'Environments')
    const environments = itemsOf(answer, 'Environments').filter((each) => text(each, 'Status') !== 'Terminated')
    const known = context.facts.get('platform.names')
    const names = new Set([context.facts.get('url.host'), ...(Array.isArray(known) ? known : [])].map(plain))
    const named = context.facts.get('platform.app')
    const byName = environments.filter((each) => hostsOf(each).some((host) => names.has(plain(host))))
    const chosen = byName.length > 0 ? byName : environments.filter((each) => text(each, 'EnvironmentName') === named)
    const one = chosen.length === 1 ? (chosen[0] ?? {}) : {}
    const updated = timeOf(one.DateUpdated)
    return {
      value: {
        complete: answer.complete,
        found: chosen.length === 1,
        by_name: byName.length === 1,
        count: BigInt(environments.length),
        app: text(one, 'EnvironmentName'),
        group: visibleLine(text(one, 'ApplicationName'), 100),
        version: visibleLine(text(one, 'VersionLabel'), 100),
        status: text(one, 'Status'),
        color: text(one, 'Health'),
        tier: text(object(one, 'Tier'), 'Name'),
        platform: visibleLine(text(one, 'SolutionStackName'), 100),
        updated,
        seconds_before:
          updated > NEVER ? BigInt(Math.max(0, Math.floor((context.now.getTime() - updated.getTime()) / 1000))) : 0n,
        endpoint: plain(text(one, 'EndpointURL')),
        names: environments
          .slice(0, MOST_NAMED)
          .map((each) => visibleLine(text(each, 'EnvironmentName'), 60))
          .join(', '),
      },
      dark: answer.dark,
      lines: (chosen.length === 1 ? chosen : environments)
        .slice(0, 5)
        .map((each) =>
          visibleLine(
            ['EnvironmentName', 'Status', 'Health', 'VersionLabel', 'CNAME'].map((name) => text(each, name)).join('  '),
            200,
          ),
        ),
    }
  },
})

/** The names under which an environment is reached. */
function hostsOf(environment: JsonObject): string[] {
  return [text(environment, 'CNAME'), text(environment, 'EndpointURL')].filter((host) => host !== '')
}

function plain(host: unknown): string {
  return String(host ?? '')
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '')
}

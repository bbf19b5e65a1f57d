import { darkOfError, errorOfText } from '../../reading/aws/failure.ts'
import { printed } from '../../reading/platform/json.ts'
import { objects, text, texts } from '../../reading/process/found.ts'
import type { JsonObject } from '../../words/json.ts'
import { stringsOf } from '../looks/arguments.ts'
import { blind, found, type Over, within } from '../looks/outcome.ts'
import type { BuiltInLookFn, LookOutcome, LookTools } from '../looks/types.ts'
import { readContext } from './context.ts'

const MOST_CLUSTERS = 10
const MOST_SERVICES = 200
const MOST_TASKS = 10
/** DescribeServices takes at most ten names (API reference). */
const BATCH = 10
const NAME = /^[A-Za-z0-9_-]{1,255}$/
const REGION = /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/

/**
 * The service of ECS that sends its tasks into one of these target groups, and its tasks that ended last, asked by the `aws`
 * command. Arguments: `groups`, ARNs of target groups; `region`; `cluster` and `service`, where somebody named them.
 */
export const askEcsLook: BuiltInLookFn = (args, tools) => {
  const groups = stringsOf(args, 'groups')
  const [cluster, service] = [nameOf(args.cluster), nameOf(args.service)]
  const argv = [
    'aws',
    'ecs',
    'describe-services',
    '--cluster',
    cluster ?? 'CLUSTER',
    '--services',
    service ?? 'SERVICE',
    '--output',
    'json',
  ]
  return within(tools, argv, async (over) => {
    const context = await readContext(tools.env)
    // The command would start that program, through a shell.
    if (context?.source === 'program')
      return blind(
        argv,
        'no-credentials',
        'the profile gets its credentials from a program (credential_process), which is not started from here',
      )
    const asker = new Asker(
      tools,
      argv,
      typeof args.region === 'string' && REGION.test(args.region) ? args.region : undefined,
    )
    try {
      const clusters = cluster === undefined ? await asker.list(['list-clusters'], 'clusterArns') : [cluster]
      const wanted = (each: JsonObject) =>
        objects(each, 'loadBalancers').some((one) => groups.includes(text(one, 'targetGroupArn')))
      const hit = await serviceIn(
        asker,
        clusters.slice(0, MOST_CLUSTERS),
        service,
        (each) => service !== undefined || wanted(each),
        over,
      )
      const tasks = hit ? await endedTasks(asker, hit.cluster, text(hit.service, 'serviceName')) : []
      const told = {
        clusters: clusters.length,
        cluster: nameAtEnd(hit?.cluster ?? ''),
        services: hit ? [hit.service] : [],
        tasks,
      }
      return found(argv, told, { timedOut: over() })
    } catch (error) {
      if (error instanceof Refused) return error.outcome
      throw error
    }
  })
}

async function serviceIn(
  asker: Asker,
  clusters: string[],
  service: string | undefined,
  fits: (each: JsonObject) => boolean,
  over: Over,
) {
  for (const cluster of clusters) {
    const names =
      service === undefined ? await asker.list(['list-services', '--cluster', cluster], 'serviceArns') : [service]
    for (let at = 0; at < Math.min(names.length, MOST_SERVICES) && !over(); at += BATCH) {
      const batch = names.slice(at, at + BATCH)
      const answer = await asker.ask(['describe-services', '--cluster', cluster, '--services', ...batch])
      const hit = objects(answer, 'services').find(fits)
      if (hit) return { cluster, service: hit }
    }
  }
  return null
}

/** Tasks that ended within the last hour: ECS forgets them then. */
async function endedTasks(asker: Asker, cluster: string, service: string): Promise<JsonObject[]> {
  const arns = await asker.list(
    ['list-tasks', '--cluster', cluster, '--service-name', service, '--desired-status', 'STOPPED'],
    'taskArns',
  )
  if (arns.length === 0) return []
  const answer = await asker.ask(['describe-tasks', '--cluster', cluster, '--tasks', ...arns.slice(0, MOST_TASKS)])
  return objects(answer, 'tasks')
}

/** ECS gave no answer; the look ends with it. */
class Refused extends Error {
  constructor(readonly outcome: LookOutcome) {
    super(outcome.says ?? '')
  }
}

class Asker {
  constructor(
    private readonly tools: LookTools,
    private readonly argv: string[],
    private readonly region: string | undefined,
  ) {}

  async ask(words: string[]): Promise<JsonObject> {
    const where = this.region === undefined ? [] : ['--region', this.region]
    const result = await this.tools.run(
      ['aws', 'ecs', ...words, ...where, '--output', 'json'],
      this.tools.timeoutMs / 2,
    )
    if (result.missing) throw new Refused(blind(this.argv, 'missing-tool', 'aws: not on this machine'))
    const [answer] = printed(result.out).items
    if (result.exit === 0 && answer) return answer
    if (result.timedOut) throw new Refused(blind(this.argv, 'timed-out', 'AWS did not answer in time'))
    const { why, says } = darkOfError(errorOfText(result.err) ?? { code: '', message: result.err.trim().slice(0, 300) })
    throw new Refused(blind(this.argv, why, says))
  }

  /** ARNs of a list. The command reads all pages by itself; what an ARN may not be is left out. */
  async list(words: string[], field: string): Promise<string[]> {
    const arns = texts(await this.ask(words), field)
    return arns.filter((arn) =>
      /^arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,40}:\d{12}:[a-z-]{1,20}\/[A-Za-z0-9_/-]{1,600}$/.test(arn),
    )
  }
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value : undefined
}

function nameAtEnd(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { answerOf, itemsOf, keeping } from '../aws/answer.ts'
import { object, text, texts } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { clauseOf, SHOWN, servicesIn, word, wordsOf } from './words.ts'

const output = t.record({
  /** All instances of the environment were told. */
  complete: t.bool,
  total: t.int,
  ok: t.int,
  /** Those on which something goes on (Pending). */
  pending: t.int,
  ill: t.int,
  silent: t.int,
  /** Instances on which the last deployment failed, and those on which it goes on. */
  failed: t.int,
  deploying: t.int,
  /** The versions that are on them. */
  versions: t.string,
  /** Services of an instance that do not run, as its agent says: `application`, `proxy`. */
  services: t.list(t.string),
  words: t.list(word),
  /** The instance that tells most, and what it says. */
  instance: t.string,
  causes: t.string,
  /** `2 instances: 2 Severe` */
  says: t.string,
})

const CONDITIONS: Readonly<Record<string, 'ok' | 'pending' | 'ill' | 'silent'>> = {
  Ok: 'ok',
  Info: 'ok',
  Pending: 'pending',
  Warning: 'ill',
  Degraded: 'ill',
  Severe: 'ill',
  NoData: 'silent',
  Unknown: 'silent',
}

/** `aws elasticbeanstalk describe-instances-health --attribute-names All`. Fields by the API reference: SingleInstanceHealth, Deployment. */
export const beanstalkInstancesReader = reader({
  name: 'beanstalk-instances',
  output,
  consults: [],
  keep: keeping({
    InstanceHealthList: {
      InstanceId: true,
      HealthStatus: true,
      Color: true,
      Causes: true,
      LaunchedAt: true,
      Deployment: true,
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'InstanceHealthList')
    const instances = itemsOf(answer, 'InstanceHealthList')
    const of = (condition: string) => instances.filter((each) => conditionOf(each) === condition).length
    const deployed = (status: string) => instances.filter((each) => deploymentOf(each, 'Status') === status).length
    const said = instances.flatMap((each) => texts(each, 'Causes'))
    const worst = instances.find((each) => conditionOf(each) !== 'ok' && texts(each, 'Causes').length > 0)
    const versions = new Set(instances.map((each) => deploymentOf(each, 'VersionLabel')).filter((each) => each !== ''))
    return {
      value: {
        complete: answer.complete,
        total: BigInt(instances.length),
        ok: BigInt(of('ok')),
        pending: BigInt(of('pending')),
        ill: BigInt(of('ill')),
        silent: BigInt(of('silent')),
        failed: BigInt(deployed('Failed')),
        deploying: BigInt(deployed('In Progress')),
        versions: [...versions].slice(0, 6).join(', '),
        services: servicesIn(said, context),
        words: wordsOf(said, context),
        instance: visibleLine(text(worst ?? {}, 'InstanceId'), 40),
        causes: clauseOf(texts(worst ?? {}, 'Causes'), 3),
        says: `${instances.length === 1 ? '1 instance' : `${instances.length} instances`}: ${counted(instances)}`,
      },
      dark: answer.dark,
      lines: instances.slice(0, 5).map((each) => visibleLine(lineOf(each), SHOWN)),
    }
  },
})

function conditionOf(instance: JsonObject): string {
  return CONDITIONS[text(instance, 'HealthStatus')] ?? 'silent'
}

function deploymentOf(instance: JsonObject, field: string): string {
  return visibleLine(text(object(instance, 'Deployment'), field), 60)
}

function counted(instances: readonly JsonObject[]): string {
  const counts = new Map<string, number>()
  for (const each of instances) {
    const status = visibleLine(text(each, 'HealthStatus') || 'not told', 20)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ') || 'none'
}

function lineOf(instance: JsonObject): string {
  return [text(instance, 'InstanceId'), text(instance, 'HealthStatus'), ...texts(instance, 'Causes').slice(0, 2)].join(
    '  ',
  )
}

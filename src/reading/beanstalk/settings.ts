import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { documentsIn } from '../aws/documents.ts'
import { objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerWith } from './words.ts'

const output = t.record({
  complete: t.bool,
  /** SingleInstance | LoadBalanced */
  kind: t.string,
  /** nginx | apache | none, or '' where it is not told. */
  proxy: t.string,
  /** The port that the application is told in PORT, 0 where none is set. */
  port: t.int,
  /** `GET /health on port 80, wants 200` */
  check: t.string,
  /** AllAtOnce | Rolling | RollingWithAdditionalBatch | Immutable | TrafficSplitting */
  policy: t.string,
  /** The smallest number of instances that it is allowed, -1 where it is not told. */
  least: t.int,
  says: t.string,
})

const PROCESS = 'aws:elasticbeanstalk:environment:process:default'
const VARIABLES = 'aws:elasticbeanstalk:application:environment'
/** What is kept of an environment's options, by namespace and name (general options for all environments); nothing else leaves the seal. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  'aws:elasticbeanstalk:environment': ['EnvironmentType', 'LoadBalancerType'],
  'aws:elasticbeanstalk:environment:proxy': ['ProxyServer'],
  'aws:elasticbeanstalk:application': ['Application Healthcheck URL'],
  'aws:elasticbeanstalk:command': ['DeploymentPolicy'],
  'aws:autoscaling:asg': ['MinSize', 'MaxSize'],
  [PROCESS]: ['HealthCheckPath', 'MatcherHTTPCode', 'Port', 'Protocol'],
}

/**
 * `aws elasticbeanstalk describe-configuration-settings`. The variables of the application stand among its options in plain text:
 * of them only PORT is kept, and that only where it is a number.
 */
export const beanstalkSettingsReader = reader({
  name: 'beanstalk-settings',
  output,
  consults: [],
  keep(out) {
    const { documents, whole } = documentsIn(out)
    if (documents.length === 0) return { out: out.split('\n').slice(0, 20).join('\n').slice(0, 4000), leftOut: '' }
    const kept = documents.map((document) =>
      JSON.stringify({
        ConfigurationSettings: objects(document, 'ConfigurationSettings').map((each) => ({
          OptionSettings: objects(each, 'OptionSettings').filter(mayStay).map(bare),
        })),
      }),
    )
    return {
      out: kept.join('\n') + (whole ? '' : '\n{'),
      leftOut: 'options that nothing is read from, and all variables but PORT, were left out',
    }
  },
  read(capture) {
    const { documents, complete, dark } = answerWith(capture, 'ConfigurationSettings')
    const options = documents
      .flatMap((each) => objects(each, 'ConfigurationSettings'))
      .flatMap((each) => objects(each, 'OptionSettings'))
      .filter(mayStay)
    const value = (namespace: string, name: string) =>
      text(options.find((each) => at(each, namespace, name)) ?? {}, 'Value')
    const [kind, proxy] = [
      value('aws:elasticbeanstalk:environment', 'EnvironmentType'),
      value('aws:elasticbeanstalk:environment:proxy', 'ProxyServer'),
    ]
    const policy = value('aws:elasticbeanstalk:command', 'DeploymentPolicy')
    const port = value(VARIABLES, 'PORT')
    const path =
      value(PROCESS, 'HealthCheckPath') || value('aws:elasticbeanstalk:application', 'Application Healthcheck URL')
    const [sends, wants] = [value(PROCESS, 'Port'), value(PROCESS, 'MatcherHTTPCode')]
    const check =
      path === ''
        ? ''
        : visibleLine(`GET ${path}${sends ? ` on port ${sends}` : ''}${wants ? `, wants ${wants}` : ''}`, 120)
    const least = value('aws:autoscaling:asg', 'MinSize')
    const parts = [
      kind === 'SingleInstance' ? 'one instance without a load balancer' : '',
      proxy && `${visibleLine(proxy, 20)} in front of the application`,
      port && `PORT ${port}`,
      check && `its check: ${check}`,
      policy && `deployments: ${visibleLine(policy, 40)}`,
    ]
    return {
      value: {
        complete: complete && options.length > 0,
        kind: visibleLine(kind, 30),
        proxy: visibleLine(proxy.toLowerCase(), 20),
        port: BigInt(/^\d{1,5}$/.test(port) ? port : 0),
        check,
        policy: visibleLine(policy, 40),
        least: BigInt(/^\d{1,5}$/.test(least) ? least : -1),
        says: parts.filter((part) => part !== '').join('; ') || 'nothing that matters here',
      },
      dark,
      lines: options
        .slice(0, 5)
        .map((each) =>
          visibleLine(`${text(each, 'Namespace')} ${text(each, 'OptionName')} ${text(each, 'Value')}`, 200),
        ),
    }
  },
})

function at(option: JsonObject, namespace: string, name: string): boolean {
  return text(option, 'Namespace') === namespace && text(option, 'OptionName') === name
}

function mayStay(option: JsonObject): boolean {
  const [namespace, name] = [text(option, 'Namespace'), text(option, 'OptionName')]
  if (namespace === VARIABLES) return name === 'PORT' && /^\d{1,5}$/.test(text(option, 'Value'))
  return Object.hasOwn(KEPT, namespace) && KEPT[namespace]?.includes(name) === true
}

function bare(option: JsonObject): JsonObject {
  return {
    Namespace: text(option, 'Namespace'),
    OptionName: text(option, 'OptionName'),
    Value: text(option, 'Value').slice(0, 300),
  }
}

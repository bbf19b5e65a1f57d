import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from '../platforms/stand-in.ts'
import { REGION, type Refusal } from './objects.ts'
import { queryAnswer, queryRefusal } from './server.ts'

// Objects of AWS Elastic Beanstalk as its API reference (version 2010-12-01) and the examples of `aws elasticbeanstalk` show them, and what its
// developer guide says under "Health colors and statuses" and "Notifications and troubleshooting". Nothing was recorded from an account.

export const NAME = 'shop-prod'
export const HOST = `${NAME}.eba-a1b2c3d4.${REGION}.elasticbeanstalk.com`
export const ENDPOINT = `awseb-e-r-AWSEBLoa-1483140XB0Q4L-109QXY8121.${REGION}.elb.amazonaws.com`

/** API_EnvironmentDescription */
export const environment = (more: JsonObject = {}): JsonObject => ({
  EnvironmentName: NAME,
  EnvironmentId: 'e-rpqsewtp2j',
  ApplicationName: 'My Shop',
  VersionLabel: 'v42',
  SolutionStackName: '64bit Amazon Linux 2023 v6.1.0 running Node.js 20',
  EndpointURL: ENDPOINT,
  CNAME: HOST,
  DateCreated: '2026-08-07T20:48:49.599000+00:00',
  DateUpdated: '2026-11-19T08:00:00.019000+00:00',
  Status: 'Ready',
  AbortableOperationInProgress: false,
  Health: 'Red',
  HealthStatus: 'Severe',
  Tier: { Name: 'WebServer', Type: 'Standard', Version: ' ' },
  ...more,
})

const COUNTS = { NoData: 0, Unknown: 0, Pending: 0, Ok: 0, Info: 0, Warning: 0, Degraded: 0, Severe: 0 }

/** API_DescribeEnvironmentHealth: latencies are seconds. */
export const health = (counts: JsonObject, causes: string[] = [], more: JsonObject = {}): JsonObject => ({
  EnvironmentName: NAME,
  HealthStatus: 'Severe',
  Status: 'Ready',
  Color: 'Red',
  Causes: causes,
  ApplicationMetrics: metrics(45, 45, 0.004),
  InstancesHealth: { ...COUNTS, ...counts },
  RefreshedAt: '2026-11-21T02:03:00+00:00',
  ...more,
})

/** API_ApplicationMetrics, of ten seconds. */
export const metrics = (requests: number, failed: number, slowest: number): JsonObject => ({
  Duration: 10,
  RequestCount: requests,
  StatusCodes: { Status2xx: requests - failed, Status3xx: 0, Status4xx: 0, Status5xx: failed },
  Latency: { P999: slowest, P99: slowest, P95: 0.003, P90: 0.003, P85: 0.002, P75: 0.002, P50: 0.001, P10: 0.001 },
})

/** API_SingleInstanceHealth */
export const instance = (
  status: string,
  causes: string[] = [],
  deployed = 'Deployed',
  version = 'v42',
): JsonObject => ({
  InstanceId: 'i-08691cc7',
  HealthStatus: status,
  Color: status === 'Ok' ? 'Green' : 'Red',
  Causes: causes,
  LaunchedAt: '2026-08-13T19:17:09+00:00',
  ApplicationMetrics: metrics(48, 0, 0.006),
  Deployment: { VersionLabel: version, DeploymentId: 7, Status: deployed, DeploymentTime: '2026-11-19T08:00:00+00:00' },
  AvailabilityZone: `${REGION}a`,
  InstanceType: 't3.small',
})

/** API_EventDescription */
export const event = (severity: string, message: string, at: string, version?: string): JsonObject => ({
  EventDate: at,
  Message: message,
  ApplicationName: 'My Shop',
  EnvironmentName: NAME,
  RequestId: 'ca8dfbf6-41ef-11e5-988b-651aa638f46b',
  Severity: severity,
  ...(version === undefined ? {} : { VersionLabel: version }),
})

/** API_ConfigurationOptionSetting */
const option = (namespace: string, name: string, value: string): JsonObject => ({
  ResourceName: 'AWSEBAutoScalingGroup',
  Namespace: namespace,
  OptionName: name,
  Value: value,
})

/** API_ConfigurationSettingsDescription: the application's variables stand among the options. */
export const settings = (policy = 'AllAtOnce', port = '8080'): JsonObject => ({
  ApplicationName: 'My Shop',
  EnvironmentName: NAME,
  DeploymentStatus: 'deployed',
  SolutionStackName: '64bit Amazon Linux 2023 v6.1.0 running Node.js 20',
  OptionSettings: [
    option('aws:autoscaling:asg', 'MinSize', '2'),
    option('aws:autoscaling:asg', 'Cooldown', '360'),
    option('aws:elasticbeanstalk:application:environment', 'DATABASE_URL', 'postgres://shop:hunter2-hunter2@db/shop'),
    option('aws:elasticbeanstalk:application:environment', 'PORT', port),
    option('aws:elasticbeanstalk:environment', 'EnvironmentType', 'LoadBalanced'),
    option('aws:elasticbeanstalk:environment:proxy', 'ProxyServer', 'nginx'),
    option('aws:elasticbeanstalk:command', 'DeploymentPolicy', policy),
    option('aws:elasticbeanstalk:environment:process:default', 'HealthCheckPath', '/health'),
    option('aws:elasticbeanstalk:environment:process:default', 'Port', '80'),
  ],
})

/** What the service knows of one account in one region. */
export interface Known {
  environments: JsonObject[]
  health: JsonObject
  instances: JsonObject[]
  events: JsonObject[]
  settings: JsonObject
  /** The environment has basic health reporting. */
  basic?: boolean
  refuses?: Refusal
}

export const known = (more: Partial<Known> = {}): Known => ({
  environments: [
    environment({ EnvironmentName: 'other', CNAME: `other.${REGION}.elasticbeanstalk.com`, EndpointURL: 'x' }),
    environment(),
  ],
  health: health({ Ok: 2 }, [], { HealthStatus: 'Ok', Color: 'Green', ApplicationMetrics: metrics(45, 0, 0.004) }),
  instances: [instance('Ok'), instance('Ok')],
  events: [event('INFO', 'Environment update completed successfully.', '2026-11-19T08:06:02.049000+00:00')],
  settings: settings(),
  ...more,
})

/** API_DescribeEnvironmentHealth, Errors. */
export const NOT_SUPPORTED = {
  status: 400,
  code: 'InvalidRequestException',
  message: 'DescribeEnvironmentHealth is not supported.',
}

function resultOf(from: Known, operation: string): JsonObject | null {
  switch (operation) {
    case 'DescribeEnvironments':
      return { Environments: from.environments }
    case 'DescribeEnvironmentHealth':
      return from.health
    case 'DescribeInstancesHealth':
      return { InstanceHealthList: from.instances, RefreshedAt: '2026-11-21T02:03:00+00:00' }
    case 'DescribeEvents':
      return { Events: from.events }
    case 'DescribeConfigurationSettings':
      return { ConfigurationSettings: [from.settings] }
    default:
      return null
  }
}

function refusalOf(from: Known, operation: string): { status: number; code: string; message: string } | undefined {
  return from.refuses ?? (from.basic && operation.endsWith('Health') ? NOT_SUPPORTED : undefined)
}

/** The commands that the flow gives, by the operation that each asks. */
export const COMMANDS: Readonly<Record<string, string>> = {
  DescribeEnvironments: 'describe-environments --no-include-deleted',
  DescribeEnvironmentHealth: `describe-environment-health --environment-name ${NAME} --attribute-names All`,
  DescribeInstancesHealth: `describe-instances-health --environment-name ${NAME} --attribute-names All`,
  DescribeEvents: `describe-events --environment-name ${NAME} --max-items 100`,
  DescribeConfigurationSettings: `describe-configuration-settings --application-name=My Shop --environment-name ${NAME}`,
}

/** What the `aws` command prints for each of them, its words for a refusal among it. */
export function beanstalk(from: Known = known()): Answers {
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([operation, words]) => {
      const refusal = refusalOf(from, operation)
      const says = refusal
        ? {
            err: `\nAn error occurred (${refusal.code}) when calling the ${operation} operation: ${refusal.message}\n`,
            exit: 254,
          }
        : { out: `${JSON.stringify(resultOf(from, operation), null, 4)}\n` }
      return [`elasticbeanstalk ${words} --region ${REGION} --output json`, says]
    }),
  )
}

export interface BeanstalkServer {
  endpoint: string
  known: Known
  asked: string[]
  close(): Promise<void>
}

/** Speaks the AWS query protocol of Elastic Beanstalk (a signed form in, XML out) on loopback; it knows only operations that describe. */
export async function openBeanstalk(): Promise<BeanstalkServer> {
  const opened: BeanstalkServer = { endpoint: '', known: known(), asked: [], close }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const action = new URLSearchParams(body).get('Action') ?? ''
      if (action === '') return response.writeHead(404).end()
      opened.asked.push(action)
      const result = resultOf(opened.known, action)
      const refusal =
        refusalOf(opened.known, action) ??
        (result ? undefined : { status: 400, code: 'InvalidAction', message: `no ${action} here` })
      const { status, xml } =
        refusal || !result
          ? queryRefusal(NAMESPACE, refusal ?? NOT_SUPPORTED)
          : { status: 200, xml: queryAnswer(NAMESPACE, action, result) }
      response.writeHead(status, { 'content-type': 'text/xml' }).end(xml)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return opened

  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
}

const NAMESPACE = 'http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/'

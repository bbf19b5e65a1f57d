import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import { GROUP, REGION } from './objects.ts'

// Objects of Amazon ECS as its API reference and developer guide show them ("Service", "Task", "Service event messages", "Stopped tasks error
// codes"), and a server that speaks its wire protocol: a signed POST of JSON whose header x-amz-target names the operation.

const ARN = `arn:aws:ecs:${REGION}:123456789012`
export const CLUSTER = `${ARN}:cluster/prod`
export const SERVICE = `${ARN}:service/prod/shop`

/** API_Service. Times are seconds since 1970 on the wire. */
export function service(more: JsonObject = {}): JsonObject {
  return {
    serviceArn: SERVICE,
    serviceName: 'shop',
    clusterArn: CLUSTER,
    status: 'ACTIVE',
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    launchType: 'FARGATE',
    taskDefinition: `${ARN}:task-definition/shop:42`,
    healthCheckGracePeriodSeconds: 60,
    loadBalancers: [{ targetGroupArn: GROUP, containerName: 'shop', containerPort: 3000 }],
    deployments: [deployment()],
    events: [event('(service shop) has reached a steady state.')],
    ...more,
  }
}

/** API_Deployment */
export const deployment = (more: JsonObject = {}): JsonObject => ({
  id: 'ecs-svc/1234567890123456789',
  status: 'PRIMARY',
  desiredCount: 2,
  runningCount: 2,
  failedTasks: 0,
  createdAt: seconds('2026-11-19T08:00:00Z'),
  rolloutState: 'COMPLETED',
  rolloutStateReason: 'ECS deployment ecs-svc/1234567890123456789 completed.',
  ...more,
})

/** API_ServiceEvent */
export const event = (message: string, at = '2026-11-21T02:00:00Z'): JsonObject => ({
  id: 'e1',
  createdAt: seconds(at),
  message,
})

/** API_Task, one that ended. */
export const ended = (stoppedReason: string, container: JsonObject = {}, at = '2026-11-21T02:00:00Z'): JsonObject => ({
  taskArn: `${ARN}:task/prod/0123456789abcdef0123456789abcdef`,
  lastStatus: 'STOPPED',
  desiredStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason,
  stoppedAt: seconds(at),
  overrides: { containerOverrides: [{ environment: [{ name: 'KEY', value: 'hunter2-hunter2' }] }] },
  containers: [{ name: 'shop', ...container }],
})

function seconds(at: string): number {
  return Date.parse(at) / 1000
}

export interface Compute {
  services: JsonObject[]
  tasks: JsonObject[]
  /** Refuses everything with this error. */
  refuses?: { code: string; message: string }
  clusters: string[]
}

export const compute = (more: Partial<Compute> = {}): Compute => ({
  services: [service()],
  tasks: [],
  clusters: [CLUSTER],
  ...more,
})

export interface ComputeServer {
  endpoint: string
  known: Compute
  asked: string[]
  close(): Promise<void>
}

/** Listens on loopback, and knows only operations that list and describe. */
export async function openCompute(): Promise<ComputeServer> {
  const opened: ComputeServer = { endpoint: '', known: compute(), asked: [], close }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const operation =
        String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? ''
      if (operation === '') return response.writeHead(404).end()
      opened.asked.push(operation)
      const { refuses } = opened.known
      const answer = refuses ? null : answerOf(opened.known, operation, body)
      const type = { 'content-type': 'application/x-amz-json-1.1' }
      if (answer) return response.writeHead(200, type).end(JSON.stringify(answer))
      response
        .writeHead(400, type)
        .end(JSON.stringify({ __type: refuses?.code ?? 'InvalidAction', message: refuses?.message ?? operation }))
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

function answerOf(known: Compute, operation: string, body: string): JsonObject | null {
  const asked: unknown = JSON.parse(body)
  const names = (field: string): Json[] => {
    const value: unknown = typeof asked === 'object' && asked !== null ? Reflect.get(asked, field) : undefined
    return Array.isArray(value) ? value : []
  }
  switch (operation) {
    case 'ListClusters':
      return { clusterArns: known.clusters }
    case 'ListServices':
      return { serviceArns: known.services.map((each) => each.serviceArn ?? null) }
    case 'DescribeServices': {
      const wanted = names('services')
      return {
        services: known.services.filter(
          (each) => wanted.includes(each.serviceArn ?? '') || wanted.includes(each.serviceName ?? ''),
        ),
        failures: [],
      }
    }
    case 'ListTasks':
      return { taskArns: known.tasks.map((each) => each.taskArn ?? null) }
    case 'DescribeTasks':
      return { tasks: known.tasks, failures: [] }
    default:
      return null
  }
}

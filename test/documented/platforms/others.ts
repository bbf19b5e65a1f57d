import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from './stand-in.ts'

const json = (value: unknown) => ({ out: JSON.stringify(value, null, 2) })
const line = (message: string, timestamp: string) => JSON.stringify({ timestamp, message })

// --- Railway: docs.railway.com/cli/deployment for deploys and their statuses, /cli/logs for log lines. The form of `status --json` is that of the
// client's own query (railwayapp/cli, project.graphql).

export const railwayProject = (domain: string): JsonObject => ({
  name: 'shop',
  environments: {
    edges: [
      {
        node: {
          name: 'production',
          serviceInstances: {
            edges: [
              {
                node: {
                  serviceName: 'web',
                  domains: { serviceDomains: [{ domain, targetPort: 8080 }], customDomains: [] },
                },
              },
            ],
          },
        },
      },
    ],
  },
})

export const railwayDeploy = (status: string, createdAt = '2026-11-19T08:00:00.000Z'): JsonObject => ({
  id: '7422c95b-c604-46bc-9de4-b7a43e1fd53d',
  status,
  createdAt,
  meta: { commitMessage: 'Faster' },
})

export interface OnRailway {
  domain: string
  deploys: JsonObject[]
  log: string[]
}

export function railway(known: Partial<OnRailway> = {}): Answers {
  return {
    whoami: { out: 'Logged in as Ann Ops (ops@example.com)\n' },
    'status --json': json(railwayProject(known.domain ?? 'web-production-1a2b.up.railway.app')),
    'deployment list -s web --json': json(known.deploys ?? [railwayDeploy('SUCCESS')]),
    'logs -s web --json --lines 500': {
      out: (known.log ?? ['GET /health 200']).map((each) => line(each, '2026-11-21T02:02:40Z')).join('\n'),
    },
  }
}

// --- Render: objects of its API (api-docs.render.com: service, deploy, logs), as its client prints them with `-o json`.

export const renderService = (more: JsonObject = {}): JsonObject => ({
  id: 'srv-d0a1b2c3',
  name: 'shop',
  suspended: 'not_suspended',
  suspenders: [],
  serviceDetails: { url: 'https://shop.onrender.com', region: 'frankfurt' },
  ...more,
})

export const renderDeploy = (status: string, createdAt = '2026-11-19T08:00:00Z'): JsonObject => ({
  id: 'dep-d0a1b2c3',
  status,
  createdAt,
  commit: { id: '0a1b2c3d', message: 'Faster' },
})

export interface OnRender {
  services: JsonObject[]
  deploys: JsonObject[]
  log: string[]
}

export function render(known: Partial<OnRender> = {}): Answers {
  return {
    'whoami -o json': json({ name: 'Ann Ops', email: 'ops@example.com' }),
    'services -o json': json(known.services ?? [renderService()]),
    'deploys list srv-d0a1b2c3 -o json': json(known.deploys ?? [renderDeploy('live')]),
    'logs -r srv-d0a1b2c3 -o json --limit 100': {
      out: (known.log ?? ['GET /health 200']).map((each) => line(each, '2026-11-21T02:02:40Z')).join('\n'),
    },
  }
}

// --- Google Cloud Run: cloud.google.com/run/docs/reference/rest/v1/namespaces.services and /run/docs/troubleshooting for the sentences.

export const cloudRunService = (ready: boolean, message = '', reason = 'HealthCheckContainerError'): JsonObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'shop', labels: { 'cloud.googleapis.com/location': 'europe-west1' } },
  spec: {
    template: {
      spec: {
        containerConcurrency: 80,
        timeoutSeconds: 300,
        containers: [
          {
            image: 'europe-docker.pkg.dev/shop/web/shop',
            env: [{ name: 'KEY', value: 'hunter2-hunter2' }],
            ports: [{ containerPort: 8080 }],
            resources: { limits: { memory: '512Mi' } },
          },
        ],
      },
    },
  },
  status: {
    url: 'https://shop-1a2b3c4d5e-ew.a.run.app',
    latestCreatedRevisionName: 'shop-00042-abc',
    latestReadyRevisionName: ready ? 'shop-00042-abc' : 'shop-00041-xyz',
    conditions: ready ? [{ type: 'Ready', status: 'True' }] : [{ type: 'Ready', status: 'False', reason, message }],
  },
})

export const NOT_LISTENING =
  'The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable within the allocated timeout.'

export function cloudRun(service = cloudRunService(true), log: string[] = []): Answers {
  const entries = log.map((textPayload) => ({ timestamp: '2026-11-21T02:02:40Z', severity: 'ERROR', textPayload }))
  const filter = 'resource.type=cloud_run_revision AND resource.labels.service_name=shop AND severity>=WARNING'
  return {
    'config list --format=json': json({ core: { account: 'ops@example.com', project: 'shop-prod' } }),
    'run services list --format=json': json([service]),
    'run services describe shop --region europe-west1 --format=json': json(service),
    [`logging read ${filter} --limit 200 --freshness=1h --format=json`]: json(entries),
  }
}

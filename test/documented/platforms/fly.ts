import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from './stand-in.ts'

// Objects of the Machines API (fly.io/docs/machines/api/machines-resource, /machines/machine-states), as `fly machine list --json` prints them;
// codes of the proxy by fly.io/docs/monitoring/error-codes; the form of log lines by fly.io/docs/monitoring/logging-overview.

/** A machine. Its newest event of an exit tells how it ended. */
export function machine(state: string, more: JsonObject = {}, exit?: JsonObject): JsonObject {
  const at = Date.parse('2026-11-21T02:00:00Z')
  const exits = exit
    ? [
        {
          id: '01H',
          type: 'exit',
          status: 'stopped',
          source: 'flyd',
          timestamp: at,
          request: { exit_event: { exited_at: '2026-11-21T02:00:00Z', ...exit } },
        },
      ]
    : []
  return {
    id: '1781973f03d089',
    name: 'young-sound-1',
    state,
    region: 'fra',
    instance_id: '01HF',
    private_ip: 'fdaa:0:18:a7b::2',
    config: {
      env: { SECRET_KEY: 'hunter2-hunter2' },
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
      services: [{ protocol: 'tcp', internal_port: 8080, autostop: 'stop', autostart: true, min_machines_running: 0 }],
      metadata: { fly_process_group: 'app', fly_release_version: '42' },
      image: 'registry.fly.io/shop:deployment-01HF',
    },
    events: [...exits, { id: '01G', type: 'start', status: 'started', source: 'flyd', timestamp: at - 60_000 }],
    checks: [
      {
        name: 'servicecheck-00-http-8080',
        status: 'passing',
        output: '{"ok":true}',
        updated_at: '2026-11-21T02:00:00Z',
      },
    ],
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-21T02:00:00Z',
    ...more,
  }
}

/** One service that no request starts a machine for. */
export const NOT_STARTED: JsonObject = {
  config: { services: [{ protocol: 'tcp', internal_port: 8080, autostop: 'off', autostart: false }] },
}

export const failingCheck = (output: string): JsonObject => ({
  checks: [{ name: 'servicecheck-00-http-8080', status: 'critical', output, updated_at: '2026-11-21T02:00:00Z' }],
})

export const release = (version: number, at: string, status = 'complete'): JsonObject => ({
  ID: 'kN8y',
  Version: version,
  Status: status,
  Description: 'Release',
  CreatedAt: at,
  User: { Email: 'ops@example.com' },
})

/** A line of the proxy with its code, and one of the machine's own output. */
export const proxied = (code: string, text: string, at = '2026-11-21T02:03:12Z') =>
  `${at} proxy[1781973f03d089] fra [error] [${code}] ${text}`
export const printedBy = (message: string, at = '2026-11-21T02:02:40Z') =>
  `${at} app[1781973f03d089] fra [info]${message}`

/** A start that fails. */
export const CRASH = [
  printedBy(' INFO Starting init (commit: 15238e9)...', '2026-11-21T02:02:38Z'),
  printedBy("Error: Cannot find module 'express'"),
  printedBy(' INFO Main child exited normally with code: 1', '2026-11-21T02:02:41Z'),
]

export interface Known {
  machines: JsonObject[]
  releases: JsonObject[]
  log: string[]
}

export function fly(known: Partial<Known> = {}): Answers {
  const json = (value: unknown) => ({ out: JSON.stringify(value) })
  return {
    'auth whoami': { out: 'ops@example.com\n' },
    'machine list -a shop --json': json(known.machines ?? [machine('started')]),
    'releases -a shop --json': json(known.releases ?? [release(42, '2026-11-19T08:00:00Z')]),
    'logs -a shop --no-tail': { out: (known.log ?? [printedBy('GET /health 200')]).join('\n') },
  }
}

import type { Json } from '../../words/json.ts'

/** Names whose values decide where a request goes; of everything else only the name is kept. */
const KEPT = new Set([
  ...[
    'admin',
    'disabled',
    'listen',
    'apps',
    'http',
    'servers',
    'routes',
    'errors',
    'match',
    'handle',
    'group',
    'terminal',
  ],
  ...[
    'host',
    'path',
    'method',
    'not',
    'handler',
    'status_code',
    'abort',
    'strip_path_prefix',
    'uri',
    'upstreams',
    'dial',
    'handle_response',
  ],
  ...['transport', 'protocol', 'versions', 'tls', 'server_name', 'insecure_skip_verify', 'root_ca_pem_files'],
  ...[
    'dial_timeout',
    'response_header_timeout',
    'max_response_header_size',
    'read_timeout',
    'keep_alive',
    'enabled',
    'idle_timeout',
    'load_balancing',
    'selection_policy',
    'policy',
  ],
  ...['try_duration', 'retries', 'health_checks', 'active', 'passive', 'interval', 'timeout', 'port', 'expect_status'],
  ...[
    'fail_duration',
    'max_fails',
    'headers',
    'request',
    'set',
    'Host',
    'logging',
    'logs',
    'level',
    'writer',
    'output',
    'filename',
  ],
  ...['address', 'num_requests', 'fails'],
])
/** Their entries have names of the user's own. */
const FREE = new Set(['servers', 'logs'])
const MAX_DEPTH = 60

/** Caddy's JSON without what may be secret: unknown settings keep their name and lose their value. */
export function keepJson(value: Json, parent = '', depth = 0): Json {
  if (depth > MAX_DEPTH) return true
  if (Array.isArray(value)) return value.map((each) => keepJson(each, parent, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      KEPT.has(name) || FREE.has(parent) ? keepJson(each, FREE.has(parent) ? '' : name, depth + 1) : true,
    ]),
  )
}

import type { Json, JsonObject } from '../../words/json.ts'
import { parsePort } from '../process/addresses.ts'
import { object, text, whole } from '../process/found.ts'

const NAMES = [
  ...['status', 'exec_mode', 'pm_cwd', 'pm_exec_path', 'pm_err_log_path', 'pm_out_log_path', 'username'],
  ...[
    'restart_time',
    'unstable_restarts',
    'created_at',
    'pm_uptime',
    'exit_code',
    'max_memory_restart',
    'max_restarts',
  ],
  ...['autorestart', 'instances', 'pm_id', 'name'],
]
const MOST_ARGUMENTS = 40

/**
 * What is needed of one application of `pm2 jlist`, or of its `dump.pm2`, in PM2's own names. It carries the whole
 * environment of the application: of that only a port (or the unix socket that stands in
 * its place) is kept, and of the arguments only ports and sockets.
 */
export function keptApp(raw: JsonObject): JsonObject {
  // A dump has no `pm2_env`: what stands in it there stands above.
  const env = raw.pm2_env === undefined ? raw : object(raw, 'pm2_env')
  const inner = object(env, 'env')
  const port = portOf(env.PORT) ?? portOf(inner.PORT) ?? socketOf(env.PORT) ?? socketOf(inner.PORT)
  return {
    name: text(raw, 'name') || text(env, 'name'),
    pid: whole(raw, 'pid'),
    pm_id: whole(raw, 'pm_id', whole(env, 'pm_id', -1)),
    pm2_env: { ...pick(env), ...(port === undefined ? {} : { PORT: port }), args: portsIn(env.args) },
  }
}

function pick(env: JsonObject): JsonObject {
  return Object.fromEntries(
    NAMES.flatMap((name): [string, Json][] => {
      const value = env[name]
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : []
    }),
  )
}

function portOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? parsePort(String(value)) : undefined
}

/** A unix socket's path has at most 107 bytes (unix(7)). */
function socketOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^\/[\w./@+-]{1,106}$/.test(value) ? value : undefined
}

/** `-p 3000`, `--port=3000`, `0.0.0.0:3000`: the numbers that may be ports, and the paths of sockets; nothing of what stands around them. */
function portsIn(args: Json | undefined): string[] {
  const words = Array.isArray(args) ? args : typeof args === 'string' ? args.split(/\s+/) : []
  return words
    .slice(0, MOST_ARGUMENTS)
    .flatMap((word) => (typeof word === 'string' ? [/(?:^|[=:])(\d{2,5}|\/[^=:]+\.sock)$/.exec(word)?.[1] ?? ''] : []))
    .filter((found) => parsePort(found) !== undefined || socketOf(found) !== undefined)
}

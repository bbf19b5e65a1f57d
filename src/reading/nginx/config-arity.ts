const ANY = Number.POSITIVE_INFINITY

const ARGUMENTS: Record<string, readonly [number, number]> = {
  listen: [1, ANY],
  server_name: [1, ANY],
  root: [1, 1],
  alias: [1, 1],
  index: [1, ANY],
  include: [1, 1],
  return: [1, 2],
  rewrite: [2, 3],
  set: [2, 2],
  break: [0, 0],
  internal: [0, 0],
  merge_slashes: [1, 1],
  keepalive: [1, 1],
  try_files: [2, ANY],
  error_page: [2, ANY],
  error_log: [1, ANY],
  access_log: [1, ANY],
  log_format: [2, ANY],
  resolver: [1, ANY],
  location: [1, 2],
  limit_req_zone: [3, 4],
  limit_req: [1, 3],
  limit_req_status: [1, 1],
  limit_req_dry_run: [1, 1],
  limit_conn_zone: [2, 2],
  limit_conn: [2, 2],
  limit_conn_status: [1, 1],
  limit_conn_dry_run: [1, 1],
  worker_connections: [1, 1],
  worker_rlimit_nofile: [1, 1],
}
/** Settings of `proxy_…`, `fastcgi_…` and the like that do not take exactly one argument. */
const OF_FAMILY: Record<string, readonly [number, number]> = {
  next_upstream: [1, ANY],
  set_header: [2, 2],
  ssl_protocols: [1, ANY],
}

/** How many arguments nginx takes for a directive that is read here: at least, at most. */
export function arity(name: string): readonly [least: number, most: number] {
  const own = ARGUMENTS[name]
  if (own !== undefined) return own
  const setting = /^(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_(\w+)$/.exec(name)?.[1]
  if (setting === undefined) return [0, ANY]
  return OF_FAMILY[setting] ?? [1, 1]
}

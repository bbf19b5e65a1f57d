import type { AnyCase, BoxCase, Case } from './case.ts'
import { ANSWER_CASES } from './cases/answers.ts'
import { APACHE_CASES } from './cases/apache.ts'
import { APACHE_UPSTREAM_CASES } from './cases/apache-upstreams.ts'
import { BEHIND_CASES } from './cases/behind.ts'
import { BESIDE_CASES } from './cases/beside.ts'
import { BETWEEN_CASES } from './cases/between.ts'
import { BLOCKED_CASES } from './cases/blocked.ts'
import { CADDY_CASES } from './cases/caddy.ts'
import { CADDY_CONFIG_CASES } from './cases/caddy-config.ts'
import { CADDY_POOL_CASES } from './cases/caddy-pools.ts'
import { CADDY_TLS_CASES } from './cases/caddy-tls.ts'
import { CELL_CASES } from './cases/cells.ts'
import { CHAIN_CASES } from './cases/chains.ts'
import { DISGUISED_CASES } from './cases/disguised.ts'
import { DISGUISED_GATEWAY_CASES } from './cases/disguised-gateways.ts'
import { DOCKER_CASES } from './cases/docker.ts'
import { DOCKER_BEHIND_CASES } from './cases/docker-behind.ts'
import { FPM_CASES } from './cases/fpm.ts'
import { FRONT_CASES } from './cases/front.ts'
import { GO_CASES } from './cases/go.ts'
import { GRPC_CASES } from './cases/grpc.ts'
import { GUNICORN_CASES } from './cases/gunicorn.ts'
import { HAPROXY_CASES } from './cases/haproxy.ts'
import { HOP_CASES } from './cases/hops.ts'
import { INNER_CASES } from './cases/inner.ts'
import { INNER_GATEWAY_CASES } from './cases/inner-gateways.ts'
import { INNER_NETWORK_CASES } from './cases/inner-networks.ts'
import { INNER_SOCKET_CASES } from './cases/inner-sockets.ts'
import { KEEPALIVE_CASES } from './cases/keepalive.ts'
import { LADDER_CASES } from './cases/ladder.ts'
import { LIMIT_CASES } from './cases/limits.ts'
import { LOADING_CASES } from './cases/loading.ts'
import { NAME_CASES } from './cases/names.ts'
import { ONSET_CASES, SYSTEMD_ONSET_CASES } from './cases/onset.ts'
import { OTHER_GATEWAY_CASES } from './cases/other-gateways.ts'
import { OUTBOUND_CASES } from './cases/outbound.ts'
import { PM2_CASES } from './cases/pm2.ts'
import { PM2_BEHIND_CASES } from './cases/pm2-behind.ts'
import { POOL_LOG_CASES } from './cases/pool-logs.ts'
import { POOL_CASES } from './cases/pools.ts'
import { RACE_CASES } from './cases/races.ts'
import { ROOM_CASES } from './cases/room.ts'
import { SAMPLER_CASES } from './cases/sampler.ts'
import { SECOND_CASES } from './cases/second.ts'
import { STRANGER_CASES } from './cases/strangers.ts'
import { SYSTEMD_BEHIND_CASES } from './cases/systemd-behind.ts'
import { CRASH_CASES } from './cases/systemd-crash.ts'
import { SYSTEMD_GATEWAY_CASES } from './cases/systemd-gateways.ts'
import { SYSTEMD_HAPROXY_CASES } from './cases/systemd-haproxy.ts'
import { LIFE_CASES } from './cases/systemd-life.ts'
import { PLAIN_CASES } from './cases/systemd-plain.ts'
import { PORT_CASES } from './cases/systemd-port.ts'
import { START_CASES } from './cases/systemd-start.ts'
import { TLS_CASES } from './cases/tls.ts'
import { UPSTREAM_CASES } from './cases/upstream.ts'
import { VARNISH_CASES } from './cases/varnish.ts'

/** Every case by its theme, one file each. To import them starts nothing and needs no server. */
export const THEMES: Readonly<Record<string, readonly AnyCase[]>> = {
  upstream: UPSTREAM_CASES,
  front: FRONT_CASES,
  tls: TLS_CASES,
  answers: ANSWER_CASES,
  blocked: BLOCKED_CASES,
  limits: LIMIT_CASES,
  pools: POOL_CASES,
  'pool-logs': POOL_LOG_CASES,
  keepalive: KEEPALIVE_CASES,
  ladder: LADDER_CASES,
  races: RACE_CASES,
  names: NAME_CASES,
  loading: LOADING_CASES,
  disguised: DISGUISED_CASES,
  'disguised-gateways': DISGUISED_GATEWAY_CASES,
  fpm: FPM_CASES,
  grpc: GRPC_CASES,
  gunicorn: GUNICORN_CASES,
  go: GO_CASES,
  outbound: OUTBOUND_CASES,
  onset: ONSET_CASES,
  room: ROOM_CASES,
  sampler: SAMPLER_CASES,
  haproxy: HAPROXY_CASES,
  caddy: CADDY_CASES,
  'caddy-pools': CADDY_POOL_CASES,
  'caddy-config': CADDY_CONFIG_CASES,
  'caddy-tls': CADDY_TLS_CASES,
  docker: DOCKER_CASES,
  'docker-inner': INNER_CASES,
  'docker-networks': INNER_NETWORK_CASES,
  'docker-sockets': INNER_SOCKET_CASES,
  'docker-gateways': INNER_GATEWAY_CASES,
  varnish: VARNISH_CASES,
  hops: HOP_CASES,
  behind: BEHIND_CASES,
  second: SECOND_CASES,
  chains: CHAIN_CASES,
  between: BETWEEN_CASES,
  strangers: STRANGER_CASES,
  beside: BESIDE_CASES,
  pm2: PM2_CASES,
  apache: APACHE_CASES,
  'apache-upstreams': APACHE_UPSTREAM_CASES,
  cells: CELL_CASES,
  'other-gateways': OTHER_GATEWAY_CASES,
  'docker-behind': DOCKER_BEHIND_CASES,
  'pm2-behind': PM2_BEHIND_CASES,
  'systemd-plain': PLAIN_CASES,
  'systemd-start': START_CASES,
  'systemd-port': PORT_CASES,
  'systemd-life': LIFE_CASES,
  'systemd-crash': CRASH_CASES,
  'systemd-haproxy': SYSTEMD_HAPROXY_CASES,
  'systemd-gateways': SYSTEMD_GATEWAY_CASES,
  'systemd-behind': SYSTEMD_BEHIND_CASES,
  'systemd-onset': SYSTEMD_ONSET_CASES,
}

/** The whole table. */
export const CASES: readonly AnyCase[] = Object.values(THEMES).flat()

/** Made in a container with a real systemd; all others in namespaces of their own. */
export const isBoxed = (one: AnyCase): one is BoxCase => 'inBox' in one

export const caseNamed = (name: string): AnyCase | undefined => CASES.find((each) => each.name === name)

/** A case that is made in namespaces, by its name. */
export function aloneCase(name: string): Case {
  const found = caseNamed(name)
  if (!found || isBoxed(found)) throw new Error(`there is no case ${JSON.stringify(name)} for namespaces of its own`)
  return found
}

import type { Json } from '../../words/json.ts'

/** Names whose values decide where a request goes; of everything else nothing is kept: a configuration holds keys and tokens. */
const KEPT = new Set(
  `@type configs bootstrap admin address socket_address port_value pipe path static_resources dynamic_resources lds_config cds_config
  listeners clusters static_listeners dynamic_listeners active_state listener static_clusters dynamic_active_clusters
  dynamic_warming_clusters cluster static_route_configs dynamic_route_configs route_config error_state details name filter_chains
  default_filter_chain filter_chain_match server_names transport_protocol filters typed_config config rds route_config_name
  stream_idle_timeout common_http_protocol_options idle_timeout virtual_hosts domains routes match prefix path_separated_prefix
  safe_regex regex case_sensitive route weighted_clusters weight cluster_header timeout prefix_rewrite host_rewrite_literal
  host_rewrite retry_policy per_try_timeout num_retries redirect direct_response status type connect_timeout
  load_assignment endpoints lb_endpoints endpoint hostname health_checks http_health_check expected_statuses start end host
  circuit_breakers thresholds priority max_connections max_pending_requests max_requests max_retries common_lb_config
  healthy_panic_threshold value transport_socket sni common_tls_context validation_context trusted_ca filename
  http2_protocol_options explicit_http_config typed_extension_protocol_options cluster_statuses host_statuses health_status
  eds_health_status failed_active_health_check failed_outlier_check pending_active_hc excluded_via_immediate_hc_fail
  active_hc_timeout observability_name stats version state command_line_options config_path ignore_port_in_host_matching
  strip_any_host_port strip_matching_host_port list`.split(/\s+/),
)
/** Of these only that they are there: their values may be anybody's. */
const PRESENT = new Set(
  `headers query_parameters runtime_fraction regex_rewrite path_rewrite_policy dynamic_metadata filter_state grpc tls_context connect_matcher
  path_match_policy scoped_routes auto_host_rewrite host_rewrite_header host_rewrite_path_regex outlier_detection combined_validation_context
  validation_context_sds_secret_config auto_config use_downstream_protocol_config matcher virtual_hosts_matcher vhds
  cluster_specifier_plugin inline_cluster_specifier_plugin non_forwarding_action filter_action`.split(/\s+/),
)
const MAX_DEPTH = 60
const LONGEST = 1000

/**
 * Envoy's JSON (or a bootstrap's YAML, read as such) with only what decides where a request goes. Names are written as the API
 * writes them, `snake_case`: a file may have them in `camelCase` too.
 */
export function keepEnvoy(value: Json, depth = 0): Json {
  if (depth > MAX_DEPTH) return true
  if (typeof value === 'string') return value.slice(0, LONGEST)
  if (Array.isArray(value)) return value.map((each) => keepEnvoy(each, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([given, each]): [string, Json][] => {
      const name = snakeCase(given)
      if (PRESENT.has(name)) return isEmpty(each) ? [] : [[name, true]]
      return KEPT.has(name) || name.startsWith('envoy.') ? [[name, keepEnvoy(each, depth + 1)]] : []
    }),
  )
}

/** A message without fields is there all the same; a list without entries and a `false` are not. */
function isEmpty(value: Json): boolean {
  return value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0)
}

function snakeCase(name: string): string {
  return /^[a-z]+(?:[A-Z0-9][a-z0-9]*)+$/.test(name)
    ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    : name
}

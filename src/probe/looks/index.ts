import type { BuiltInLookFn } from './types.ts'

/** Loads a look's code when it is first needed: a run uses few of them. */
function lazy(load: () => Promise<BuiltInLookFn>): BuiltInLookFn {
  return async (args, tools) => (await load())(args, tools)
}

/** The tool's own looks by the name that flows use. */
export const LOOKS: Record<string, BuiltInLookFn> = {
  listeners: lazy(async () => (await import('./listeners.ts')).listenersLook),
  destination: lazy(async () => (await import('./destination.ts')).destinationLook),
  process: lazy(async () => (await import('./process.ts')).processLook),
  'upstream-place': lazy(async () => (await import('./upstream-place.ts')).upstreamPlaceLook),
  'listener-workers': lazy(async () => (await import('./listener-workers.ts')).listenerWorkersLook),
  'written-files': lazy(async () => (await import('./written-files.ts')).writtenFilesLook),
  'ask-waits': lazy(async () => (await import('./ask-waits.ts')).askWaitsLook),
  'ask-protocol': lazy(async () => (await import('./ask-protocol.ts')).askProtocolLook),
  path: lazy(async () => (await import('./path.ts')).pathLook),
  candidates: lazy(async () => (await import('./candidates.ts')).candidatesLook),
  'ask-candidates': lazy(async () => (await import('./ask-candidates.ts')).askCandidatesLook),
  'ask-idle': lazy(async () => (await import('./ask-idle.ts')).askIdleLook),
  'ask-tls': lazy(async () => (await import('./ask-tls.ts')).askTlsLook),
  'ask-members': lazy(async () => (await import('./ask-members.ts')).askMembersLook),
  'ask-resolver': lazy(async () => (await import('./ask-resolver.ts')).askResolverLook),
  'names-now': lazy(async () => (await import('./names-now.ts')).namesNowLook),
  workers: lazy(async () => (await import('./workers.ts')).workersLook),
  'open-files': lazy(async () => (await import('./open-files.ts')).openFilesLook),
  sight: lazy(async () => (await import('./sight.ts')).sightLook),
  changes: lazy(async () => (await import('./changes.ts')).changesLook),
  containers: lazy(async () => (await import('./containers.ts')).containersLook),
  'container-log': lazy(async () => (await import('./container-log.ts')).containerLogLook),
  'container-events': lazy(async () => (await import('./container-events.ts')).containerEventsLook),
  pm2: lazy(async () => (await import('./pm2.ts')).pm2Look),
  'log-end': lazy(async () => (await import('./log-end.ts')).logEndLook),
  'units-by-token': lazy(async () => (await import('./units-by-token.ts')).unitsByTokenLook),
  memory: lazy(async () => (await import('./memory.ts')).memoryLook),
  load: lazy(async () => (await import('./load.ts')).loadLook),
  'caddy-config': lazy(async () => (await import('./caddy-config.ts')).caddyConfigLook),
  'edge-config': lazy(async () => (await import('./edge-config.ts')).edgeConfigLook),
  'haproxy-config': lazy(async () => (await import('./haproxy-config.ts')).haproxyConfigLook),
  'ask-haproxy-log': lazy(async () => (await import('./ask-haproxy-log.ts')).askHaproxyLogLook),
  'ask-haproxy': lazy(async () => (await import('./ask-haproxy.ts')).askHaproxyLook),
  'varnish-config': lazy(async () => (await import('./varnish-config.ts')).varnishConfigLook),
  'apache-config': lazy(async () => (await import('./apache-config.ts')).apacheConfigLook),
  'gateways-set-up': lazy(async () => (await import('./gateways-set-up.ts')).gatewaysSetUpLook),
  programs: lazy(async () => (await import('./programs.ts')).programsLook),
  signs: lazy(async () => (await import('./signs.ts')).signsLook),
  'ask-alias': lazy(async () => (await import('./ask-alias.ts')).askAliasLook),
  'aws-context': lazy(async () => (await import('../aws/context.ts')).awsContextLook),
  'ask-ecs': lazy(async () => (await import('../aws/ecs.ts')).askEcsLook),
  'ask-aws': lazy(async () => (await import('../aws/ask.ts')).askAwsLook),
  'nginx-config': lazy(async () => (await import('./nginx-config.ts')).nginxConfigLook),
}

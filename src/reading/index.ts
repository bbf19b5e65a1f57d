import { apacheConfigReader } from './apache/config.ts'
import { apacheErrorLogReader } from './apache/error-log.ts'
import { apacheLossesReader } from './apache/losses.ts'
import { apacheMemberLinesReader } from './apache/member-lines.ts'
import { gunicornLimitReader } from './app-limit/gunicorn-limit.ts'
import { phpFpmLimitReader } from './app-limit/php-fpm-limit.ts'
import { logEndReader } from './app-log/log-end.ts'
import { appLogReader } from './app-log/reader.ts'
import { aliasReader } from './aws/alias.ts'
import { attributesReader } from './aws/attributes.ts'
import { awsContextReader } from './aws/context.ts'
import { listenersOfBalancerReader } from './aws/listeners.ts'
import { loadBalancersReader } from './aws/load-balancers.ts'
import { rulesReader } from './aws/rules.ts'
import { targetGroupsReader } from './aws/target-groups.ts'
import { targetHealthReader } from './aws/target-health.ts'
import { beanstalkEnvironmentsReader } from './beanstalk/environments.ts'
import { beanstalkEventsReader } from './beanstalk/events.ts'
import { beanstalkHealthReader } from './beanstalk/health.ts'
import { beanstalkInstancesReader } from './beanstalk/instances.ts'
import { beanstalkSettingsReader } from './beanstalk/settings.ts'
import { caddyConfigReader } from './caddy/config.ts'
import { caddyLogReader } from './caddy/log.ts'
import { caddyLossesReader } from './caddy/losses.ts'
import { containersReader } from './docker/containers.ts'
import { containerEventsReader } from './docker/events.ts'
import { containerLogReader } from './docker/log.ts'
import { edgeConfigReader } from './edge/config.ts'
import { answersLogReader } from './gateway/answers-log.ts'
import { arrivalsLaterReader, arrivalsReader } from './gateway/arrivals.ts'
import { gatewaysSetUpReader } from './gateway/set-up.ts'
import { haproxyConfigReader } from './haproxy/config.ts'
import { haproxyLogReader } from './haproxy/log.ts'
import { haproxyLogPlaceReader } from './haproxy/log-place.ts'
import { haproxyLossesReader } from './haproxy/losses.ts'
import { haproxyRuntimeReader } from './haproxy/runtime.ts'
import { idleReader } from './http/idle.ts'
import { membersReader } from './http/members.ts'
import { responseReader } from './http/response.ts'
import { samplesReader } from './http/samples.ts'
import { spreadReader } from './http/spread.ts'
import { kubeContextReader, kubeMayReader, kubeNamespaceReader } from './kubernetes/context.ts'
import { kubeControllersReader } from './kubernetes/controller.ts'
import { kubeEndpointsReader } from './kubernetes/endpoints.ts'
import { kubeMachinesReader, kubeServicesReader } from './kubernetes/entrances.ts'
import { kubeEventsReader } from './kubernetes/events.ts'
import { kubeGatewaysReader } from './kubernetes/gateways.ts'
import { kubeIngressLogReader } from './kubernetes/ingress-log.ts'
import { kubeIngressesReader } from './kubernetes/ingresses.ts'
import { kubeLogReader } from './kubernetes/log.ts'
import { kubeNodesReader } from './kubernetes/nodes.ts'
import { kubePodsReader } from './kubernetes/pods.ts'
import { kubePoliciesReader } from './kubernetes/policies.ts'
import { kubeServiceReader } from './kubernetes/service.ts'
import { kubeWorkloadsReader } from './kubernetes/workloads.ts'
import { changesReader } from './machine/changes.ts'
import { diskReader } from './machine/disk.ts'
import { dnsReader } from './machine/dns.ts'
import { firewallReader } from './machine/firewall.ts'
import { firewallInboundReader } from './machine/firewall-inbound.ts'
import { kernelLogReader } from './machine/kernel-log.ts'
import { loadReader } from './machine/load.ts'
import { memoryReader } from './machine/memory.ts'
import { namesNowReader } from './machine/names-now.ts'
import { neighbourReader } from './machine/neighbour.ts'
import { openFilesReader } from './machine/open-files.ts'
import { programsReader } from './machine/programs.ts'
import { resolverAnswerReader } from './machine/resolver-answer.ts'
import { sightReader } from './machine/sight.ts'
import { signsReader } from './machine/signs.ts'
import { nginxAccessLogReader } from './nginx/access-log.ts'
import { accessMembersReader } from './nginx/access-members.ts'
import { accessMethodsReader } from './nginx/access-methods.ts'
import { closedLinesReader } from './nginx/closed-lines.ts'
import { nginxConfigReader } from './nginx/config.ts'
import { nginxErrorLogReader } from './nginx/error-log.ts'
import { memberLinesReader } from './nginx/member-lines.ts'
import { clientAccountReader } from './platform/account.ts'
import {
  cloudRunServicesReader,
  herokuAppsReader,
  herokuDomainsReader,
  railwayStatusReader,
  renderServicesReader,
} from './platform/apps.ts'
import { cloudRunServiceReader } from './platform/cloud-run.ts'
import { ecsServiceReader } from './platform/ecs.ts'
import { flyMachinesReader } from './platform/fly.ts'
import { herokuAppReader, herokuDynosReader, herokuStatusReader } from './platform/heroku.ts'
import { platformLogReader } from './platform/log.ts'
import { siteNamesReader } from './platform/names.ts'
import { platformReleasesReader } from './platform/releases.ts'
import { pm2Reader } from './pm2/reader.ts'
import { candidatesReader } from './process/candidates.ts'
import { destinationReader } from './process/destination.ts'
import { doorsReader } from './process/doors.ts'
import { listenerWorkersReader } from './process/listener-workers.ts'
import { listenersReader } from './process/listeners.ts'
import { pathReader } from './process/path-info.ts'
import { processReader } from './process/process.ts'
import { upstreamPlaceReader } from './process/upstream-place.ts'
import { waitsReader } from './process/waits-seen.ts'
import { workersReader } from './process/workers.ts'
import { writtenFilesReader } from './process/written-files.ts'
import { spokenReader } from './protocol/spoken.ts'
import type { AnyReader } from './reader.ts'
import { journalReader } from './systemd/journal.ts'
import { systemdManagerReader } from './systemd/manager.ts'
import { unitSettingsReader } from './systemd/settings.ts'
import { systemdUnitReader } from './systemd/unit.ts'
import { unitsByTokenReader } from './systemd/units-by-token.ts'
import { tlsOfferReader } from './tls/offer.ts'
import { varnishConfigReader } from './varnish/config.ts'
import { varnishLogReader } from './varnish/log.ts'
import { varnishLossesReader } from './varnish/losses.ts'

/** Every reader by the name that flows use. */
export const READERS: Record<string, AnyReader> = Object.fromEntries(
  [
    responseReader,
    aliasReader,
    awsContextReader,
    loadBalancersReader,
    listenersOfBalancerReader,
    rulesReader,
    targetGroupsReader,
    attributesReader,
    targetHealthReader,
    samplesReader,
    spreadReader,
    nginxErrorLogReader,
    nginxAccessLogReader,
    nginxConfigReader,
    caddyConfigReader,
    caddyLogReader,
    answersLogReader,
    edgeConfigReader,
    caddyLossesReader,
    varnishConfigReader,
    varnishLogReader,
    varnishLossesReader,
    memberLinesReader,
    haproxyConfigReader,
    haproxyLogReader,
    haproxyLossesReader,
    haproxyLogPlaceReader,
    haproxyRuntimeReader,
    apacheConfigReader,
    apacheErrorLogReader,
    apacheLossesReader,
    apacheMemberLinesReader,
    destinationReader,
    listenersReader,
    doorsReader,
    arrivalsReader,
    arrivalsLaterReader,
    gatewaysSetUpReader,
    processReader,
    upstreamPlaceReader,
    membersReader,
    idleReader,
    closedLinesReader,
    accessMembersReader,
    accessMethodsReader,
    namesNowReader,
    resolverAnswerReader,
    pathReader,
    candidatesReader,
    systemdUnitReader,
    unitSettingsReader,
    systemdManagerReader,
    unitsByTokenReader,
    journalReader,
    kernelLogReader,
    memoryReader,
    diskReader,
    loadReader,
    openFilesReader,
    dnsReader,
    changesReader,
    sightReader,
    tlsOfferReader,
    firewallReader,
    firewallInboundReader,
    workersReader,
    neighbourReader,
    listenerWorkersReader,
    waitsReader,
    writtenFilesReader,
    gunicornLimitReader,
    phpFpmLimitReader,
    spokenReader,
    appLogReader,
    containersReader,
    containerLogReader,
    containerEventsReader,
    pm2Reader,
    logEndReader,
    programsReader,
    signsReader,
    siteNamesReader,
    clientAccountReader,
    herokuAppsReader,
    renderServicesReader,
    cloudRunServicesReader,
    herokuDomainsReader,
    herokuAppReader,
    herokuStatusReader,
    herokuDynosReader,
    flyMachinesReader,
    ecsServiceReader,
    beanstalkEnvironmentsReader,
    beanstalkHealthReader,
    beanstalkInstancesReader,
    beanstalkEventsReader,
    beanstalkSettingsReader,
    cloudRunServiceReader,
    railwayStatusReader,
    platformReleasesReader,
    platformLogReader,
    kubeContextReader,
    kubeMayReader,
    kubeNamespaceReader,
    kubeEndpointsReader,
    kubeEventsReader,
    kubeIngressesReader,
    kubeLogReader,
    kubeNodesReader,
    kubeMachinesReader,
    kubeServicesReader,
    kubeGatewaysReader,
    kubePodsReader,
    kubeServiceReader,
    kubeWorkloadsReader,
    kubeControllersReader,
    kubeIngressLogReader,
    kubePoliciesReader,
  ].map((reader) => [reader.name, reader]),
)

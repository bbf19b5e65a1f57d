/**
 * The words of the product, in one place. Every other room uses these and only these.
 * The meaning of each cause, and what proves it, is documented in docs/verdicts.md.
 */

/** Where an error is made, and where a fault is. */
export const PLACES = ['visitor', 'cdn', 'load-balancer', 'proxy', 'platform', 'app'] as const
export type Place = (typeof PLACES)[number]

/** What the failing hop saw. */
export const SHAPES = ['unreachable', 'slow', 'reset', 'garbage', 'none'] as const
export type Shape = (typeof SHAPES)[number]

export const CAUSES = [
  'process-down',
  'crash-on-start',
  'crash-loop',
  'port-in-use',
  'not-enabled',
  'missing-config-object',
  'wrong-port',
  'wrong-interface',
  'not-ready',
  'socket-missing',
  'socket-permission',
  'access-denied-by-policy',
  'blocked',
  'host-down',
  'dns-failure',
  'stale-address',
  'no-healthy-upstream',
  'selector-mismatch',
  'image-pull',
  'unschedulable',
  'proxy-down',
  'config-not-loaded',
  'slow-app',
  'slow-dependency',
  'workers-exhausted',
  'cpu-starved',
  'event-loop-blocked',
  'app-hung',
  'timeout-order',
  'crashed-mid-response',
  'oom-killed',
  'worker-timeout',
  'keepalive-race',
  'deploy-without-drain',
  'truncated-response',
  'tls-handshake',
  'cert-invalid',
  'protocol-mismatch',
  'not-http',
  'invalid-header',
  'header-too-big',
  'fd-exhausted',
  'connections-exhausted',
  'disk-full',
  'health-check-wrong',
  'proxy-config',
  'rate-limited',
  'deliberate',
  'app-error',
  'third-party',
  'edge-blocked',
  'origin-moved',
  'cached-error',
  'vendor-outage',
  'visitor-side',
  'recovered',
] as const
export type Cause = (typeof CAUSES)[number]

/** The five steps of the first ten minutes. */
export const STEPS = ['gateway-log', 'upstream-direct', 'upstream-log', 'deploy', 'resources'] as const
export type Step = (typeof STEPS)[number]

/** Why something could not be seen. */
export const BLIND_REASONS = [
  'missing-tool',
  'no-permission',
  'no-such-file',
  'timed-out',
  'cut',
  'not-understood',
  'no-vantage',
  'no-credentials',
  'expired-credentials',
  'wrong-account',
  'wrong-region',
  'wrong-context',
  'no-such-namespace',
  'throttled',
  'unreachable-host',
  'declined',
] as const
export type BlindReason = (typeof BLIND_REASONS)[number]

/** Best first: the order is the ranking. */
export const CONFIDENCES = ['confirmed', 'likely', 'reported'] as const
export type Confidence = (typeof CONFIDENCES)[number]

export type Outcome = 'diagnosed' | 'suspected' | 'inconclusive' | 'healthy'
export type State = 'failing' | 'intermittent' | 'degraded' | 'recovered' | 'well'
export type Ended = 'complete' | 'budget' | 'interrupted'
export const ANSWER_CLASSES = ['ok', 'app-error', 'gateway-error', 'cut', 'not-http', 'no-answer'] as const
export type AnswerClass = (typeof ANSWER_CLASSES)[number]

/** Where a probe runs from: this machine, the gateway's host, or the upstream's host. */
export const VANTAGES = ['here', 'proxy', 'app'] as const
export type Vantage = (typeof VANTAGES)[number]

export const HOP_ROLES = ['made', 'passed'] as const
export type HopRole = (typeof HOP_ROLES)[number]
export interface Hop {
  kind: Place
  vendor: string
  role: HopRole
}

/** Moments of an incident that a person marks: when customers saw it, when it was eased, when it was over. */
export const MOMENTS = ['onset', 'mitigated', 'resolved'] as const
export type Moment = (typeof MOMENTS)[number]

/** How a verification ended: enough good answers in a row, none in time, or stopped by the person. */
export const VERIFY_RESULTS = ['recovered', 'failing', 'stopped'] as const
export type VerifyResult = (typeof VERIFY_RESULTS)[number]

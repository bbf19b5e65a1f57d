import type { JsonObject } from '../../../src/words/json.ts'

// Objects as AWS documents them, put together by hand: nothing here was recorded from an account. Names, ids and the shape of ARNs
// are those of the examples in the Elastic Load Balancing API Reference (version 2015-12-01), one operation each as named below.

export const REGION = 'eu-central-1'
const ACCOUNT = '123456789012'
const ARN = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`
export const DNS = `shop-1234567890.${REGION}.elb.amazonaws.com`
export const BALANCER = `${ARN}:loadbalancer/app/shop/50dc6c495c0c9188`
export const LISTENER = `${ARN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`
export const GROUP = `${ARN}:targetgroup/shop/73e2d6bc24d8a067`
export const OTHER_GROUP = `${ARN}:targetgroup/shop-new/9f8d7c6b5a493827`

/** API_DescribeLoadBalancers, example response; API_LoadBalancer for the fields. */
export function balancer(more: JsonObject = {}): JsonObject {
  return {
    LoadBalancerArn: BALANCER,
    LoadBalancerName: 'shop',
    DNSName: DNS,
    Scheme: 'internet-facing',
    VpcId: 'vpc-3ac0fb5f',
    State: { Code: 'active' },
    Type: 'application',
    IpAddressType: 'ipv4',
    AvailabilityZones: [
      { ZoneName: 'eu-central-1a', SubnetId: 'subnet-8360a9e7' },
      { ZoneName: 'eu-central-1b', SubnetId: 'subnet-b7d581c0' },
    ],
    SecurityGroups: ['sg-5943793c'],
    ...more,
  }
}

/** API_DescribeListeners, example response. */
export function listener(more: JsonObject = {}): JsonObject {
  return {
    ListenerArn: LISTENER,
    LoadBalancerArn: BALANCER,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: GROUP }],
    ...more,
  }
}

/** API_DescribeRules, example response: a rule's own ARN, its priority as text, conditions and actions. */
export function rule(priority: string, conditions: JsonObject[], actions: JsonObject[]): JsonObject {
  const id = priority === 'default' ? 'a4b5c6d7e8f90123' : `9683b2d02a6cabe${priority.length}`
  return {
    RuleArn: `${LISTENER.replace(':listener/', ':listener-rule/')}/${id}`,
    Priority: priority,
    IsDefault: priority === 'default',
    Conditions: conditions,
    Actions: actions,
  }
}

/** API_RuleCondition: hosts and paths stand in a configuration and, for older clients, in `Values` too. */
export const host = (...values: string[]): JsonObject => ({
  Field: 'host-header',
  Values: values,
  HostHeaderConfig: { Values: values },
})
export const path = (...values: string[]): JsonObject => ({
  Field: 'path-pattern',
  Values: values,
  PathPatternConfig: { Values: values },
})
export const header = (name: string, ...values: string[]): JsonObject => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: name, Values: values },
})

/** API_Action. */
export const forward = (arn: string = GROUP): JsonObject => ({
  Type: 'forward',
  Order: 1,
  TargetGroupArn: arn,
  ForwardConfig: {
    TargetGroups: [{ TargetGroupArn: arn, Weight: 1 }],
    TargetGroupStickinessConfig: { Enabled: false },
  },
})
export const weighted = (...groups: [string, number][]): JsonObject => ({
  Type: 'forward',
  Order: 1,
  ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
})
export const fixed = (status: string, body = ''): JsonObject => ({
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: { StatusCode: status, ContentType: 'text/plain', MessageBody: body },
})
export const signIn = (order = 1): JsonObject => ({
  Type: 'authenticate-oidc',
  Order: order,
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example.com',
    AuthorizationEndpoint: 'https://login.example.com/authorize',
    TokenEndpoint: 'https://login.example.com/token',
    UserInfoEndpoint: 'https://login.example.com/me',
    ClientId: 'shop',
    ClientSecret: 'not-for-anybody-to-read',
  },
})

/** API_DescribeTargetGroups, example response; API_TargetGroup for the fields, defaults by the ALB user guide. */
export function group(more: JsonObject = {}): JsonObject {
  return {
    TargetGroupArn: GROUP,
    TargetGroupName: 'shop',
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: 3000,
    VpcId: 'vpc-3ac0fb5f',
    TargetType: 'instance',
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: [BALANCER],
    ...more,
  }
}

/** API_DescribeTargetHealth, example response: one target. */
export function target(state: string, reason = '', description = '', id = 'i-0f76fade'): JsonObject {
  return {
    Target: { Id: id, Port: 3000 },
    HealthCheckPort: '3000',
    TargetHealth: {
      State: state,
      ...(reason === '' ? {} : { Reason: reason }),
      ...(description === '' ? {} : { Description: description }),
    },
  }
}

/**
 * Every reason code of API_TargetHealth, with its state, and the words beside it in the ALB user guide ("Target health reason
 * codes").
 */
export const REASONS = {
  'Elb.RegistrationInProgress': target('initial', 'Elb.RegistrationInProgress', 'Target registration is in progress'),
  'Elb.InitialHealthChecking': target('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress'),
  'Target.ResponseCodeMismatch': target(
    'unhealthy',
    'Target.ResponseCodeMismatch',
    'Health checks failed with these codes: [404]',
  ),
  'Target.Timeout': target('unhealthy', 'Target.Timeout', 'Request timed out'),
  'Target.FailedHealthChecks': target('unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'),
  'Elb.InternalError': target('unhealthy', 'Elb.InternalError', 'Health checks failed due to an internal error'),
  'Target.NotRegistered': target('unused', 'Target.NotRegistered', 'Target is not registered to the target group'),
  'Target.NotInUse': target(
    'unused',
    'Target.NotInUse',
    'Target is in an Availability Zone that is not enabled for the load balancer',
  ),
  'Target.InvalidState': target('unused', 'Target.InvalidState', 'Target is in the stopped state'),
  'Target.IpUnusable': target(
    'unused',
    'Target.IpUnusable',
    'The target IP address is reserved for use by a load balancer',
    '10.0.0.7',
  ),
  'Target.DeregistrationInProgress': target(
    'draining',
    'Target.DeregistrationInProgress',
    'Target deregistration is in progress',
  ),
  'Target.HealthCheckDisabled': target(
    'unavailable',
    'Target.HealthCheckDisabled',
    'Health checks are disabled for this target',
  ),
} as const
export type Reason = keyof typeof REASONS

/** API_DescribeLoadBalancerAttributes, example response: keys and values are text. */
export const attributes = (idle = '60'): JsonObject[] => [
  { Key: 'access_logs.s3.enabled', Value: 'false' },
  { Key: 'idle_timeout.timeout_seconds', Value: idle },
  { Key: 'deletion_protection.enabled', Value: 'false' },
  { Key: 'routing.http2.enabled', Value: 'true' },
  { Key: 'load_balancing.cross_zone.enabled', Value: 'true' },
]

/** API_DescribeTargetGroupAttributes, example response. */
export const groupAttributes = (): JsonObject[] => [
  { Key: 'deregistration_delay.timeout_seconds', Value: '300' },
  { Key: 'slow_start.duration_seconds', Value: '0' },
  { Key: 'stickiness.enabled', Value: 'false' },
]

/** What the service answers where it refuses: its status, its code and its words (API Reference, "Common Errors" and each operation's own). */
export const REFUSALS = {
  expired: { status: 403, code: 'ExpiredToken', message: 'The security token included in the request is expired' },
  denied: {
    status: 403,
    code: 'AccessDenied',
    message: `User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers`,
  },
  badKey: {
    status: 403,
    code: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  },
  throttled: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  noGroup: { status: 400, code: 'TargetGroupNotFound', message: 'One or more target groups not found' },
} as const
export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS]

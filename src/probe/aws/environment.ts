/** What the SDK and the `aws` command take from the environment to know where and as whom to ask. Nothing else of it goes on. */
const NAMES = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2',
  'AWS_ENDPOINT_URL_STS',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_CA_BUNDLE',
  'AWS_PAGER',
])

/**
 * Who may know them: the `aws` command, `kubectl` (whose own helper asks `aws` for a cluster's token), and our own looks at AWS.
 * Every other program is started without.
 */
const WHO = new Set(['aws', 'kubectl', 'aws-context', 'ask-aws', 'ask-ecs'])

/** One of the variables that the real clients read. */
export function isAwsVariable(name: string): boolean {
  return NAMES.has(name)
}

/** The environment for one program, by its bare name or path, or for one look of ours. */
export function environmentFor(who: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const may = WHO.has(who.slice(who.lastIndexOf('/') + 1))
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => may || !name.startsWith('AWS_') || name === 'AWS_PAGER'),
  )
}

/** One profile of `~/.aws/config` and `~/.aws/credentials`, without what is secret in it. */
export interface Profile {
  name: string
  /** Lower-case keys. Of those that hold secrets only that they are there: their value is ''. */
  settings: Map<string, string>
}

/** Only these values are kept; all that is said of others is their name. */
const TOLD = new Set([
  'region',
  'role_arn',
  'source_profile',
  'credential_source',
  'sso_account_id',
  'sso_role_name',
  'sso_session',
])
const MOST_CHARACTERS = 256 * 1024
const MOST_HOPS = 5

/** Reads the two files together: in the first a profile is headed `[profile prod]` (but `[default]`), in the other `[prod]`. */
export function parseProfiles(config: string, credentials: string): Map<string, Profile> {
  const profiles = new Map<string, Profile>()
  read(config, (heading) => (heading === 'default' ? heading : /^profile\s+(\S{1,128})$/.exec(heading)?.[1]), profiles)
  read(credentials, (heading) => heading, profiles)
  return profiles
}

function read(file: string, named: (heading: string) => string | undefined, profiles: Map<string, Profile>): void {
  let current: Profile | undefined
  for (const line of file.slice(0, MOST_CHARACTERS).split('\n')) {
    const heading = /^\s*\[([^\]\n]{1,200})\]/.exec(line)?.[1]?.trim()
    if (heading !== undefined) {
      const name = named(heading)
      current = name === undefined ? undefined : (profiles.get(name) ?? { name, settings: new Map() })
      if (current) profiles.set(current.name, current)
      continue
    }
    // Settings that are indented belong to one above them (`s3 =`), and are none of the profile's own.
    const setting = /^([A-Za-z0-9_]{1,64})[ \t]{0,8}=(.{0,2048})$/.exec(line)
    if (!current || !setting) continue
    const key = (setting[1] ?? '').toLowerCase()
    current.settings.set(key, TOLD.has(key) ? (setting[2] ?? '').trim() : '')
  }
}

/** As whom AWS would be asked, told without asking: what stands in the environment and the files. */
export interface Context {
  /** '' when neither is set: then it is `default`, if there is one. */
  profile: string
  /** A profile was asked for that no file has. */
  unknown: boolean
  region: string
  /** environment | profile | '' */
  region_from: string
  /** environment | keys | sign-in | role | web-identity | container | program | machine: where credentials would come from. */
  source: string
  role: string
  /** Twelve digits; '' where only AWS knows it. */
  account: string
}

/** `environment`: the AWS variables; a name without a value is not set. */
export function contextOf(
  environment: Readonly<Record<string, string>>,
  profiles: ReadonlyMap<string, Profile>,
): Context {
  const env = (name: string) => environment[name] ?? ''
  const asked = env('AWS_PROFILE') || env('AWS_DEFAULT_PROFILE')
  const profile = profiles.get(asked || 'default')
  const fromEnv = env('AWS_REGION') || env('AWS_DEFAULT_REGION')
  const region = fromEnv || (profile?.settings.get('region') ?? '')
  const common = {
    profile: asked,
    unknown: asked !== '' && !profile,
    region,
    region_from: fromEnv !== '' ? 'environment' : region === '' ? '' : 'profile',
  }
  // A profile that is named wins over keys of the environment, for the SDK.
  if (asked === '' && env('AWS_ACCESS_KEY_ID') !== '')
    return { ...common, source: 'environment', role: '', account: '' }
  const own = profile ? sourceOf(profile, profiles) : null
  if (own) return { ...common, ...own }
  return { ...common, ...surroundings(env) }
}

function surroundings(env: (name: string) => string) {
  const role = env('AWS_ROLE_ARN')
  const container = env('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI') || env('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  if (env('AWS_WEB_IDENTITY_TOKEN_FILE') !== '') return { source: 'web-identity', role, account: accountOf(role) }
  if (container !== '') return { source: 'container', role: '', account: '' }
  return { source: 'machine', role: '', account: '' }
}

/** A role is assumed with the credentials of another profile, and that may do so again. */
function sourceOf(profile: Profile, profiles: ReadonlyMap<string, Profile>) {
  const roles: string[] = []
  let at: Profile | undefined = profile
  for (let hop = 0; hop < MOST_HOPS && at; hop++) {
    const settings: Map<string, string> = at.settings
    const role = settings.get('role_arn') ?? ''
    if (role !== '') roles.push(role)
    const [first = ''] = roles
    const account = accountOf(first) || (settings.get('sso_account_id') ?? '')
    const told = { role: first || (settings.get('sso_role_name') ?? ''), account }
    const next = settings.get('source_profile')
    if (role !== '' && next !== undefined && next !== at.name) at = profiles.get(next)
    else if (settings.has('credential_process')) return { source: 'program', ...told }
    else if (settings.has('aws_access_key_id'))
      return { source: role === '' && roles.length === 0 ? 'keys' : 'role', ...told }
    else if (settings.has('sso_session') || settings.has('sso_start_url') || settings.has('login_session'))
      return { source: 'sign-in', ...told }
    else if (settings.has('web_identity_token_file')) return { source: 'web-identity', ...told }
    else if (settings.has('credential_source')) return { source: 'role', ...told }
    else return null
  }
  return null
}

function accountOf(arn: string): string {
  return /^arn:aws[a-z-]{0,10}:iam::(\d{12}):/.exec(arn)?.[1] ?? ''
}

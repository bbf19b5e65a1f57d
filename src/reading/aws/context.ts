import { t } from '../../words/value.ts'
import { flag, found, text } from '../process/found.ts'
import { reader } from '../reader.ts'

const output = t.record({
  /** The environment and the files could be read. */
  complete: t.bool,
  profile: t.string,
  /** A profile was asked for that no file has. */
  unknown: t.bool,
  region: t.string,
  region_from: t.string,
  source: t.string,
  role: t.string,
  account: t.string,
  /** A custom endpoint, '' for AWS itself. */
  endpoint: t.string,
  /** `as profile prod (role deploy, account 123456789012)` */
  says: t.string,
})

const FROM: Record<string, string> = {
  environment: 'keys of the environment',
  keys: 'keys of a file',
  'sign-in': 'a sign-in',
  role: 'a role',
  'web-identity': 'a web identity',
  container: 'the container’s role',
  program: 'a program (credential_process)',
  machine: 'the role of this machine, if it has one',
}

/** As whom AWS would be asked, from the look `aws-context`: nothing is asked for it. */
export const awsContextReader = reader({
  name: 'aws-context',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const [profile, source, role, account] = ['profile', 'source', 'role', 'account'].map((name) => text(raw, name))
    const endpoint = text(raw, 'endpoint')
    const details = [
      FROM[source ?? ''] ?? 'unknown credentials',
      ...(role ? [role.split('/').at(-1) ?? ''] : []),
      ...(account ? [`account ${account}`] : []),
      ...(endpoint ? [`at ${endpoint}`] : []),
    ]
    const says = `${profile ? `as profile ${profile}` : 'without a profile'} (${details.join(', ')})`
    return {
      value: {
        complete: capture.outcome === 'ok' && ok,
        profile: profile ?? '',
        unknown: flag(raw, 'unknown'),
        region: text(raw, 'region'),
        region_from: text(raw, 'region_from'),
        source: source ?? '',
        role: role ?? '',
        account: account ?? '',
        endpoint,
        says,
      },
      dark: [],
      lines: ok ? [says] : [],
    }
  },
})

import { describe, expect, it } from 'vitest'
import { awsContextReader } from '../../../src/reading/aws/context.ts'
import { contextOf, parseProfiles } from '../../../src/reading/aws/profile.ts'
import { capture } from '../../flows/http.ts'

const CONFIG = `
[default]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::210987654321:role/deploy
source_profile = base
region = eu-central-1

[profile base]
sso_session = corp
sso_account_id = 123456789012

[profile helper]
credential_process = /opt/get-keys --secret x

[profile machine]
role_arn = arn:aws:iam::210987654321:role/ops
credential_source = Ec2InstanceMetadata

[profile circle]
role_arn = arn:aws:iam::210987654321:role/x
source_profile = circle-2
s3 =
  max_concurrent_requests = 20

[profile circle-2]
role_arn = arn:aws:iam::210987654321:role/y
source_profile = circle

[sso-session corp]
sso_start_url = https://corp.example.com/start
`
const CREDENTIALS =
  '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG\n'
const profiles = parseProfiles(CONFIG, CREDENTIALS)

describe('as whom AWS would be asked', () => {
  it.each([
    [{}, { profile: '', source: 'keys', region: 'eu-west-1', region_from: 'profile', account: '' }],
    [
      { AWS_PROFILE: 'prod' },
      {
        source: 'sign-in',
        role: 'arn:aws:iam::210987654321:role/deploy',
        account: '210987654321',
        region: 'eu-central-1',
      },
    ],
    [{ AWS_PROFILE: 'base' }, { source: 'sign-in', account: '123456789012', region: '' }],
    [{ AWS_DEFAULT_PROFILE: 'helper' }, { profile: 'helper', source: 'program' }],
    [{ AWS_PROFILE: 'machine' }, { source: 'role', account: '210987654321' }],
    [{ AWS_PROFILE: 'nobody' }, { profile: 'nobody', unknown: true, source: 'machine' }],
    [
      { AWS_ACCESS_KEY_ID: 'AKIA', AWS_REGION: 'us-east-1' },
      { source: 'environment', region: 'us-east-1', region_from: 'environment' },
    ],
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_PROFILE: 'base' }, { source: 'sign-in' }],
    [{ AWS_PROFILE: 'circle' }, { source: 'machine' }],
  ])('%j', (environment, expected) => {
    expect(contextOf(environment, profiles)).toMatchObject(expected)
  })

  it.each([
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod' },
      'web-identity',
      '123456789012',
    ],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x' }, 'container', ''],
    [{}, 'machine', ''],
  ])('without a file: %j', (environment, source, account) => {
    expect(contextOf(environment, new Map())).toMatchObject({ source, account })
  })

  it('holds no secret, whatever stands in the files', () => {
    const all = JSON.stringify([...profiles.values()].map(({ name, settings }) => [name, [...settings]]))
    expect(all).not.toMatch(/AKIA|wJalr|get-keys|corp\.example/)
    expect(all).toContain('aws_secret_access_key')
  })

  it('is told in one sentence', () => {
    const told = { ...contextOf({ AWS_PROFILE: 'prod' }, profiles), endpoint: '' }
    const { value } = awsContextReader.read(capture('look', JSON.stringify(told)), {
      facts: new Map(),
      knowledge: { fingerprints: [], signatures: [] },
      requests: [],
      now: new Date(0),
    })
    expect(value.says).toBe('as profile prod (a sign-in, deploy, account 210987654321)')
  })
})

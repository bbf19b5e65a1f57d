import { describe, expect, it } from 'vitest'
import { answerOf, itemsOf, keeping, numberOf } from '../../../src/reading/aws/answer.ts'
import { documentsIn } from '../../../src/reading/aws/documents.ts'
import { darkOfError, errorOfText } from '../../../src/reading/aws/failure.ts'
import { balancerName, nameOfGroup, partsOfArn, plainName } from '../../../src/reading/aws/name.ts'
import { targetHealthReader } from '../../../src/reading/aws/target-health.ts'
import type { ReadContext } from '../../../src/reading/reader.ts'
import { cpuNow } from '../../cpu.ts'
import { DNS, GROUP, OTHER_GROUP, target } from '../../documented/aws/objects.ts'
import { capture } from '../../flows/http.ts'

const context = (groups: string[]): ReadContext => ({
  facts: new Map([['balancer.groups', groups]]),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date(0),
})

describe('answers in a text', () => {
  it.each([
    ['', [], true],
    ['no json here', [], true],
    ['{"a":1}', [{ a: 1 }], true],
    ['$ aws elbv2 …\n{\n  "a": {"b": "}"}\n}\n$ aws …\n{"a":2}', [{ a: { b: '}' } }, { a: 2 }], true],
    ['{"a":"\\"{"}', [{ a: '"{' }], true],
    ['{"a":1', [], false],
    ['{"a":1} {"b":', [{ a: 1 }], false],
    ['{not json}', [], false],
    ['}} {"a":1}', [{ a: 1 }], true],
  ])('%s', (text, documents, whole) => {
    expect(documentsIn(text)).toEqual({ documents, whole })
  })

  it('are bounded, and take linear time', () => {
    const began = cpuNow()
    expect(documentsIn('{'.repeat(3_000_000)).whole).toBe(false)
    expect(documentsIn('{}'.repeat(100)).documents).toHaveLength(64)
    expect(cpuNow() - began).toBeLessThan(3000)
  })

  it('are complete only when nothing is missing', () => {
    const complete = (out: string, more = {}) => answerOf(capture('look', out, more), 'L').complete
    expect(complete('{"L":[]}')).toBe(true)
    expect(complete('{"L":[]}', { cut: true })).toBe(false)
    expect(complete('{"L":[]}', { why: 'throttled' })).toBe(false)
    expect(complete('{"L":[],"NextMarker":"2"}')).toBe(false)
    expect(complete('{"L":[],"NextToken":"2"}')).toBe(false)
    expect(complete('{"M":[]}')).toBe(false)
    expect(complete('')).toBe(false)
  })

  it('are kept by an allow-list, and one that does not end stays one', () => {
    const keep = keeping({ L: { Name: true, In: { Deep: true } } })
    const { out } = keep('{"L":[{"Name":"a","Secret":"x","In":{"Deep":1,"Other":2}}],"NextMarker":"m","Tags":[]}')
    expect(JSON.parse(out)).toEqual({ L: [{ Name: 'a', In: { Deep: 1 } }], NextMarker: 'm' })
    expect(answerOf(capture('look', keep('{"L":[]} {"L":[').out), 'L').complete).toBe(false)
    expect(keep('An error occurred (AccessDenied) when calling the X operation: no').out).toContain('AccessDenied')
  })

  it('have numbers as numbers or as text', () => {
    expect(
      ['StatusCode', 'Port', 'Name', 'None'].map((name) => numberOf({ StatusCode: '503', Port: 80, Name: 'x' }, name)),
    ).toEqual([503n, 80n, 0n, 0n])
    expect(
      itemsOf({ documents: [{ L: [{ a: 1 }, 3] }, { L: [{ a: 2 }] }], complete: true, dark: [] }, 'L'),
    ).toHaveLength(2)
  })
})

describe('why AWS told nothing', () => {
  it.each([
    ['ExpiredToken', 'x', 'expired-credentials'],
    ['ExpiredTokenException', 'x', 'expired-credentials'],
    ['CredentialsProviderError', 'The SSO session associated with this profile has expired.', 'expired-credentials'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'no-credentials'],
    ['AccessDenied', 'User x is not authorized', 'no-permission'],
    ['AccessDeniedException', 'x', 'no-permission'],
    ['Throttling', 'Rate exceeded', 'throttled'],
    ['ThrottlingException', 'x', 'throttled'],
    ['InvalidClientTokenId', 'x', 'no-credentials'],
    ['SignatureDoesNotMatch', 'x', 'no-credentials'],
    ['TargetGroupNotFoundException', 'x', 'wrong-region'],
    ['LoadBalancerNotFound', 'x', 'wrong-region'],
    ['Error', 'Region is missing', 'wrong-region'],
    ['TimeoutError', 'x', 'timed-out'],
    ['ENOTFOUND', 'getaddrinfo', 'unreachable-host'],
    ['ECONNREFUSED', 'x', 'unreachable-host'],
    ['SomethingNew', 'x', 'not-understood'],
  ])('%s (%s): %s', (code, message, why) => {
    const dark = darkOfError({ code, message })
    expect(dark.why).toBe(why)
    expect(dark.says).toContain(code)
  })

  it.each([
    [
      'An error occurred (ExpiredToken) when calling the DescribeRules operation: The security token is expired',
      'expired-credentials',
    ],
    [
      'An error occurred (Throttling) when calling the DescribeRules operation (reached max retries: 2): Rate exceeded',
      'throttled',
    ],
    ['Unable to locate credentials. You can configure credentials by running "aws configure".', 'no-credentials'],
    ['The config profile (prod) could not be found', 'no-credentials'],
    ['You must specify a region. You can also configure your region by running "aws configure".', 'wrong-region'],
    ['Could not connect to the endpoint URL: "https://elasticloadbalancing.eu.amazonaws.com/"', 'unreachable-host'],
    ['Connect timeout on endpoint URL: "https://elasticloadbalancing.eu.amazonaws.com/"', 'timed-out'],
    ['Error loading SSO Token: Token for x does not exist', 'expired-credentials'],
  ])('in the command’s words: %s', (text, why) => {
    const error = errorOfText(`\n${text}\n`)
    expect(error && darkOfError(error).why).toBe(why)
  })

  it('is not seen in what is no error', () => {
    expect(errorOfText('{"LoadBalancers": []}')).toBeNull()
  })
})

describe('names', () => {
  it.each([
    [DNS, 'eu-central-1', 'http'],
    [`dualstack.${DNS}.`, 'eu-central-1', 'http'],
    ['INTERNAL-shop-1.us-east-1.elb.amazonaws.com', 'us-east-1', 'http'],
    ['net-0123456789abcdef.elb.ap-southeast-2.amazonaws.com', 'ap-southeast-2', 'network'],
    ['shop-1.cn-north-1.elb.amazonaws.com.cn', 'cn-north-1', 'http'],
  ])('%s', (name, region, kind) => {
    expect(balancerName(name)).toMatchObject({ region, kind })
  })

  it.each([
    'shop.example.com',
    'elb.amazonaws.com',
    `${DNS}.evil.example`,
    'x.eu-central-1.elb.amazonaws.com.evil',
    'a'.repeat(300),
  ])('%s is none', (name) => {
    expect(balancerName(name)).toBeNull()
  })

  it('are compared in one form; ARNs tell region, account and group', () => {
    expect(plainName(`DualStack.${DNS.toUpperCase()}.`)).toBe(DNS)
    expect(partsOfArn(GROUP)).toEqual({ region: 'eu-central-1', account: '123456789012' })
    expect(partsOfArn('arn:aws:iam::1:user/x')).toEqual({ region: '', account: '' })
    expect([nameOfGroup(GROUP), nameOfGroup('x')]).toEqual(['shop', ''])
  })
})

describe('the health of targets', () => {
  const read = (groups: string[], ...answers: object[][]) =>
    targetHealthReader.read(
      capture('look', answers.map((each) => JSON.stringify({ TargetHealthDescriptions: each })).join('\n')),
      context(groups),
    )

  it('counts by state, and names a reason that all share', () => {
    const { value } = read(
      [GROUP],
      [target('healthy'), target('unhealthy', 'Target.Timeout'), target('unhealthy', 'Target.Timeout')],
    )
    expect(value).toMatchObject({ complete: true, targets: 3n, healthy: 1n, unhealthy: 2n, reason: 'Target.Timeout' })
    expect(value.says).toBe('3 targets: 2 unhealthy (Target.Timeout), 1 healthy')
  })

  it('names no reason where there are two, and the status where all got one', () => {
    const codes = (...list: number[]) =>
      read(
        [GROUP],
        list.map((code) =>
          target('unhealthy', 'Target.ResponseCodeMismatch', `Health checks failed with these codes: [${code}]`),
        ),
      )
    expect(codes(404, 404).value.code).toBe(404n)
    expect(codes(404, 500).value.code).toBe(0n)
    const two = read(
      [GROUP],
      [target('unused', 'Target.NotInUse'), target('draining', 'Target.DeregistrationInProgress')],
    )
    expect(two.value.reason).toBe('')
    expect(two.value.reasons).toHaveLength(2)
  })

  it('tells which of several groups has nobody', () => {
    const { value } = read([GROUP, OTHER_GROUP], [target('healthy')], [target('unused', 'Target.NotInUse')])
    expect(value).toMatchObject({ complete: true, groups: 2n, empty: 0n, out_of_service: ['shop-new'] })
  })

  it('is not complete while a group is missing', () => {
    const { value, dark } = read([GROUP, OTHER_GROUP], [target('healthy')])
    expect(value.complete).toBe(false)
    expect(dark).toEqual([{ why: 'cut', says: '1 target groups were not told' }])
  })

  it('an unhealthy one that a network load balancer drains is draining', () => {
    expect(read([GROUP], [target('unhealthy.draining')]).value).toMatchObject({ draining: 1n, unhealthy: 0n })
  })
})

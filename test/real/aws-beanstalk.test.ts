import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { runCommand } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import type { Capture } from '../../src/words/look.ts'
import {
  type BeanstalkServer,
  beanstalk,
  environment,
  event,
  HOST,
  health,
  instance,
  known,
  openBeanstalk,
} from '../documented/aws/beanstalk.ts'
import { REFUSALS, REGION } from '../documented/aws/objects.ts'
import { capture } from '../flows/http.ts'
import { contextOf } from '../reading/platform/support.ts'

// The real `aws` command asks a server that speaks the protocol of Elastic Beanstalk, by the commands that the flow gives.

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const READ_BY: Readonly<Record<string, string>> = {
  'describe-environments': 'beanstalk-environments',
  'describe-environment-health': 'beanstalk-health',
  'describe-instances-health': 'beanstalk-instances',
  'describe-events': 'beanstalk-events',
  'describe-configuration-settings': 'beanstalk-settings',
}

let server: BeanstalkServer
beforeAll(async () => {
  server = await openBeanstalk()
})
beforeEach(() => {
  server.known = known()
  server.asked.length = 0
})
afterAll(() => server.close())

/** Asks one of the flow's commands; an old `aws` takes its endpoint as an option only, so it is given that too. */
async function ask(question: string, more: Record<string, string> = KEYS): Promise<Capture> {
  const env = cleanEnvironment({
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  })
  // The name of the application has a blank in it, and is one word all the same.
  const words = question
    .replace('My Shop', 'My\u0000Shop')
    .split(' ')
    .map((word) => word.replace('\u0000', ' '))
  const argv = ['aws', ...words, '--endpoint-url', server.endpoint]
  const { exit, out, err } = await runCommand(argv, { timeoutMs: 60_000, signal: new AbortController().signal, env })
  return capture('run', out, { exit, err })
}

function reading(name: string, seen: Capture) {
  const reader = READERS[name]
  if (!reader) throw new Error(`no reader ${name}`)
  const sealed = seal(seen, reader, createMasker())
  return { sealed, ...reader.read(sealed, contextOf({ 'url.host': HOST })) }
}

const QUESTIONS = Object.keys(beanstalk()).map((question) => [question.split(' ')[1] ?? '', question] as const)

describe('what the command prints is read as what the documents show', () => {
  it.each(QUESTIONS)('%s', async (word, question) => {
    server.known = known({
      environments: [
        environment({ EnvironmentName: 'other', CNAME: 'other.example', EndpointURL: 'x' }),
        environment(),
      ],
      health: health({ Severe: 2 }, ['Impaired services on all instances.']),
      instances: [instance('Severe', ['Following services are not running: application.']), instance('Ok')],
      events: [
        event('ERROR', 'Failed to deploy application.', '2026-11-21T02:00:10+00:00', 'v42'),
        event('INFO', 'Environment update is starting.', '2026-11-21T01:58:12+00:00', 'v42'),
      ],
    })
    const name = READ_BY[word] ?? ''
    const real = reading(name, await ask(question))
    const documented = reading(name, capture('run', beanstalk(server.known)[question]?.out ?? ''))
    expect(real.value).toMatchObject({ complete: true })
    expect([real.value, real.dark, real.lines]).toEqual([documented.value, documented.dark, documented.lines])
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatch(/^Describe/)
    expect(real.sealed.out).not.toContain('hunter2')
  })
})

describe('what it is not told', () => {
  const [, list = ''] = QUESTIONS[0] ?? []

  it.each([
    ['expired', 'expired-credentials'],
    ['denied', 'no-permission'],
    ['badKey', 'no-credentials'],
    ['throttled', 'throttled'],
  ] as const)('%s', async (refusal, why) => {
    server.known.refuses = REFUSALS[refusal]
    const { value, dark } = reading('beanstalk-environments', await ask(list))
    expect(value).toMatchObject({ complete: false, found: false })
    expect(dark.map((each) => each.why)).toEqual([why])
  })

  it('no credentials', async () => {
    expect(reading('beanstalk-environments', await ask(list, {})).dark).toMatchObject([{ why: 'no-credentials' }])
  })

  it('a region that is none', async () => {
    const { dark } = reading('beanstalk-environments', await ask(list.replace(REGION, 'nowhere!')))
    expect(dark).toMatchObject([{ why: 'wrong-region' }])
  })

  it('health, of an environment with basic health reporting', async () => {
    server.known.basic = true
    const [, question = ''] = QUESTIONS[1] ?? []
    expect(reading('beanstalk-health', await ask(question))).toMatchObject({ value: { basic: true }, dark: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { environmentFor, isClientVariable } from '../../src/probe/client-environment.ts'

const SECRETS = {
  HEROKU_API_KEY: 'heroku-secret',
  FLY_API_TOKEN: 'fly-secret',
  RENDER_API_KEY: 'render-secret',
  RAILWAY_TOKEN: 'railway-secret',
  CLOUDSDK_CORE_PROJECT: 'shop-prod',
  AWS_SECRET_ACCESS_KEY: 'aws-secret',
}
const env = cleanEnvironment({ PATH: '/usr/bin', HOME: '/home/ann', XDG_CONFIG_HOME: '/home/ann/.config', ...SECRETS })

describe('what a client is told of the environment', () => {
  it.each([
    ['heroku', ['HEROKU_API_KEY']],
    ['fly', ['FLY_API_TOKEN']],
    ['/usr/local/bin/flyctl', ['FLY_API_TOKEN']],
    ['render', ['RENDER_API_KEY']],
    ['railway', ['RAILWAY_TOKEN']],
    ['gcloud', ['CLOUDSDK_CORE_PROJECT']],
    ['aws', ['AWS_SECRET_ACCESS_KEY']],
    ['ss', []],
    ['programs', []],
  ])('%s: %o', (who, expected) => {
    const given = environmentFor(who, env)
    expect(Object.keys(given).filter((name) => name in SECRETS)).toEqual(expected)
    expect(given).toMatchObject({ HOME: '/home/ann', XDG_CONFIG_HOME: '/home/ann/.config' })
  })

  it('knows its variables and no others', () => {
    expect(Object.keys(SECRETS).every(isClientVariable)).toBe(true)
    expect(['HEROKU_DEBUG', 'FLY_ANYTHING', 'NODE_OPTIONS', 'HTTPS_PROXY'].some(isClientVariable)).toBe(false)
  })
})

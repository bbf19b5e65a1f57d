import { join } from 'node:path'
import { type Context, contextOf, parseProfiles } from '../../reading/aws/profile.ts'
import { blind, found, within } from '../looks/outcome.ts'
import { or, readText } from '../looks/proc.ts'
import type { BuiltInLookFn } from '../looks/types.ts'

/** As whom AWS would be asked: the AWS variables and the two files, of which nothing secret is kept. Nothing is asked. */
export const awsContextLook: BuiltInLookFn = (_, tools) => {
  const argv = ['aws', 'configure', 'list']
  return within(tools, argv, async () => {
    const context = await readContext(tools.env)
    if (context === null)
      return blind(argv, 'no-permission', 'the files of AWS profiles may not be read by this account')
    const { env } = tools
    const endpoint = env.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 ?? env.AWS_ENDPOINT_URL ?? ''
    return found(argv, { ...context, endpoint: endpoint.slice(0, 200) })
  })
}

/** null: a file is there and may not be read. */
export async function readContext(env: Readonly<Record<string, string>>): Promise<Context | null> {
  const home = env.HOME ?? ''
  const paths = [
    env.AWS_CONFIG_FILE ?? join(home, '.aws/config'),
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws/credentials'),
  ]
  const files = await Promise.all(paths.map((path) => readText(path)))
  if (files.some((file) => !file.ok && file.why === 'denied')) return null
  const [config = '', credentials = ''] = files.map((file) => or(file, ''))
  return contextOf(env, parseProfiles(config, credentials))
}

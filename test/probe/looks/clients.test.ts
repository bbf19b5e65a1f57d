import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configuredClients } from '../../../src/probe/looks/clients.ts'
import { folder } from './support.ts'

/** A folder with a program in it that would say so if it ever ran, and a home with or without a configuration. */
function account({ client = true, config = true } = {}) {
  const [bin, home] = [folder(), folder()]
  if (client) {
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\ntouch ${join(home, 'ran')}\n`)
    chmodSync(join(bin, 'kubectl'), 0o755)
  }
  if (config) {
    mkdirSync(join(home, '.kube'))
    writeFileSync(join(home, '.kube/config'), '{}')
  }
  return { PATH: bin, HOME: home }
}

describe('clients that are set up', () => {
  it('kubectl with a configuration at home', async () => {
    const own = account()
    expect(await configuredClients(own)).toEqual(['kubectl'])
    expect(existsSync(join(own.HOME, 'ran'))).toBe(false)
  })

  it.each([
    ['without the program', { client: false }],
    ['without a configuration', { config: false }],
  ])('not %s', async (_, parts) => {
    expect(await configuredClients(account(parts))).toEqual([])
  })

  it('a configuration that a variable names: one of several is enough', async () => {
    const { HOME, PATH } = account({ config: false })
    const file = join(HOME, 'prod')
    writeFileSync(file, '{}')
    expect(await configuredClients({ PATH, HOME, KUBECONFIG: `/nonexistent:${file}` })).toEqual(['kubectl'])
    expect(await configuredClients({ PATH, HOME, KUBECONFIG: '/nonexistent' })).toEqual([])
  })

  it('a folder is no configuration, and nobody has to have a home', async () => {
    const { HOME, PATH } = account({ config: false })
    expect(await configuredClients({ PATH, KUBECONFIG: HOME })).toEqual([])
    expect(await configuredClients({ PATH })).toEqual([])
    expect(await configuredClients({})).toEqual([])
  })
})

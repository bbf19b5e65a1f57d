import { expect, it } from 'vitest'
import { programsOf } from './needs.ts'

it.each([
  ['names', ['dnsmasq']],
  ['caddy', ['caddy']],
  ['caddy-pools', ['caddy']],
  ['apache-limits', ['apache2']],
  ['pools', []],
  ['systemd-start', []],
])('%s starts %j besides nginx', (theme, programs) => {
  expect(programsOf(theme)).toEqual(programs)
})

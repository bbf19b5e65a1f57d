import { describe, expect, it } from 'vitest'
import { equivalent } from '../../src/probe/equivalent.ts'
import { LOOKS } from '../../src/probe/looks/index.ts'
import type { JsonObject } from '../../src/words/json.ts'
import type { LookRequest } from '../../src/words/look.ts'

const look = (name: string, args: JsonObject = {}): LookRequest => ({
  kind: 'look',
  name,
  args,
  at: 'here',
  read: 'x',
  timeoutMs: 1000,
})

describe('what a person would type', () => {
  it.each(Object.keys(LOOKS))('there is something for %s, whatever is known', (name) => {
    const [program, ...words] = equivalent(look(name))
    expect(program).toMatch(/^[a-z0-9]+$/)
    expect(program, 'no command of ours does it').not.toBe('triage502')
    for (const word of words) expect(word).toMatch(/\S/)
  })

  it.each<[string, JsonObject, string]>([
    [
      'ask-members',
      { members: ['10.0.0.7:3000', '10.0.0.8:3000'], path: '/checkout' },
      'curl -sS -i http://10.0.0.7:3000/checkout',
    ],
    ['ask-tls', { host: '10.0.0.7', port: 443, sni: 'app' }, 'openssl s_client -connect 10.0.0.7:443 -servername app'],
    ['ask-tls', { host: '10.0.0.7', port: 443 }, 'openssl s_client -connect 10.0.0.7:443'],
    ['ask-resolver', { resolver: '10.0.0.2 10.0.0.3', name: 'app.internal' }, 'dig @10.0.0.2 app.internal'],
    ['names-now', { names: ['app.internal', 'db.internal'] }, 'getent ahosts app.internal'],
    ['workers', { pid: 20 }, 'ps -o pid,stat,lstart,args --ppid 20'],
  ])('%s %j: %s', (name, args, command) => {
    expect(equivalent(look(name, args)).join(' ')).toBe(command)
  })
})

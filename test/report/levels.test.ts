import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownHosts } from '../../src/report/known-hosts.ts'
import { mapJson, tokenizer } from '../../src/report/levels.ts'
import { cpuNow } from '../cpu.ts'
import { session } from '../guide/make.ts'
import { DIAGNOSED, learned, REFUSED_LINE } from './incident.ts'

const none = { hosts: [], session: '' }
const team = (text: string) => tokenizer('team', none)(text)
const publicly = (text: string, hosts: string[] = []) =>
  tokenizer('public', { hosts, session: '2026-11-21T0203-shop-k3f9' })(text)

describe('level local', () => {
  it('leaves every text as it is', () => {
    expect(tokenizer('local', { hosts: ['shop.example.com'], session: 'x' })(REFUSED_LINE)).toBe(REFUSED_LINE)
  })
})

describe('level team', () => {
  it('replaces e-mail addresses, the same one by the same token', () => {
    expect(team('ann@example.com asked bob@example.com, not Ann@example.com')).toBe('mail-1 asked mail-2, not mail-1')
  })

  it('replaces account ids of twelve digits and no other number', () => {
    expect(team('arn:aws:iam::123456789012:role/x at 1700000000000, 20261121')).toBe(
      'arn:aws:iam::account-1:role/x at 1700000000000, 20261121',
    )
  })

  it('keeps hosts and addresses: a network incident cannot be read without them', () => {
    expect(team(REFUSED_LINE)).toBe(REFUSED_LINE)
  })
})

describe('level public', () => {
  it('replaces addresses by tokens that stay the same', () => {
    expect(publicly('10.0.0.5:80 to 10.0.0.6, again 10.0.0.5')).toBe('addr-1:80 to addr-2, again addr-1')
    expect(publicly('[2001:db8::1]:443 and 2001:db8::1')).toBe('[addr-1]:443 and addr-1')
    expect(publicly('client ::ffff:10.0.0.5.')).toBe('client addr-1.')
  })

  it('keeps what an address means: loopback has a token of its own, "any address" names nobody', () => {
    expect(publicly('127.0.0.1:3000, ::1, 127.0.0.1')).toBe('loopback-2:3000, loopback-1, loopback-2')
    expect(publicly('0.0.0.0:80 [::]:80')).toBe('0.0.0.0:80 [::]:80')
  })

  it('takes times, versions of three parts and hardware addresses for what they are', () => {
    const text = 'at 02:03:11 nginx/1.22.1 on 2026-11-21T02:03:11Z, 00:11:22:33:44:55'
    expect(publicly(text)).toBe(text)
  })

  it('replaces known hosts, and longer names that end in them by tokens of their own', () => {
    const change = tokenizer('public', { hosts: ['shop.acme'], session: '' })
    expect(change('shop.acme asked api.shop.acme; SHOP.acme')).toBe('host-1 asked host-2; host-1')
  })

  it('finds hosts in URLs, in log lines and under well-known domains', () => {
    expect(publicly('GET https://a.acme:8443/x?y')).toBe('GET https://host-1:8443/x?y')
    expect(publicly('host: "b.acme", server: c.acme,')).toMatch(/^host: "host-\d", server: host-\d,$/)
    expect(publicly('resolving db-1.prod.internal failed')).toBe('resolving host-1 failed')
  })

  it('leaves files, units and packages alone', () => {
    const text = 'nginx.conf, shop.service, /etc/nginx/sites/a.b.c, app.py, upstream.port, 12.5 s'
    expect(publicly(text)).toBe(text)
  })

  it('takes a plain word for a host only where it is written as one', () => {
    expect(publicly('the app at app:3000 (http://app/) is the app', ['app'])).toBe(
      'the app at host-1:3000 (http://host-1/) is the app',
    )
    expect(publicly('app', ['app'])).toBe('host-1')
    expect(publicly('db-7 is down', ['db-7'])).toBe('host-1 is down')
  })

  it('replaces the session id, which names its host', () => {
    expect(publicly('triage502 export 2026-11-21T0203-shop-k3f9')).toBe('triage502 export session-1')
  })

  it('leaves no address and no host of a real log line', () => {
    const change = tokenizer('public', { hosts: knownHosts(session(...DIAGNOSED)), session: '' })
    const line = change(REFUSED_LINE)
    expect(line).not.toMatch(/127\.0\.0\.1|shop\.example/)
    expect(line).toContain('connect() failed (111: Connection refused)')
    expect(line).toContain(':23099/refused')
  })

  it('is done once: what was replaced is not replaced again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.webUrl(), fc.emailAddress(), fc.string()), (text) => {
        const change = tokenizer('public', { hosts: ['host', 'addr', 'shop.example'], session: '' })
        const once = change(`see ${text} there`)
        expect(change(once)).toBe(once)
      }),
      { numRuns: 40 },
    )
  })

  it('hides every address there is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        fc.pre(address !== '::' && address !== '0.0.0.0')
        expect(publicly(`from ${address} to [${address}]`)).toMatch(/^from (addr|loopback)-1 to \[(addr|loopback)-1\]$/)
      }),
    )
  })

  it('is as quick when strangers named ten thousand hosts', () => {
    const change = tokenizer('public', none)
    const text = Array.from({ length: 10_000 }, (_, n) => `host: "h${n}.acme"`).join('\n')
    expect(change(text)).toContain('host: "host-10000"')
    expect(change(text)).not.toContain('acme')
  })

  it('is linear in long text', () => {
    for (const piece of ['a.', '1.', ':', 'a@', '::1 ', 'a-', '-', 'http://a@', 'host: "a.']) {
      const started = cpuNow()
      publicly(`a${piece.repeat(50_000)}a`)
      expect(cpuNow() - started).toBeLessThan(3000)
    }
  })
})

describe('the hosts a session knows', () => {
  it('are those of its URL, its facts and its requests', () => {
    const held = session(
      ...DIAGNOSED,
      learned('dns.host', 'origin.acme'),
      learned('other', 'https://b.acme/x'),
      learned('app.name', 'shop'),
    )
    expect([...knownHosts(held)].sort()).toEqual([
      'b.acme',
      'localhost',
      'origin.acme',
      'shop.example',
      'shop.example.com',
    ])
  })
})

describe('texts in JSON', () => {
  it('are changed wherever they stand, keys included, and nothing else is', () => {
    expect(mapJson({ 'a b': ['a', 1, null, { c: 'a', d: true }] }, (text) => text.toUpperCase())).toEqual({
      'A B': ['A', 1, null, { C: 'A', D: true }],
    })
  })
})

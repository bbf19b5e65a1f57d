import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONTEXT_RULES } from '../../../src/probe/mask/context-rules.ts'
import { FORM_RULES } from '../../../src/probe/mask/form-rules.ts'
import { createMasker } from '../../../src/probe/mask/index.ts'
import { IN_EVERY_NAME, SECRET_HEADER, SECRET_NAME, SECRET_VARIABLE } from '../../../src/probe/mask/names.ts'

/** What the names are made of, and what stands around them. */
const WORDS =
  'password passwords passwd passphrase PWD secret TOKEN api_key api-key APIKEY access_key private-key credentials credential client_secret connection_string connectionstring requirepass masterauth db_pass smtp-pass STRIPE_KEY SMTP_AUTH APP_SALT DB_PASS SENTRY_DSN AWS_CREDS TLS_CERT_KEY APP_COOKIE APP_JWT URL_SIGNATURE JWT Authorization Proxy-Authorization x-api-key x-auth x-signature private-token fastly-key authentication Cookie Set-Cookie'.split(
    ' ',
  )
const AROUND =
  '=|: |":"|\\":\\"|\'=\'| |  |--|-p|-u |&|?|;|\n|"name":"|","value":"|proxy_set_header |fastcgi_param |set $|add_header |mysql -p|redis-cli -a |curl -u bob:|sshpass -p |requirepass |login bob password |bearer |hunter2hunter2|abc123def456|"|\'|{|}|,'.split(
    '|',
  )
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...AROUND), fc.constantFrom(...AROUND)), { maxLength: 12 })
  .map((parts) => parts.join(''))

describe('what a rule needs', () => {
  const gated = CONTEXT_RULES.filter((rule) => rule.needs)

  it('is asked of every rule: none is tried on a text that cannot hold its secret', () => {
    expect([...CONTEXT_RULES, ...FORM_RULES].filter((rule) => !rule.needs)).toEqual([])
  })

  it('stands in everything that it matches', () => {
    expect(gated.length).toBeGreaterThan(20)
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { pattern, needs } of gated) {
          pattern.lastIndex = 0
          if (pattern.test(text)) expect(needs?.test(text), `${pattern.source.slice(0, 60)} in ${text}`).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each(WORDS.filter((word) => !/cookie$/i.test(word) || word.includes('_')))('stands in %s', (word) => {
    const name = new RegExp(`^(?:${SECRET_NAME}|${SECRET_HEADER}|${SECRET_VARIABLE})$`, 'i')
    expect(name.test(word)).toBe(true)
    expect(IN_EVERY_NAME.test(word)).toBe(true)
  })

  it('is no state that one text leaves behind for the next', () => {
    for (const { needs } of gated) expect(needs?.flags).not.toMatch(/[gy]/)
    const masker = createMasker()
    for (let round = 0; round < 3; round++) {
      expect(masker.mask('a line without any')).toBe('a line without any')
      expect(masker.mask('password=hunter2hunter2')).toBe('password=[masked:secret-1]')
    }
  })
})

/** What stands before and behind a token says whether it is one; what it is made of stands between. */
function withoutSurroundings(pattern: RegExp): string {
  return pattern.source.replace(/^\(\?<!\[[^\]]*\]\)|\(\?!\[[^\]]*\]\)$/g, '')
}

describe('what a rule for a form of secret needs', () => {
  // The first of them looks around itself in the middle.
  const rules = FORM_RULES.filter(({ kind }) => kind !== 'aws-secret')

  it.each(rules.map((rule) => [rule.kind, rule] as const))('stands in every %s', (_, { pattern, needs }) => {
    const made = fc.stringMatching(new RegExp(`^${withoutSurroundings(pattern)}$`))
    fc.assert(
      fc.property(made, (token) => {
        for (const text of [token, `key: ${token}`, `"${token}"`, `\n${token}\n`]) {
          pattern.lastIndex = 0
          expect(pattern.test(text), text).toBe(true)
          expect(needs?.test(text), text).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('stands in a key id with its secret', () => {
    const rule = FORM_RULES.find(({ kind }) => kind === 'aws-secret')
    expect(rule?.needs?.test(`ASIA${'ABCDEFGH12345678'}:${'aB3/'.repeat(10)}`)).toBe(true)
  })

  it.each([
    'locate/response',
    'https://shop.example.com/checkout?id=17',
    'the disk-space of a task-runner',
    'key: value',
  ])('does not stand in %s', (text) => {
    expect(rules.some(({ needs }) => needs?.test(text))).toBe(false)
  })
})

describe('what stands in urls, hooks and options', () => {
  const pieces = fc.constantFrom(
    ...'http:// https:// postgres://bob: redis://: tok9tok9tok9 @db:5432 jdbc:oracle:thin:scott/ tiger99 hooks.slack.com/services/ T00000000/B0000 discord.com/api/webhooks/123/ api.telegram.org/bot123: AAabcdefghijklmnop ?token= &key= ;sig= ?a=b Bearer basic YWxhZGRpbjpvcGVu TOKEN+ --password= --bearer --proxy-user --pinentry= --auth-token -p mysql redis-cli curl ldapsearch wget htpasswd -u bob: requirepass masterauth login abc123def456ghi'.split(
      ' ',
    ),
    ' ',
    "'",
    '"',
    '\n',
  )

  it('is searched only where it can be, and nothing is lost by it', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        for (const { pattern, needs } of CONTEXT_RULES) {
          pattern.lastIndex = 0
          if (pattern.test(text)) expect(needs?.test(text), `${pattern.source.slice(0, 60)} in ${text}`).toBe(true)
        }
      }),
      { numRuns: 4000 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONTEXT_RULES } from '../../../src/probe/mask/context-rules.ts'
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

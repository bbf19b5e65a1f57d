import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker } from '../../../src/probe/mask/index.ts'
import { cpuNow } from '../../cpu.ts'
import { ORDINARY, PLANTED } from './planted.ts'

describe('masking', () => {
  it.each(PLANTED)('hides %s', (_, text, secret) => {
    const masked = createMasker().mask(text.replace('@@', () => secret))
    expect(masked).toMatch(/\[masked:[a-z-]+-\d+\]/)
    for (const line of secret.split('\n')) expect(masked).not.toContain(line)
  })

  it('leaves none of them behind when they stand in one text, and keeps what is around them', () => {
    const masked = createMasker().mask(PLANTED.map(([, text, secret]) => text.replace('@@', () => secret)).join('\n\n'))
    for (const [what, , secret] of PLANTED) expect(masked.includes(secret), what).toBe(false)
    for (const kept of [
      '10.0.0.5:8080',
      '@db:5432/shop',
      'X-Amz-Expires=60',
      '--port 3000',
      'Path=/; HttpOnly',
      'dbname=shop',
      'sid=',
      'Database=shop',
    ]) {
      expect(masked).toContain(kept)
    }
  })

  it.each(ORDINARY)('leaves alone: %s', (line) => {
    expect(createMasker().mask(line)).toBe(line)
  })

  it('leaves alone what real servers and tools wrote', () => {
    const folder = new URL('../../fixtures/process/', import.meta.url)
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue
      const text = readFileSync(`${name.parentPath}/${name.name}`, 'utf8')
      expect(createMasker().mask(text)).toBe(text)
    }
  })

  it('keeps names of cookies and the attributes of one that is set', () => {
    const { mask } = createMasker()
    expect(mask('Cookie: a=1234; b=5678')).toBe('Cookie: a=[masked:cookie-1]; b=[masked:cookie-2]')
    expect(mask('Set-Cookie: a=1234; Path=/; Max-Age=60; Secure')).toBe(
      'Set-Cookie: a=[masked:cookie-1]; Path=/; Max-Age=60; Secure',
    )
  })

  it('gives the same secret the same token, another one another, all through a session', () => {
    const { mask } = createMasker()
    expect(mask('password=aaa1 token=bbb2 password=aaa1')).toBe(
      'password=[masked:secret-1] token=[masked:secret-2] password=[masked:secret-1]',
    )
    expect(mask('--password bbb2')).toBe('--password [masked:secret-2]')
  })

  it('counts on where a journal stopped', () => {
    const masker = createMasker()
    masker.reserve('{"out":"password=[masked:secret-7] Cookie: a=[masked:cookie-2]"}')
    expect(masker.mask('password=zzz9')).toBe('password=[masked:secret-8]')
    expect(masker.mask('Cookie: a=zzz8')).toBe('Cookie: a=[masked:cookie-3]')
  })

  it('keeps JSON readable as JSON', () => {
    const original = {
      cmdline: ['mysql', '-uroot', '-ps3cret'],
      log: 'password="a\\"b" Authorization: Digest u="x"\nCookie: a="b"\n--token "x y"',
      nested: JSON.stringify({ token: 'abc"def', headers: { authorization: 'Bearer x' } }),
      twice: JSON.stringify(JSON.stringify({ password: 'p', cookie: 'a=b; c=d' })),
    }
    const masked = createMasker().mask(JSON.stringify(original))
    expect(JSON.parse(masked)).toMatchObject({ cmdline: ['mysql', '-uroot', expect.stringContaining('[masked:')] })
    expect(masked).not.toMatch(/s3cret|abc|Bearer|a=b/)
  })

  it('looks at the keys of a value too', () => {
    const { maskDeep } = createMasker()
    expect(
      maskDeep({
        password: 'x1',
        token: true,
        port: 3000,
        url: 'http://u:pw@h/',
        headers: [
          { name: 'Set-Cookie', value: 'a=b1' },
          { name: 'server', value: 'nginx' },
        ],
        secrets: { api_key: ['k1', 'k2'] },
        cookie: 'a=b2',
        key_file: '/etc/ssl/a.key',
      }),
    ).toEqual({
      password: '[masked:secret-1]',
      token: true,
      port: 3000,
      url: 'http://u:[masked:url-password-1]@h/',
      headers: [
        { name: 'Set-Cookie', value: 'a=[masked:cookie-1]' },
        { name: 'server', value: 'nginx' },
      ],
      secrets: { api_key: ['[masked:secret-2]', '[masked:secret-3]'] },
      cookie: 'a=[masked:cookie-2]',
      key_file: '/etc/ssl/a.key',
    })
  })

  it('changes nothing that is masked already', () => {
    for (const [, text, secret] of PLANTED) {
      const masker = createMasker()
      const once = masker.mask(text.replace('@@', () => secret))
      expect(masker.mask(once)).toBe(once)
      expect(createMasker().mask(once)).toBe(once)
    }
  })

  it('never throws, is the same when repeated, and does not blow up, for any mixture of what it looks for', () => {
    const pieces = fc.constantFrom(
      'password',
      'token',
      '_KEY',
      'Authorization',
      'Cookie',
      'Set-Cookie',
      'Bearer ',
      'Basic ',
      '://',
      '@',
      ':',
      '=',
      ' ',
      '"',
      "'",
      '\\',
      '\\n',
      '\n',
      '\r\n',
      '&',
      '?',
      ';',
      ',',
      '--',
      '-p',
      'mysql ',
      'curl ',
      '-u',
      'AKIA',
      'IOSFODNN7EXAMPLE',
      'eyJ',
      '.',
      'ghp_',
      'a1B2c3D4e5',
      'name',
      'value',
      '{',
      '}',
      '[',
      ']',
      '[masked:',
      '[masked:secret-1]',
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0B',
      '\0',
      '\ud800',
      '=>',
      'set $',
      'x',
    )
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
      fc.string({ unit: 'binary', maxLength: 200 }),
    )
    fc.assert(
      fc.property(text, (original) => {
        const masker = createMasker()
        const once = masker.mask(original)
        expect(masker.mask(once)).toBe(once)
        expect(once.length).toBeLessThan(original.length * 12 + 40)
      }),
      { numRuns: 2000, seed: 502 },
    )
  })

  it.each([
    'a',
    'a.',
    'a_',
    'A_',
    'password',
    'password=',
    'password: ',
    '"password"',
    '"password":"',
    "password='",
    '://',
    '://a:',
    'http://a',
    'http://a:b@',
    '?token=',
    '&',
    'Cookie: ',
    'Cookie: a=b;',
    'Authorization: ',
    'Bearer ',
    'mysql ',
    'mysql -p',
    'curl -u a:',
    '--password ',
    'eyJ',
    'eyJaaaaaaaaaa.',
    'AKIA',
    'sk-',
    'sk-a-',
    '\\',
    '\\"',
    '"',
    ' ',
    '\n',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n',
    '[masked:',
    '[masked:secret-1]',
    '"name":"',
    '{"name":"TOKEN","value":"',
    'set ',
    'proxy_set_header ',
    '-',
    '=',
    ': ',
    '%',
    '0',
  ])('is linear on %j, over and over', (unit) => {
    const text = unit.repeat(Math.ceil(100_000 / unit.length))
    const began = cpuNow()
    createMasker().mask(text)
    // A quadratic rule takes minutes here; the limit is far from both.
    expect(cpuNow() - began).toBeLessThan(3000)
  })
})

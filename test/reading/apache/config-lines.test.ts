import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf, readDump, writeDump } from '../../../src/reading/apache/config-dump.ts'
import { keepConfig } from '../../../src/reading/apache/config-keep.ts'
import { logicalLines, quoted, signOf, wordsOf } from '../../../src/reading/apache/config-lines.ts'

describe('the lines of a file', () => {
  it('a backslash continues, blanks in front do not count, comments are lines of their own', () => {
    const text = 'A one\n  # comment\n\tB two \\\n   three # no comment\r\n\n#x\\\nhidden\nC\\'
    expect(logicalLines(text)).toEqual([
      { text: 'A one', line: 1 },
      { text: 'B two    three # no comment', line: 3 },
      { text: 'C', line: 8 },
    ])
  })

  it('a comment that ends in a backslash takes the next line with it', () => {
    expect(logicalLines('# a \\\nListen 80\nListen 81')).toEqual([{ text: 'Listen 81', line: 3 }])
  })
})

describe('words', () => {
  it.each([
    ['ProxyPass / http://a/', ['ProxyPass', '/', 'http://a/']],
    ['ErrorDocument 503 "back soon"', ['ErrorDocument', '503', 'back soon']],
    ["ErrorDocument 503 'back soon'", ['ErrorDocument', '503', 'back soon']],
    ['LogFormat "%h \\"%r\\"" x', ['LogFormat', '%h "%r"', 'x']],
    ['A "a\\\\b"', ['A', 'a\\b']],
    ['A "never closed', ['A', 'never closed']],
    ['A ""', ['A', '']],
    ['RewriteRule ^/(.*)$ - [R=503,L]', ['RewriteRule', '^/(.*)$', '-', '[R=503,L]']],
    ['', []],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  it('what is quoted is read back, but for what no line can hold', () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        const plain = word.replace(/[\r\n\t\v\f]/g, ' ')
        expect(wordsOf(quoted(plain))).toEqual([plain].filter((each) => quoted(each) === '""' || each !== ''))
      }),
    )
  })

  it.each([
    ['<VirtualHost *:80>', { kind: 'opens', name: 'virtualhost', args: ['*:80'] }],
    ['<IfModule !mod_ssl.c>', { kind: 'opens', name: 'ifmodule', args: ['!mod_ssl.c'] }],
    ['<FilesMatch "\\.ph(ar|p)$">', { kind: 'opens', name: 'filesmatch', args: ['\\.ph(ar|p)$'] }],
    ['</VirtualHost>', { kind: 'closes', name: 'virtualhost' }],
    ['</ VirtualHost >', { kind: 'closes', name: 'virtualhost' }],
    ['ProxyPASS / http://a/', { kind: 'directive', name: 'proxypass', args: ['/', 'http://a/'] }],
  ])('%s', (text, sign) => {
    expect(signOf(text)).toEqual(sign)
  })
})

const DUMP = `# In file: /etc/apache2/apache2.conf
#  3:
ServerRoot /etc/apache2
# In file: /etc/apache2/sites-enabled/shop.conf
#  1:
<VirtualHost *:80>
  #  2:
  ServerName shop.example.com
  #   3:
  ProxyPass / http://127.0.0.1:3000/
</VirtualHost>`

describe('a dump, as `apachectl -t -D DUMP_CONFIG` writes it', () => {
  it('is a tree with the file and line of everything', () => {
    const { tree, problems } = readDump(DUMP)
    expect(problems).toEqual([])
    expect(tree).toMatchObject([
      { name: 'serverroot', file: '/etc/apache2/apache2.conf', line: 3 },
      {
        name: 'virtualhost',
        args: ['*:80'],
        file: '/etc/apache2/sites-enabled/shop.conf',
        line: 1,
        block: [
          { name: 'servername', args: ['shop.example.com'], line: 2 },
          { name: 'proxypass', args: ['/', 'http://127.0.0.1:3000/'], line: 3 },
        ],
      },
    ])
  })

  it('written again it is the same tree', () => {
    const { tree } = readDump(DUMP)
    expect(readDump(writeDump(linesOf(tree), []))).toEqual({ tree, problems: [] })
  })

  it.each([
    ['<VirtualHost *:80>\nServerName a', '<virtualhost> is never closed'],
    ['</VirtualHost>', '</virtualhost> closes a section that is not open'],
    ['<VirtualHost *:80>\n</Location>', '</location> closes <virtualhost>'],
    ['#!problem /a:3 there is no /b', '/a:3 there is no /b'],
  ])('%j is a problem', (text, says) => {
    expect(readDump(text).problems.join()).toContain(says)
  })

  it('whatever the text, it is read without an error, and its problems are few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('<A>', '</A>', '<If "x">', '#  1:', '# In file: /x'))),
        (lines) => {
          expect(readDump(lines.join('\n')).problems.length).toBeLessThanOrEqual(21)
        },
      ),
    )
  })

  it('sections without end do not nest without end', () => {
    expect(readDump('<A>\n'.repeat(50_000)).problems.length).toBeLessThanOrEqual(21)
  })
})

describe('what is kept of a dump', () => {
  const kept = (text: string) =>
    keepConfig(`# In file: /etc/apache2/shop.conf\n#  1:\n${text}`).out.split('\n').slice(2).join('\n')

  it.each([
    ['ProxyPass / http://127.0.0.1:3000/ timeout=5 retry=0', 'proxypass / http://127.0.0.1:3000/ timeout=5 retry=0'],
    ['ProxyPass / http://user:pass@127.0.0.1:3000/?key=1', 'proxypass / http://127.0.0.1:3000/'],
    ['ProxyPass / ajp://127.0.0.1:8009/ secret=hunter2 timeout=5', 'proxypass / ajp://127.0.0.1:8009/ … timeout=5'],
    ['BalancerMember http://a:1 status=+H route=a', 'balancermember http://a:1 status=+H route=a'],
    ['ProxySet balancer://x nonce=abc forcerecovery=Off', 'proxyset balancer://x … forcerecovery=Off'],
    ['Redirect 503 /a?token=1', 'redirect 503 /a'],
    ['Redirect permanent / https://shop.example.com/?token=1', 'redirect permanent / …'],
    ['RewriteRule ^/a http://b/?token=1 [P,E=KEY:secret,L]', 'rewriterule ^/a http://b/ [P,L]'],
    ['RewriteCond %{HTTP:X-Token} !=secret', 'rewritecond … …'],
    ['RewriteCond %{HTTP_COOKIE} token=secret', 'rewritecond … …'],
    ['RewriteCond %{REQUEST_URI} ^/a [NC]', 'rewritecond %{REQUEST_URI} ^/a [NC]'],
    ['RewriteCond /srv/maintenance -f', 'rewritecond /srv/maintenance -f'],
    ['ErrorDocument 503 "our secret words"', 'errordocument 503 …'],
    ['ErrorDocument 503 /503.html', 'errordocument 503 /503.html'],
    ['SetEnv DB_PASSWORD hunter2', ''],
    ['RequestHeader set Authorization "Bearer abc"', ''],
    ['SSLProxyMachineCertificateFile /etc/key.pem', ''],
    ['AuthUserFile /etc/passwd', ''],
    ['Header set X-Key abc', ''],
  ])('%s', (text, expected) => {
    expect(kept(text)).toBe(expected)
  })

  it('sections that only say whether they count are taken away, what stands in them is kept', () => {
    expect(kept('<IfModule mod_proxy.c>\n#  2:\nProxyTimeout 5\n#  3:\nSetEnv A b\n</IfModule>')).toBe('proxytimeout 5')
  })

  it('sections that nobody reads are left out whole', () => {
    expect(kept('<Macro x>\n#  2:\nProxyTimeout 5\n</Macro>')).toBe('')
    expect(kept('<If "%{HTTP:X-Key} == \'secret\'">\n#  2:\nProxyTimeout 5\n</If>')).not.toContain('secret')
  })

  it('how much was left out is told', () => {
    expect(keepConfig('SetEnv A b\nSetEnv C d').leftOut).toBe('… 2 lines left out')
    expect(keepConfig('Listen 80').leftOut).toBe('')
  })

  it('a name that was meant for another is a problem, before it is left out', () => {
    expect(keepConfig('ProxyPas / http://a/').out).toContain("Invalid command 'proxypas' (is proxypass meant?)")
    for (const fine of ['ProxyVia On', 'RewriteBase /', 'ServerAdmin a@b', 'Options None', 'KeepAliveTimeout 5']) {
      expect(keepConfig(fine).out).not.toContain('Invalid')
    }
  })

  it('done twice it changes nothing more', () => {
    const text = `${DUMP}\n#  9:\nProxyPass /x http://u:p@h/ secret=1\n<Location /y>\n#  10:\nErrorDocument 500 "a b"\n</Location>\nProxyPas / x\n<VirtualHost a>`
    const once = keepConfig(text).out
    expect(keepConfig(once).out).toBe(once)
  })

  it('twice is the same as once, whatever the text', () => {
    const word = fc.constantFrom(
      'ProxyPass',
      '/',
      'http://a:1/',
      'secret=x',
      '"a b"',
      '<Location /x>',
      '</Location>',
      '<VirtualHost *:80>',
      '</VirtualHost>',
      'RewriteCond',
      '%{HTTP_HOST}',
      'SetEnv',
      '\n',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const once = keepConfig(words.join(' ')).out
        expect(keepConfig(once).out).toBe(once)
      }),
    )
  })
})

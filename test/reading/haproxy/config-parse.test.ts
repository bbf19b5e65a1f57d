import { describe, expect, it } from 'vitest'
import { keepConfig, sectionsOf, splitFiles } from '../../../src/reading/haproxy/config-keep.ts'
import { duration, parseConfig, wordsOf } from '../../../src/reading/haproxy/parse-config.ts'

describe('words of a line', () => {
  it.each([
    ['  server  app1 127.0.0.1:80\tcheck ', ['server', 'app1', '127.0.0.1:80', 'check']],
    ['bind :80 # the front door', ['bind', ':80']],
    ['# nothing', []],
    ['http-request deny if { path -i "/a b" }', ['http-request', 'deny', 'if', '{', 'path', '-i', '/a b', '}']],
    ["log-format '%ci # %b'", ['log-format', '%ci # %b']],
    ['option httpchk GET / HTTP/1.1\\r\\nHost:\\ www', ['option', 'httpchk', 'GET', '/', 'HTTP/1.1\r\nHost: www']],
    ['acl dot path_sub a\\#b', ['acl', 'dot', 'path_sub', 'a#b']],
    ['bind "$ADDRESS:80"', ['bind', '$ADDRESS:80']],
    ['tail "open', ['tail', 'open']],
    ['empty ""', ['empty', '']],
    ['backslash \\', ['backslash', '\\']],
  ])('%j', (line, words) => {
    expect(wordsOf(line)).toEqual(words)
  })

  it('are never more than can be looked at', () => {
    expect(wordsOf('a '.repeat(1000))).toHaveLength(64)
  })
})

describe('sections', () => {
  it('hold their lines with the place of each', () => {
    const [global, web] = parseConfig('global\n  maxconn 5\n\nfrontend web\n  bind :80\n  bind :81\n', '/h.cfg')
    expect(global).toMatchObject({ kind: 'global', words: [], at: '/h.cfg:1' })
    expect(web?.lines).toEqual([
      { words: ['bind', ':80'], at: '/h.cfg:5', conditional: false },
      { words: ['bind', ':81'], at: '/h.cfg:6', conditional: false },
    ])
  })

  it('mark what stands between .if and .endif, and drop what stands in front of the first', () => {
    const text = 'lost 1\nfrontend web\n.if defined(X)\nbind :80\n.else\nbind :81\n.endif\nbind :82\n'
    const [web] = parseConfig(text, '/h.cfg')
    expect(web?.lines.map(({ words, conditional }) => [words[1], conditional])).toEqual([
      [':80', true],
      [':81', true],
      [':82', false],
    ])
  })

  it('come from several files in their order', () => {
    const dump = '# configuration file /a.cfg:\nglobal\n# configuration file /b.cfg:\nbackend b\n'
    expect(splitFiles(dump).map(({ path }) => path)).toEqual(['/a.cfg', '/b.cfg'])
    expect(sectionsOf(dump).map(({ kind, at }) => `${kind} ${at}`)).toEqual(['global /a.cfg:1', 'backend /b.cfg:1'])
    expect(splitFiles('global\n')).toEqual([{ path: '', text: 'global\n' }])
  })
})

it.each([
  ['5s', 5000],
  ['500', 500],
  ['500ms', 500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1500us', 1],
  ['', 0],
  ['soon', 0],
  ['-1s', 0],
])('a time: %j', (text, ms) => {
  expect(duration(text)).toBe(ms)
})

describe('what is kept of a configuration', () => {
  const secret = `global
    stats socket /run/haproxy.sock mode 600
    stats timeout 30s
    setenv API_KEY hunter2-of-the-shop
    maxconn 100
userlist admins
    user root insecure-password hunter2
frontend web
    bind :80
    stats auth admin:hunter2
    stats uri /stats
    http-request set-header X-Token hunter2
    http-request set-header Host shop.internal
    http-request deny if { path /x }
    http-request lua.check
    tcp-request content reject if FALSE
    # password hunter2
    cookie hunter2 insert
backend shop
    server a 10.0.0.1:80 check
`
  it('no secret, and every line where it stood', () => {
    const { out, leftOut } = keepConfig(secret)
    expect(out).not.toContain('hunter2')
    expect(leftOut).toBe('… 7 lines left out')
    expect(out.split('\n').length).toBe(secret.split('\n').length)
    expect(out.split('\n')[19]).toBe('    server a 10.0.0.1:80 check')
    for (const line of ['stats socket', 'set-header Host', 'deny if', 'content reject', 'stats uri'])
      expect(out).toContain(line)
  })

  it('reads the same of what was kept as of the whole', () => {
    expect(keepConfig(keepConfig(secret).out).out).toBe(keepConfig(secret).out)
  })

  it('counts a single line too, and none', () => {
    expect(keepConfig('global\n  setenv A b\n').leftOut).toBe('… 1 line left out')
    expect(keepConfig('global\n').leftOut).toBe('')
  })
})

import { describe, expect, it } from 'vitest'
import { changesReader } from '../../../src/reading/machine/changes.ts'
import { editsOf } from '../../../src/reading/machine/edits.ts'
import { namedCertificates } from '../../../src/reading/machine/named-files.ts'
import { gathered, span, tellChange } from '../../../src/reading/machine/onset.ts'
import { filesNamed } from '../../../src/reading/process/files-named.ts'
import { editLine, parseEdit } from '../../../src/words/edit.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { context, looked } from '../process/support.ts'

const at = (stamp: string) => new Date(`2026-11-21T${stamp}Z`)
const NONE: JsonObject = { whole: true, unread: [], changes: [] }
const read = (raw: JsonObject, facts: Record<string, Value> = {}) =>
  changesReader.read(looked(raw), context(facts)).value
const stamps = (path: string, mtime: string, placed = mtime): JsonObject => ({
  path,
  mtime: at(mtime).toISOString(),
  placed: at(placed).toISOString(),
})

describe('the files of a configuration', () => {
  it('are told latest first, each with what happened to it', () => {
    const meta = {
      files: [stamps('/etc/nginx/nginx.conf', '01:00:00'), stamps('/etc/nginx/sites-enabled/shop', '03:00:00')],
      certificates: [stamps('/etc/ssl/shop.pem', '02:00:00')],
    }
    expect(editsOf(meta)).toEqual([
      '2026-11-21T03:00:00.000Z config /etc/nginx/sites-enabled/shop was changed',
      '2026-11-21T02:00:00.000Z certificate the certificate or key /etc/ssl/shop.pem was changed',
      '2026-11-21T01:00:00.000Z config /etc/nginx/nginx.conf was changed',
    ])
  })

  it('an old text that came to its place later counts from then on', () => {
    expect(editsOf({ files: [stamps('/etc/nginx/sites-enabled/shop', '01:00:00', '03:00:00')] })).toEqual([
      '2026-11-21T03:00:00.000Z config /etc/nginx/sites-enabled/shop was put in place, or its rights were changed',
    ])
    expect(editsOf({ files: [stamps('/a', '01:00:00', '01:00:01.500')] })[0]).toMatch(/^2026-11-21T01:00:00/)
  })

  it('of an older recording have no second time', () => {
    expect(editsOf({ files: [{ path: '/a', mtime: at('01:00:00').toISOString() }] })).toEqual([
      '2026-11-21T01:00:00.000Z config /a was changed',
    ])
  })

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['no list', { files: 'x', certificates: 7 }],
    ['no times', { files: [{ path: '/a' }, { mtime: 'x' }, 7, null] }],
    ['a name with a line break', { files: [stamps('/a\nb', '01:00:00')] }],
  ])('are none: %s', (_, meta) => {
    expect(editsOf(meta)).toEqual([])
  })

  it('are fifty at most', () => {
    const files = Array.from({ length: 400 }, (_, n) => stamps(`/etc/nginx/${n}`, '01:00:00'))
    expect(editsOf({ files })).toHaveLength(50)
  })
})

describe('the line of a change', () => {
  it('is read back as it was written', () => {
    const edit = { at: at('01:00:00'), kind: 'config', what: '/etc/a b was changed' }
    expect(parseEdit(editLine(edit))).toEqual(edit)
  })

  it.each([
    '',
    'x',
    '2026-11-21T01:00:00.000Z',
    '2026-11-21T01:00:00.000Z config',
    'yesterday config x',
    '9 a b',
    ' a b',
  ])('is none: %j', (line) => {
    expect(parseEdit(line)).toBeUndefined()
  })
})

describe('what changed before the first error', () => {
  const FACTS = {
    'onset.first_error': at('03:50:00'),
    'window.seconds': 900n,
    'config.edits': [
      '2026-11-21T03:49:42.000Z config /etc/nginx/nginx.conf was changed',
      '2026-11-21T01:00:00.000Z config /etc/nginx/mime.types was changed',
      'no edit at all',
    ],
  }
  const CHANGES = [
    { at_ms: at('03:49:50').getTime(), kind: 'reload', what: 'nginx (pid 7) was reloaded' },
    { at_ms: at('03:55:00').getTime(), kind: 'unit-start', what: 'shop.service started' },
  ]

  it('stands in the order of time, with what is known of the gateway’s files, and nothing that came after', () => {
    expect(read({ ...NONE, changes: CHANGES }, FACTS)).toMatchObject({
      found: true,
      last_what: 'nginx (pid 7) was reloaded',
      seconds_before: 10n,
      told: [
        '/etc/nginx/nginx.conf was changed at 03:49:42Z, 18 s before',
        'nginx (pid 7) was reloaded at 03:49:50Z, 10 s before the first error',
      ],
      more: 0n,
      history: [
        '2026-11-21T03:49:42.000Z config /etc/nginx/nginx.conf was changed',
        '2026-11-21T03:49:50.000Z reload nginx (pid 7) was reloaded',
      ],
    })
  })

  it('a file from before the window is no change', () => {
    const { changes } = read(NONE, { ...FACTS, 'window.seconds': 20_000n })
    expect(changes.map(({ what }) => what)).toContain('/etc/nginx/mime.types was changed')
    expect(read(NONE, FACTS).changes).toHaveLength(1)
  })

  it('of a gateway that reads its files only when told, says that it was not told', () => {
    const told = (reloaded: string, unloaded: boolean) =>
      read(NONE, { ...FACTS, 'config.unloaded': unloaded, 'proxy.reloaded': at(reloaded) }).told
    expect(told('03:00:00', true)).toEqual([
      '/etc/nginx/nginx.conf was changed at 03:49:42Z, 18 s before the first error, and not loaded since',
    ])
    expect(told('03:00:00', false)[0]).not.toContain('loaded')
    expect(told('03:49:41', true)[0]).not.toContain('loaded')
  })

  it('a certificate that just began to be valid is a change', () => {
    const { told } = read(NONE, { 'onset.first_error': at('03:50:00'), 'tls.since': at('03:49:00') })
    expect(told).toEqual([
      'the certificate that the upstream shows began to be valid at 03:49:00Z, 60 s before the first error',
    ])
    expect(read(NONE, { 'tls.since': at('01:00:00') }).told).toEqual([])
  })

  it('without an error counts from now', () => {
    expect(read(NONE, { 'config.edits': FACTS['config.edits'] }).told).toEqual([
      '/etc/nginx/nginx.conf was changed at 03:49:42Z, 10 min before now',
    ])
  })

  it('of many the latest six are told, and how many there were', () => {
    const changes = Array.from({ length: 30 }, (_, n) => ({
      at_ms: at('03:40:00').getTime() + n * 10_000,
      kind: 'unit-start',
      what: `unit ${n} started`,
    }))
    const value = read({ ...NONE, changes }, { 'onset.first_error': at('03:50:00') })
    expect(value.told).toHaveLength(6)
    expect(value.told.at(-1)).toContain('unit 29 started')
    expect(value.more).toBe(24n)
    expect(value.history).toHaveLength(20)
  })

  it.each<[string, Record<string, Value>]>([
    ['edits that are no list', { 'config.edits': 'x' }],
    ['a window that is text', { 'window.seconds': 'x', 'config.edits': FACTS['config.edits'] }],
    [
      'a reload that is text',
      { 'config.unloaded': true, 'proxy.reloaded': 'x', 'config.edits': FACTS['config.edits'] },
    ],
  ])('is read whatever the facts are: %s', (_, facts) => {
    expect(() => read(NONE, facts)).not.toThrow()
  })
})

describe('changes that came together', () => {
  const change = (stamp: string, kind: string, what: string) => ({ at: at(stamp), kind, what })

  it('are one change where they are of files or packages', () => {
    expect(
      gathered([
        change('01:00:02', 'package', 'nginx was upgraded'),
        change('01:00:01', 'package', 'libssl3 was upgraded'),
        change('01:00:00', 'package', 'openssl was upgraded'),
        change('01:00:00', 'config', '/a was changed'),
      ]).map(({ what }) => what),
    ).toEqual(['nginx was upgraded (and 2 more package changes with it)', '/a was changed'])
    const two = [change('01:00:01', 'config', '/a was changed'), change('01:00:00', 'config', '/b was changed')]
    expect(gathered(two).map(({ what }) => what)).toEqual(['/a was changed (and 1 more config change with it)'])
  })

  it('stay apart where they are not near, or are starts', () => {
    const apart = [change('01:00:09', 'config', '/a was changed'), change('01:00:00', 'config', '/b was changed')]
    expect(gathered(apart)).toEqual(apart)
    const starts = [change('01:00:01', 'unit-start', 'a started'), change('01:00:01', 'unit-start', 'b started')]
    expect(gathered(starts)).toEqual(starts)
  })

  it('the same one seen twice is one', () => {
    const one = change('01:00:00', 'config', '/a was changed')
    expect(gathered([one, one])).toEqual([one])
  })
})

describe('how long before', () => {
  it.each([
    [0, '0 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
  ])('%i s are %s', (seconds, says) => {
    expect(span(seconds)).toBe(says)
  })

  it('stands before what followed from it', () => {
    const what = '/etc/shop.env was changed, after shop.service was started with it'
    expect(tellChange({ at: at('01:00:00'), kind: 'environment', what }, '9 s before')).toBe(
      '/etc/shop.env was changed at 01:00:00Z, 9 s before, after shop.service was started with it',
    )
  })
})

describe('the certificates that a configuration names', () => {
  it.each<[string, string, string[]]>([
    [
      'nginx',
      'ssl_certificate /etc/ssl/shop.crt;\nssl_certificate_key "keys/shop.key";',
      ['/etc/ssl/shop.crt', '/etc/x/keys/shop.key'],
    ],
    [
      'HAProxy',
      'bind :443 ssl crt /etc/haproxy/site.pem ca-file /etc/ssl/ca.pem',
      ['/etc/haproxy/site.pem', '/etc/ssl/ca.pem'],
    ],
    ['Apache', 'SSLCertificateFile "/etc/ssl/shop.cert"', ['/etc/ssl/shop.cert']],
    ['Caddy', 'tls ./shop.pem ./shop.key', ['/etc/x/shop.pem', '/etc/x/shop.key']],
    ['a comment', '  # ssl_certificate /etc/ssl/old.pem;', []],
    ['no file', 'ssl_certificate data:$cert;\nroot /srv/key;\nserver_name shop.key-store.com;', []],
    ['the same twice', 'a /x.pem;\nb /x.pem;', ['/x.pem']],
  ])('%s', (_, text, files) => {
    expect(namedCertificates([text], '/etc/x')).toEqual(files)
  })

  it('are fifty at most, however long the text is', () => {
    const text = Array.from({ length: 100_000 }, (_, n) => `crt /etc/ssl/${n}.pem`).join('\n')
    expect(namedCertificates([text], '/')).toHaveLength(50)
    expect(namedCertificates(['a/'.repeat(1_000_000)], '/')).toEqual([])
  })
})

describe('the files that a command line names', () => {
  it.each<[string[], string[]]>([
    [['node', 'server.js'], ['/srv/shop/server.js']],
    [['gunicorn', '-c', './gunicorn.conf.py', 'shop:app'], ['/srv/shop/gunicorn.conf.py']],
    [['uwsgi', '--ini=/etc/uwsgi/shop.ini'], ['/etc/uwsgi/shop.ini']],
    [['php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)'], ['/etc/php/8.2/fpm/php-fpm.conf']],
    [['node', 'https://example.com/x', '--port', '--'], []],
    [[], []],
  ])('%j', (words, files) => {
    expect(filesNamed(words, '/srv/shop')).toEqual(files)
  })

  it('are sought in no folder where none is known', () => {
    expect(filesNamed(['node', 'server.js', '/a.js'], '')).toEqual(['/a.js'])
  })

  it('are twenty at most, and none that is no path', () => {
    expect(filesNamed(['node', ...Array.from({ length: 500 }, (_, n) => `${n}.js`)], '/srv')).toHaveLength(20)
    expect(filesNamed(['node', 'a\nb', `/${'x'.repeat(5000)}`], '/srv')).toEqual([])
  })
})

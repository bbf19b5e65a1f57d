import { describe, expect, it } from 'vitest'
import { freshReading, holds, learn, substituted } from '../../../src/reading/apache/conditions.ts'
import { readDump } from '../../../src/reading/apache/config-dump.ts'
import { testedFiles } from '../../../src/reading/apache/config-rewrite.ts'
import { apacheArguments, envVariables, isApache, placeByArguments } from '../../../src/reading/apache/place.ts'
import { dump } from './config-support.ts'

describe('a command line', () => {
  it.each([
    [['/usr/sbin/apache2', '-k', 'start'], { conf: '', root: '', defines: [] }],
    [['apache2', '-f', '/etc/x.conf'], { conf: '/etc/x.conf', root: '', defines: [] }],
    [['apache2', '-f/etc/x.conf', '-d/srv'], { conf: '/etc/x.conf', root: '/srv', defines: [] }],
    [
      ['httpd', '-d', '/srv', '-f', 'conf/a.conf', '-D', 'FOREGROUND', '-DSSL'],
      { conf: 'conf/a.conf', root: '/srv', defines: ['FOREGROUND', 'SSL'] },
    ],
    [[], { conf: '', root: '', defines: [] }],
    [['apache2', '-f'], { conf: '', root: '', defines: [] }],
  ])('%j', (words, expected) => {
    expect(apacheArguments(words)).toEqual(expected)
  })

  it.each([
    [
      { conf: '/etc/x.conf', root: '' },
      { conf: '/etc/x.conf', root: '' },
    ],
    [
      { conf: '/etc/apache2/apache2.conf', root: '' },
      { conf: '/etc/apache2/apache2.conf', root: '/etc/apache2' },
    ],
    [
      { conf: 'conf/a.conf', root: '/srv/' },
      { conf: '/srv/conf/a.conf', root: '/srv/' },
    ],
    [{ conf: 'conf/a.conf', root: '' }, undefined],
    [{ conf: '', root: '/srv' }, undefined],
    [{ conf: '', root: '' }, undefined],
  ])('%j leads to %j', (given, expected) => {
    expect(placeByArguments({ ...given, defines: [] })).toEqual(expected)
  })

  it.each([
    ['/usr/sbin/apache2', true],
    ['/usr/sbin/httpd', true],
    ['/usr/sbin/httpd.worker', true],
    ['/usr/sbin/apache2 (deleted)', true],
    ['/usr/sbin/lighttpd', false],
    ['/usr/bin/node', false],
    ['', false],
  ])('%s is Apache: %s', (exe, expected) => {
    expect(isApache(exe)).toBe(expected)
  })
})

describe("Debian's envvars", () => {
  it('gives what the control script exports; nothing is executed', () => {
    const text = [
      'unset HOME',
      'if [ x = y ] ; then SUFFIX="-two"; fi',
      'export APACHE_RUN_USER=www-data',
      'export APACHE_PID_FILE=/var/run/apache2$SUFFIX/apache2.pid',
      `export APACHE_LOG_DIR=/var/log/apache2$${'{SUFFIX}'}`,
      "QUOTED='/srv/a'",
      'export LANG=C # a comment',
      'export FROM_A_COMMAND=$(id -u)',
    ].join('\n')
    expect([...envVariables(text)]).toEqual([
      ['APACHE_RUN_USER', 'www-data'],
      ['APACHE_PID_FILE', '/var/run/apache2/apache2.pid'],
      ['APACHE_LOG_DIR', '/var/log/apache2'],
      ['QUOTED', '/srv/a'],
    ])
  })
})

describe('what decides which sections count', () => {
  const variable = (name: string) => `$${'{'}${name}}`
  const knowing = (...lines: [string, ...string[]][]) => {
    const reading = freshReading(new Map([['LOG_DIR', '/var/log']]), ['FOREGROUND'])
    for (const [name, ...args] of lines) learn(reading, name, args)
    return reading
  }

  it('variables: of the environment, then of Define; what nobody defined stays', () => {
    expect(substituted(`a ${variable('LOG_DIR')}/x`, knowing())).toBe('a /var/log/x')
    expect(substituted(variable('LOG_DIR'), knowing(['define', 'LOG_DIR', '/own']))).toBe('/own')
    expect(substituted(variable('NOBODY'), knowing())).toBe(variable('NOBODY'))
    expect(substituted(variable('X'), knowing(['define', 'X', '1'], ['undefine', 'X']))).toBe(variable('X'))
    expect(substituted('%{HTTP_HOST}', knowing())).toBe('%{HTTP_HOST}')
  })

  it.each([
    ['ifdefine', ['FOREGROUND'], true],
    ['ifdefine', ['!FOREGROUND'], false],
    ['ifdefine', ['OTHER'], false],
    ['ifmodule', ['core.c'], true],
    ['ifmodule', ['ssl_module'], false],
    ['ifmodule', ['!ssl_module'], true],
    ['ifversion', ['>=', '2.4'], true],
    ['ifversion', ['<', '2.4'], false],
    ['virtualhost', ['*:80'], undefined],
  ])('%s %j: %s', (name, args, expected) => {
    expect(holds(knowing(), name, args)).toBe(expected)
  })

  it('a module counts from where it is loaded, by both of its names', () => {
    const reading = knowing(['loadmodule', 'ssl_module', '/usr/lib/apache2/modules/mod_ssl.so'])
    expect(holds(reading, 'ifmodule', ['ssl_module'])).toBe(true)
    expect(holds(reading, 'ifmodule', ['mod_ssl.c'])).toBe(true)
    expect(holds(reading, 'ifmodule', ['mod_proxy.c'])).toBe(false)
  })

  it('the files that conditions test for', () => {
    const text = dump(
      'DocumentRoot /srv\nRewriteCond %{DOCUMENT_ROOT}/off -f\nRewriteCond /run/on !-f\nRewriteCond %{REQUEST_FILENAME} -f\n<VirtualHost *:80>\nDocumentRoot /srv/shop\nRewriteCond %{DOCUMENT_ROOT}/off -f\n</VirtualHost>',
    )
    expect(testedFiles(readDump(text).tree)).toEqual(['/srv/off', '/run/on', '/srv/shop/off'])
  })
})

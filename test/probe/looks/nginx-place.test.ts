import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isNginxBinary, nginxArguments, nginxBuild, placeByArguments } from '../../../src/probe/looks/nginx-place.ts'
import { nginxProcess } from '../../../src/probe/looks/nginx-process.ts'

const NONE = { version: '', prefix: '', conf: '', errorLog: '', accessLog: '' }

describe('the command line of nginx', () => {
  it.each([
    ['nginx\0-c\0/srv/my nginx.conf\0-p\0/srv\0', { conf: '/srv/my nginx.conf', prefix: '/srv', errorLog: '' }],
    ['nginx\0-c/srv/n.conf\0-g\0daemon off;\0', { conf: '/srv/n.conf', prefix: '', errorLog: '' }],
    // As nginx 1.22.1 titles itself.
    [
      'nginx: master process /usr/sbin/nginx -c /srv/n.conf -e stderr\0\0\0',
      { conf: '/srv/n.conf', prefix: '', errorLog: 'stderr' },
    ],
    ['nginx: master process nginx -g daemon off;\0', { conf: '', prefix: '', errorLog: '' }],
    ['nginx: worker process', { conf: '', prefix: '', errorLog: '' }],
    ['nginx\0-c', { conf: '', prefix: '', errorLog: '' }],
    ['', { conf: '', prefix: '', errorLog: '' }],
  ])('%j', (cmdline, expected) => {
    expect(nginxArguments(cmdline)).toEqual(expected)
  })
})

describe('the place of the main file', () => {
  const debian = { ...NONE, prefix: '/usr/share/nginx', conf: '/etc/nginx/nginx.conf' }
  const source = { ...NONE, prefix: '/usr/local/nginx', conf: 'conf/nginx.conf' }
  it.each([
    ['', '', debian, '/etc/nginx/nginx.conf', '/usr/share/nginx'],
    ['/x/n.conf', '', debian, '/x/n.conf', '/usr/share/nginx'],
    // Relative to the prefix, not to the folder it was started in.
    ['n.conf', '', debian, '/usr/share/nginx/n.conf', '/usr/share/nginx'],
    ['n.conf', '/srv/', debian, '/srv/n.conf', '/srv'],
    ['n.conf', 'site/', debian, '/home/me/site/n.conf', '/home/me/site'],
    ['', '', source, '/usr/local/nginx/conf/nginx.conf', '/usr/local/nginx'],
    ['', '/srv', source, '/srv/conf/nginx.conf', '/srv'],
    ['n.conf', '', NONE, '/home/me/n.conf', ''],
    ['', '', NONE, '', ''],
  ])('-c %j -p %j', (conf, prefix, build, wantedConf, wantedPrefix) => {
    const place = placeByArguments({ conf, prefix, errorLog: '' }, build, '/home/me')
    expect(place).toEqual({ conf: wantedConf, prefix: wantedPrefix })
  })
})

describe('the program', () => {
  it.each([
    '/usr/sbin/nginx',
    '/usr/sbin/nginx (deleted)',
    '/usr/local/openresty/nginx/sbin/openresty',
    '/x/nginx-debug',
  ])('%s is nginx', (exe) => expect(isNginxBinary(exe)).toBe(true))
  it.each(['/tmp/evil', '/usr/bin/node', '/tmp/nginx/evil', '/tmp/nginxevil', ''])('%s is not', (exe) =>
    expect(isNginxBinary(exe)).toBe(false),
  )

  it('tells what was built into it', () => {
    const strings = [
      'junk\0nginx/x\0nginx/1.22.1\0more',
      'configure arguments: --with-cc-opt=-O2 --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --http-log-path=/var/log/nginx/access.log --error-log-path=stderr --pid-path=/run/nginx.pid',
      'end',
    ]
    expect(nginxBuild(Buffer.from(strings.join('\0')))).toEqual({
      version: '1.22.1',
      prefix: '/usr/share/nginx',
      conf: '/etc/nginx/nginx.conf',
      errorLog: 'stderr',
      accessLog: '/var/log/nginx/access.log',
    })
    expect(nginxBuild(Buffer.from('something else'))).toEqual(NONE)
    expect(nginxBuild(Buffer.from('configure arguments: --prefix=/cut'))).toEqual(NONE)
  })
})

describe('a process', () => {
  let proc: string
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'nginx-proc-'))
  })
  afterEach(() => rmSync(proc, { recursive: true, force: true }))

  /** A folder in the form of /proc, with one process, 7. */
  function given(files: Record<string, string>, links: Record<string, string>) {
    mkdirSync(join(proc, '7'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(proc, '7', name), text)
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(proc, '7', name))
    return nginxProcess(7, proc)
  }
  const title = {
    cmdline: 'nginx: master process /usr/sbin/nginx -c /etc/shadow\0',
    status: 'Uid:\t1000\t1000\t1000\t1000\n',
  }

  it('that is nginx is believed', async () => {
    expect(await given(title, { exe: '/usr/sbin/nginx', root: '/', cwd: '/' })).toMatchObject({
      genuine: 'yes',
      trusted: true,
      elsewhere: false,
      hidden: false,
      arguments: { conf: '/etc/shadow' },
    })
  })

  it('that only has the title is not', async () => {
    expect(await given(title, { exe: '/tmp/evil', root: '/' })).toMatchObject({ genuine: 'no', trusted: false })
  })

  it("of root's is believed though its program cannot be seen", async () => {
    const status = 'Uid:\t0\t0\t0\t0\nNSpid:\t7\n'
    expect(await given({ ...title, status }, {})).toMatchObject({ genuine: 'unknown', trusted: true, hidden: false })
  })

  it("of somebody else's is not", async () => {
    expect(await given(title, {})).toMatchObject({ genuine: 'unknown', trusted: false })
  })

  it('in a container that we may not enter has files that we cannot know', async () => {
    const status = 'Uid:\t0\t0\t0\t0\nNSpid:\t7\t1\n'
    expect(await given({ ...title, status }, {})).toMatchObject({ hidden: true })
  })

  it('in a container by its cgroup, too', async () => {
    expect(await given({ ...title, cgroup: '0::/system.slice/docker-0123.scope\n' }, {})).toMatchObject({
      hidden: true,
    })
  })

  it('with another root is looked at there', async () => {
    mkdirSync(join(proc, 'inside'))
    expect(await given(title, { exe: '/usr/sbin/nginx', root: join(proc, 'inside') })).toMatchObject({
      elsewhere: true,
      hidden: false,
    })
  })

  it('that has ended is none', async () => {
    expect(await nginxProcess(8, proc)).toBeUndefined()
  })
})

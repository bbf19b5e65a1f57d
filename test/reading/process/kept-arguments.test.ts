import { describe, expect, it } from 'vitest'
import { keptArguments } from '../../../src/reading/process/arguments.ts'
import { forwardsTo, parseCgroup } from '../../../src/reading/process/cgroup.ts'
import { tiesOf } from '../../../src/reading/process/ties.ts'

const kept = (command: string) => keptArguments(command.split(' ')).join(' ')

describe('what stays of a command: its program, paths, ports and sockets', () => {
  it.each([
    ['/usr/bin/node /srv/shop/server.js', '/usr/bin/node /srv/shop/server.js'],
    ['node server.mjs', 'node server.mjs'],
    ['node ./dist/main.js', 'node ./dist/main.js'],
    ['node ../shop/index.cjs', 'node ../shop/index.cjs'],
    ['python3 -m http.server 8000', 'python3 …'],
    ['gunicorn -b unix:/run/shop.sock', 'gunicorn -b unix:/run/shop.sock'],
    ['gunicorn -b 127.0.0.1:8000', 'gunicorn -b 127.0.0.1:8000'],
    ['gunicorn -b [::1]:8000', 'gunicorn -b [::1]:8000'],
    ['shop --listen *:3000', 'shop --listen *:3000'],
    ['shop --listen=:3000', 'shop --listen=:3000'],
    ['shop --port=3000', 'shop --port=3000'],
    ['shop --port 3000 -p 3001', 'shop --port 3000 -p 3001'],
    ['shop PORT=3000', 'shop PORT=3000'],
    ['java -jar shop.jar --server.port=8080', 'java … shop.jar --server.port=8080'],
    ['php-fpm: pool www', 'php-fpm: pool …'],
    ['nginx: worker process', 'nginx: worker process'],
    ['nginx: worker process is shutting down', 'nginx: worker process is shutting down'],
    ['nginx: cache manager process', 'nginx: cache manager process'],
    ['haproxy -W -f /etc/haproxy/haproxy.cfg', 'haproxy … /etc/haproxy/haproxy.cfg'],
    ['uwsgi -c /etc/uwsgi/shop.ini', 'uwsgi -c /etc/uwsgi/shop.ini'],
  ])('%s', (command, shown) => {
    expect(kept(command)).toBe(shown)
  })
})

describe('what may be a secret never stays', () => {
  it.each([
    'shop --password hunter2',
    'shop --password=hunter2',
    'shop -password hunter2',
    'shop --db-pass hunter2',
    'shop --api-key hunter2',
    'shop --api-token=hunter2',
    'shop --secret hunter2',
    'shop --auth hunter2',
    'shop --cookie hunter2',
    'shop --session-key hunter2',
    'shop --credentials hunter2',
    'shop hunter2',
    'shop -u admin:hunter2',
    'shop --url https://ann:hunter2@db/shop',
    'shop postgres://ann:hunter2@db/shop',
    'shop redis://:hunter2@cache:6379',
    'shop DATABASE_URL=postgres://ann:hunter2@db/shop',
    'shop API_KEY=hunter2',
    'shop PORT=hunter2',
    'shop --port hunter2',
    'shop --bind hunter2',
    'shop --config=hunter2',
    'shop --header Authorization:hunter2',
    'mysql -phunter2',
    'curl https://hunter2@host/',
    'sh -c echo\thunter2',
    'https://ann:hunter2@host/',
    'hunter2://x',
  ])('%s', (command) => {
    expect(kept(command)).not.toContain('hunter2')
  })

  it.each([
    ['--token', '3000'],
    ['--password', '/etc/hunter2'],
    ['--secret', '127.0.0.1:3000'],
    ['--auth-key', 'server.js'],
  ])('%s %s: also where it looks like a port, a path or a file', (option, value) => {
    expect(keptArguments(['shop', option, value])).toEqual(['shop', '…'])
  })

  it('and one mark stands for any number of them', () => {
    expect(kept('shop a b c /srv/x d e')).toBe('shop … /srv/x …')
  })
})

const ID = 'c0ffee'.repeat(10).padEnd(64, '0')

describe('where a process belongs, by its control groups', () => {
  it.each([
    ['0::/', '', ''],
    ['0::/system.slice/shop.service', 'shop.service', ''],
    ['0::/system.slice/shop.service\n', 'shop.service', ''],
    ['12:pids:/\n1:name=systemd:/system.slice/shop.service\n0::/', 'shop.service', ''],
    // Only systemd's own hierarchy names a unit.
    ['12:pids:/system.slice/other.service\n1:name=systemd:/', '', ''],
    ['0::/system.slice/run-r1234.scope', '', ''],
    ['0::/system.slice/a b.service', '', ''],
    ['0::/system.slice/shop.socket', '', ''],
    [`0::/docker/${ID}`, '', 'c0ffeec0ffee'],
    [`0::/docker/${ID}/system.slice/shop.service`, 'shop.service', 'c0ffeec0ffee'],
    [`0::/system.slice/docker.service/docker/${ID}`, '', 'c0ffeec0ffee'],
    [`0::/docker/${ID.toUpperCase()}`, '', ''],
    ['0::/lxc.payload.web/system.slice/shop.service', 'shop.service', 'web'],
    ['0::/lxc/web', '', 'web'],
    ['0::/machine.slice/machine-web.scope', '', 'web'],
    [`0::/machine.slice/machine-web.scope/docker/${ID}`, '', 'c0ffeec0ffee'],
    ['no colons at all', '', ''],
    ['0::', '', ''],
    [':::::', '', ''],
  ])('%j', (cgroup, unit, container) => {
    expect(parseCgroup(cgroup)).toEqual({ unit, userUnit: false, container })
  })

  it.each([
    ['docker-proxy', '-container-ip 172.17.0.2 -container-port 80', 'the container at 172.17.0.2:80'],
    ['docker-proxy', '-container-ip fd00::2 -container-port 80', 'the container at fd00::2:80'],
    ['docker-proxy', '-container-ip 172.17.0.2', 'the container at 172.17.0.2'],
    ['docker-proxy', '-container-ip 172.17.0.2 -container-port http', 'the container at 172.17.0.2'],
    ['docker-proxy', '-container-port 80', 'a container behind docker-proxy'],
    ['docker-proxy', '-container-ip', 'a container behind docker-proxy'],
    ['slirp4netns', '', 'a container behind slirp4netns'],
    ['pasta', '-t 8080', 'a container behind pasta'],
    ['conmon', '', 'a container behind conmon'],
    ['docker-proxy2', '-container-ip 172.17.0.2', ''],
    ['node', '', ''],
  ])('%s %s: %j', (program, command, says) => {
    expect(forwardsTo(program, [program, ...command.split(' ')])).toBe(says)
  })
})

describe('what ties a program to a site', () => {
  const nothing = { cwd: '/', command: ['node'], unit: '', environment: [] }

  it.each([
    ['its folder', { cwd: '/srv/shop' }, ['folder shop']],
    ['its folder, with a suffix', { cwd: '/srv/shop-api' }, ['folder shop-api']],
    ['its folder, in capitals', { cwd: '/srv/Shop' }, ['folder Shop']],
    ['its script’s folder', { command: ['node', '/srv/shop/server.js'] }, ['folder shop']],
    ['its script', { command: ['node', '/srv/x/shop.js'] }, ['file shop.js']],
    ['its unit', { unit: 'shop.service' }, ['unit shop.service']],
    ['its unit’s template', { unit: 'shop@3001.service' }, ['unit shop@3001.service']],
    ['its port in the environment', { environment: ['PORT=3000'] }, ['environment PORT=3000']],
    [
      'its host in the environment',
      { environment: ['BASE=https://shop.example.com/x'] },
      ['environment names shop.example.com'],
    ],
    ['its port as an option', { command: ['node', '--port', '3000'] }, ['argument --port 3000']],
    ['its port joined to an option', { command: ['node', '--port=3000'] }, ['argument --port=3000']],
    ['an address of its own', { command: ['app', '127.0.0.1:3000'] }, ['argument 127.0.0.1:3000']],
  ])('%s', (_, traits, ties) => {
    expect(tiesOf({ ...nothing, ...traits }, ['shop.example.com'], 3000)).toEqual(ties)
  })

  it.each([
    ['a longer word', { cwd: '/srv/workshop' }],
    ['a word of every project', { cwd: '/srv/www/app/current' }],
    ['another port', { environment: ['PORT=30000'] }],
    ['another’s port', { command: ['node', '--upstream', '127.0.0.1:3000'] }],
    ['a port of the database', { environment: ['DB_PORT=3000'] }],
    ['another host', { environment: ['BASE=https://shop.example.com.evil.example/'] }],
    ['nothing', {}],
  ])('not: %s', (_, traits) => {
    expect(tiesOf({ ...nothing, ...traits }, ['shop.example.com'], 3000)).toEqual([])
  })

  it('not the words that every host has', () => {
    expect(tiesOf({ ...nothing, cwd: '/srv/www' }, ['www.example.com', 'app', 'localhost'], 3000)).toEqual([])
  })
})

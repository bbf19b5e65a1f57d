import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptArguments } from '../../../src/reading/process/arguments.ts'

const kept = (command: string) => keptArguments(command.split(' ')).join(' ')

describe('keptArguments', () => {
  it.each([
    ['node /srv/shop/server.js', 'node /srv/shop/server.js'],
    ['node server.js --port 3000 --db postgres://u:secret@db/x', 'node server.js --port 3000 …'],
    ['gunicorn -b 127.0.0.1:8000 -w 4 shop.wsgi', 'gunicorn -b 127.0.0.1:8000 …'],
    ['gunicorn --bind unix:/run/shop.sock shop:app', 'gunicorn --bind unix:/run/shop.sock …'],
    ['node app.js PORT=3000 TOKEN=abc', 'node app.js PORT=3000 …'],
    ['mysql -pHunter2 -u root', 'mysql …'],
    ['app --password /etc/passwd --token=abc', 'app …'],
    ['app --api-key 3000', 'app …'],
    ['/usr/sbin/nginx -c /etc/nginx/nginx.conf', '/usr/sbin/nginx -c /etc/nginx/nginx.conf'],
    ['curl https://user:pw@example.com/', 'curl …'],
    ['sleep 3000', 'sleep …'],
  ])('%s', (command, shown) => {
    expect(kept(command)).toBe(shown)
  })

  it('reads a title that a program wrote over its arguments', () => {
    const title = 'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;'
    expect(keptArguments([title])).toEqual(['nginx:', 'master', 'process', '/usr/sbin/nginx', '…'])
    expect(keptArguments(['postgres: shop secret_db 10.0.0.1(5432) idle'])).toEqual(['postgres:', '…'])
  })

  it('leaves out whole scripts', () => {
    expect(keptArguments(['sh', '-c', '/usr/bin/curl -H "Authorization: x" http://a'])).toEqual(['sh', '-c', '…'])
  })

  it('has nothing to say of a process without arguments', () => {
    expect(keptArguments([])).toEqual([])
  })

  it('leaves a port out whose option was left out', () => {
    expect(keptArguments(['node', '--token', '-p', '3000'])).toEqual(['node', '…'])
    expect(keptArguments(['node', '-p', '3000'])).toEqual(['node', '-p', '3000'])
  })

  it('changes nothing when applied again, whatever it is given', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-p', '--port', '3000', '--token', '/a/b', ':80', 'PORT=1', '…', 'master', '', ' ', 'a b'),
    )
    fc.assert(
      fc.property(fc.array(word), (argv) => {
        const once = keptArguments(argv)
        expect(keptArguments(once)).toEqual(once)
      }),
      { numRuns: 1000 },
    )
  })
})

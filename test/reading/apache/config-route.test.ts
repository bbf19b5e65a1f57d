import { describe, expect, it } from 'vitest'
import { reading, shop, valueFor } from './config-support.ts'

const routed = (lines: string, path = '/checkout', present = {}) => {
  const value = valueFor(shop(lines), `http://shop.example.com${path}`, { meta: { present } })
  const { handler, members, upstream_path, returns } = value
  if (handler === 'return') return Number(returns)
  if (members.length === 0) return handler
  return members.map(({ host, port, socket }) => `${socket || `${host}:${port}`}${upstream_path}`).join(' ')
}

describe('where a request is sent', () => {
  it.each([
    ['ProxyPass / http://127.0.0.1:3000/', '127.0.0.1:3000/checkout'],
    ['ProxyPass "/" "http://127.0.0.1:3000/"', '127.0.0.1:3000/checkout'],
    ['ProxyPass / http://127.0.0.1:3000/base/', '127.0.0.1:3000/base/checkout'],
    ['ProxyPass / http://127.0.0.1:3000', '127.0.0.1:3000/checkout'],
    ['ProxyPass / http://app.internal/', 'app.internal:80/checkout'],
    ['ProxyPass / https://app.internal/', 'app.internal:443/checkout'],
    ['ProxyPass / http://[::1]:3000/', '::1:3000/checkout'],
    ['ProxyPass / ajp://127.0.0.1/', '127.0.0.1:8009/checkout'],
    ['ProxyPass / fcgi://127.0.0.1:9000/srv/shop/', '127.0.0.1:9000/srv/shop/checkout'],
    ['ProxyPass / unix:/run/shop.sock|http://localhost/', '/run/shop.sock/checkout'],
    ['ProxyPass /check http://127.0.0.1:1/\nProxyPass / http://127.0.0.1:2/', '127.0.0.1:2/checkout'],
    ['ProxyPass /checkout http://127.0.0.1:1/a\nProxyPass / http://127.0.0.1:2/', '127.0.0.1:1/a'],
    ['ProxyPass /checkout !\nProxyPass / http://127.0.0.1:2/', 'static'],
    ['ProxyPassMatch ^/(check.*)$ http://127.0.0.1:1/$1', '127.0.0.1:1/checkout'],
    ['ProxyPassMatch ^/checkout http://127.0.0.1:1', '127.0.0.1:1/checkout'],
    ['ProxyPassMatch ^/other !\nProxyPass / http://127.0.0.1:2/', '127.0.0.1:2/checkout'],
    ['ProxyPassMatch ^/check !\nProxyPass / http://127.0.0.1:2/', 'static'],
    ['<Location /checkout>\nProxyPass http://127.0.0.1:1/\n</Location>', '127.0.0.1:1/'],
    ['<Location />\nProxyPass http://127.0.0.1:1/\n</Location>', '127.0.0.1:1/checkout'],
    ['ProxyPass / http://127.0.0.1:2/\n<Location /checkout>\nProxyPass !\n</Location>', 'static'],
    ['<Location /other>\nProxyPass http://127.0.0.1:1/\n</Location>', 'static'],
    ['<LocationMatch ^/check>\nProxyPass http://127.0.0.1:1\n</LocationMatch>', '127.0.0.1:1/checkout'],
    ['RewriteEngine on\nRewriteRule ^/(.*) http://127.0.0.1:1/$1 [P]', '127.0.0.1:1/checkout'],
    ['RewriteEngine off\nRewriteRule ^/(.*) http://127.0.0.1:1/$1 [P]', 'static'],
    ['RewriteRule ^/(.*) http://127.0.0.1:1/$1 [P]', 'static'],
    ['RewriteEngine on\nRewriteRule ^/checkout /pay\nProxyPass /pay http://127.0.0.1:1/p', '127.0.0.1:1/p'],
    ['<Location /checkout>\nSetHandler "proxy:http://127.0.0.1:1/"\n</Location>', '127.0.0.1:1/checkout'],
    ['', 'static'],
  ])('%s', (lines, expected) => {
    expect(routed(lines)).toBe(expected)
  })

  it.each([
    ['SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"', '/run/php.sock/page.php'],
    ['SetHandler "proxy:fcgi://127.0.0.1:9000"', '127.0.0.1:9000/page.php'],
    ['SetHandler application/x-httpd-php', 'static'],
  ])('PHP: %s', (handler, expected) => {
    const lines = `<FilesMatch "\\.php$">\n${handler}\n</FilesMatch>`
    expect(routed(lines, '/page.php')).toBe(expected)
    expect(routed(lines, '/page.html')).toBe('static')
  })

  it('PHP in a folder, by its index', () => {
    const lines =
      'DocumentRoot /srv/shop\nDirectoryIndex index.php\n<Directory /srv>\n<Files *.php>\nSetHandler "proxy:fcgi://127.0.0.1:9000"\n</Files>\n</Directory>'
    expect(routed(lines, '/')).toBe('127.0.0.1:9000/')
    expect(routed(lines.replace('/srv>', '/other>'), '/')).toBe('static')
  })

  it('which protocol is spoken', () => {
    const of = (target: string) => valueFor(shop(`ProxyPass / ${target}`)).handler
    expect(of('http://a/')).toBe('proxy')
    expect(of('https://a/')).toBe('proxy')
    expect(of('ws://a/')).toBe('proxy')
    expect(of('fcgi://a:9000/')).toBe('fastcgi')
    expect(of('uwsgi://a:3031/')).toBe('uwsgi')
    expect(of('scgi://a:4000/')).toBe('scgi')
    expect(of('ajp://a/')).toBe('ajp')
  })
})

describe('a balancer', () => {
  const lines = (more = '', members = 'BalancerMember http://127.0.0.1:1\nBalancerMember http://127.0.0.1:2') =>
    `<Proxy balancer://shop>\n${members}\n${more}\n</Proxy>\nProxyPass / balancer://shop/`

  it('its members', () => {
    expect(routed(lines())).toBe('127.0.0.1:1/checkout 127.0.0.1:2/checkout')
    expect(valueFor(shop(lines()))).toMatchObject({
      upstream_name: 'shop',
      scheme: 'http',
      forced: true,
      retry_seconds: 60n,
    })
  })

  it('members of a folder of their own', () => {
    const members = 'BalancerMember http://127.0.0.1:1/base\nBalancerMember http://127.0.0.1:2/base'
    expect(routed(lines('', members))).toBe('127.0.0.1:1/base/checkout 127.0.0.1:2/base/checkout')
  })

  it('the section may stand in the main server', () => {
    const text = `<Proxy balancer://shop>\nBalancerMember http://127.0.0.1:1\n</Proxy>\n${shop('ProxyPass / balancer://shop/')}`
    expect(valueFor(text).members).toMatchObject([{ port: 1n }])
  })

  it('members that are out of service or wait', () => {
    const members =
      'BalancerMember http://a:1 status=+D\nBalancerMember http://a:2 status=+H\nBalancerMember http://a:3 status=-D\nBalancerMember http://a:4'
    expect(valueFor(shop(lines('', members))).members.map(({ down, backup }) => [down, backup])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ])
  })

  it('how long a member is not asked after it failed', () => {
    expect(valueFor(shop(lines('ProxySet forcerecovery=Off retry=5'))).forced).toBe(false)
    expect(valueFor(shop(lines('ProxySet forcerecovery=Off retry=5'))).retry_seconds).toBe(5n)
    expect(valueFor(shop(lines('', 'BalancerMember http://a:1 retry=9'))).retry_seconds).toBe(9n)
  })
})

describe('what the configuration answers by itself', () => {
  it.each([
    ['Redirect 503 /', 503],
    ['Redirect 503 /checkout', 503],
    ['Redirect 503 /check', 'static'],
    ['RedirectMatch 503 ^/check', 503],
    ['Redirect gone /checkout', 410],
    ['Redirect /checkout https://shop.example.com/', 302],
    ['RedirectPermanent /checkout https://shop.example.com/', 301],
    ['RewriteEngine on\nRewriteRule ^ - [R=503,L]', 503],
    ['RewriteEngine on\nRewriteRule ^ - [R=503,L]\nProxyPass / http://127.0.0.1:1/', 503],
    ['RewriteEngine on\nRewriteRule ^ - [F]', 403],
    ['RewriteEngine on\nRewriteRule ^ - [G]', 410],
    ['RewriteEngine on\nRewriteRule ^ https://x/ [R]', 302],
    ['RewriteEngine on\nRewriteRule ^/other - [R=503]', 'static'],
    ['RewriteEngine on\nRewriteRule !^/other - [R=503]', 503],
    ['RewriteEngine on\nRewriteRule ^/CHECK - [R=503,NC]', 503],
    // A target that is sent on is sent on: ProxyPass comes first.
    ['Redirect 503 /\nProxyPass / http://127.0.0.1:1/', '127.0.0.1:1/checkout'],
    ['Redirect 503 /checkout\nProxyPass /checkout !\nProxyPass / http://127.0.0.1:1/', 503],
  ])('%s', (lines, expected) => {
    expect(routed(lines)).toBe(expected)
  })

  const maintenance = (condition: string) => `RewriteEngine on\n${condition}\nRewriteRule ^ - [R=503,L]`

  it.each([
    ['RewriteCond /srv/off -f', 503],
    ['RewriteCond %{DOCUMENT_ROOT}/off -f', 503],
    ['RewriteCond /srv/on -f', 'static'],
    ['RewriteCond /srv/on !-f', 503],
    ['RewriteCond %{REQUEST_URI} ^/check', 503],
    ['RewriteCond %{REQUEST_URI} !^/check', 'static'],
    ['RewriteCond %{REQUEST_URI} =/checkout', 503],
    ['RewriteCond %{HTTP_HOST} ^shop\\. [NC]', 503],
    ['RewriteCond %{HTTP_HOST} ^blog\\.', 'static'],
    ['RewriteCond %{HTTPS} off', 503],
    ['RewriteCond %{HTTPS} on', 'static'],
    ['RewriteCond %{REQUEST_METHOD} ^POST$', 'static'],
    ['RewriteCond %{HTTP_HOST} ^blog [OR]\nRewriteCond /srv/off -f', 503],
    ['RewriteCond %{HTTP_HOST} ^blog\nRewriteCond /srv/off -f', 'static'],
    ['RewriteCond %{HTTP_HOST} ^shop\nRewriteCond /srv/on -f', 'static'],
  ])('%s', (condition, expected) => {
    expect(
      routed(`DocumentRoot /srv\n${maintenance(condition)}`, '/checkout', { '/srv/off': true, '/srv/on': false }),
    ).toBe(expected)
  })

  it('the file whose being there makes it so', () => {
    const value = valueFor(shop(maintenance('RewriteCond /srv/off -f')), undefined, {
      meta: { present: { '/srv/off': true } },
    })
    expect(value).toMatchObject({
      returns: 503n,
      returns_if_file: '/srv/off',
      returns_at: '/etc/apache2/apache2.conf:7',
    })
  })

  it.each([
    ['RewriteCond /srv/never-looked-at -f', 'condition'],
    ['RewriteCond %{REMOTE_ADDR} !^10\\.', 'condition'],
    ['RewriteCond %{HTTP:X-Key} abc', 'condition'],
    ['RewriteCond %{TIME_HOUR} >20', 'condition'],
  ])('%s cannot be judged: passed over, and said so', (condition, says) => {
    const { value, dark } = reading(shop(`${maintenance(condition)}\nProxyPass / http://127.0.0.1:1/`))
    expect(value).toMatchObject({ handler: 'proxy', complete: false })
    expect(dark.map((each) => each.says).join()).toContain(says)
  })

  it('a pattern that would take too long is not tried', () => {
    const { value, dark } = reading(shop('RewriteEngine on\nRewriteRule ^(/(a+)+)+$ - [R=503]'))
    expect(value.handler).toBe('static')
    expect(dark.map(({ says }) => says).join()).toContain('could not be judged')
  })
})

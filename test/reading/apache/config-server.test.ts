import { describe, expect, it } from 'vitest'
import { valueFor } from './config-support.ts'

const host = (address: string, name: string, port: number, more = '') => `<VirtualHost ${address}>
${name === '' ? '' : `ServerName ${name}`}
${more}
ProxyPass / http://127.0.0.1:${port}/
</VirtualHost>`

const sentTo = (text: string, url?: string) => {
  const { listens, server_found, members } = valueFor(text, url)
  return listens && server_found ? Number(members[0]?.port ?? 0) : -1
}

describe('which virtual host answers', () => {
  const two = `Listen 80\n${host('*:80', 'blog.example.com', 1)}\n${host('*:80', 'shop.example.com', 2, 'ServerAlias www.shop.example.com *.shop.test')}`

  it.each([
    ['http://shop.example.com/', 2],
    ['http://SHOP.example.com/', 2],
    ['http://www.shop.example.com/', 2],
    ['http://any.shop.test/', 2],
    ['http://blog.example.com/', 1],
    ['http://nobody.example.com/', 1],
    ['http://127.0.0.1/', 1],
    ['http://shop.example.com:8080/', -1],
  ])('%s', (url, port) => {
    expect(sentTo(two, url)).toBe(port)
  })

  it('the most exact address first: only its hosts are asked for the name', () => {
    const text = `Listen 80\n${host('*:80', 'shop.example.com', 1)}\n${host('127.0.0.1:80', 'other.example.com', 2)}`
    expect(sentTo(text, 'http://127.0.0.1/')).toBe(2)
  })

  it('a host of another address is not asked where the URL has an address', () => {
    const text = `Listen 80\n${host('10.0.0.7:80', '', 1)}\n${host('*:80', '', 2)}`
    expect(sentTo(text, 'http://127.0.0.1/')).toBe(2)
    expect(sentTo(text, 'http://10.0.0.7/')).toBe(1)
  })

  it.each([
    ['*', 80],
    ['*:*', 80],
    ['_default_:80', 80],
    ['*:8080 *:80', 80],
  ])('a host of %s takes port %i', (address) => {
    expect(sentTo(`Listen 80\n${host(address, 'shop.example.com', 7)}`)).toBe(7)
  })

  it('a host of another port does not', () => {
    expect(sentTo(`Listen 80\n${host('*:443', 'shop.example.com', 7)}\nProxyPass / http://127.0.0.1:8/`)).toBe(8)
  })

  it('without virtual hosts the main server answers', () => {
    const text = 'Listen 80\nServerName shop.example.com\nProxyPass / http://127.0.0.1:3000/'
    expect(valueFor(text)).toMatchObject({ server_found: true, server_name: 'shop.example.com', server_at: '' })
    expect(sentTo(text)).toBe(3000)
  })

  it('what the main server says holds for its hosts', () => {
    const text = `Listen 80\nProxyTimeout 7\n${host('*:80', 'shop.example.com', 1)}`
    expect(valueFor(text).read_timeout_ms).toBe(7000n)
  })

  it.each([
    ['Listen 80', true],
    ['Listen 127.0.0.1:80', true],
    ['Listen [::1]:80', true],
    ['Listen 80 http', true],
    ['Listen 8080', false],
    ['Listen 127.0.0.1:8080', false],
    ['', false],
  ])('%j: does it listen on port 80?', (line, listens) => {
    expect(valueFor(line).listens).toBe(listens)
  })

  it('a name may be written with its scheme and port', () => {
    expect(sentTo(`Listen 80\n${host('*:80', 'a', 1)}\n${host('*:80', 'http://shop.example.com:80', 2)}`)).toBe(2)
  })

  it('an IPv6 address', () => {
    const text = `Listen [::1]:80\n${host('*:80', '', 1)}\n${host('[::1]:80', '', 2)}`
    expect(sentTo(text, 'http://[::1]/')).toBe(2)
  })

  it('where the host stands', () => {
    expect(valueFor(two).server_at).toBe('/etc/apache2/apache2.conf:7')
  })
})

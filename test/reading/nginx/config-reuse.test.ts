import { describe, expect, it } from 'vitest'
import { keepConfig } from '../../../src/reading/nginx/config-keep.ts'
import { inHttp } from './config-support.ts'

const pool = (more: string) => `upstream shop { server 127.0.0.1:3000; ${more} }`
const server = (location: string, name = 'shop') =>
  `server { listen 80; server_name shop.example.com; location / { proxy_pass http://${name}; ${location} } }`
const KEEPS = 'proxy_http_version 1.1; proxy_set_header Connection "";'
const read = (text: string, version = '1.22.1') =>
  inHttp(text, 'http://shop.example.com/', { unreadable: [], prefix: '/usr/share/nginx', version })

describe('for how long an idle connection to the upstream is used again', () => {
  it.each<[string, string, string, bigint]>([
    ['a minute, unless it is set', 'keepalive 16;', KEEPS, 60_000n],
    ['as it is set', 'keepalive 16; keepalive_timeout 5s;', KEEPS, 5000n],
    [
      'with a header that says so',
      'keepalive 16;',
      'proxy_http_version 1.0; proxy_set_header Connection keep-alive;',
      60_000n,
    ],
    ['never: the pool keeps none', '', KEEPS, 0n],
    ['never: nginx says Connection: close by itself', 'keepalive 16;', 'proxy_http_version 1.1;', 0n],
    ['never: HTTP/1.0 ends after one answer', 'keepalive 16;', 'proxy_set_header Connection "";', 0n],
    ['never: it says close', 'keepalive 16;', 'proxy_http_version 1.1; proxy_set_header Connection close;', 0n],
    // A map may make anything of it.
    ['not known', 'keepalive 16;', 'proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade;', 0n],
  ])('%s', (_, upstream, location, ms) => {
    expect(read(`${pool(upstream)} ${server(location)}`)).toMatchObject({ reuse_ms: ms })
  })

  it('says where that stands', () => {
    expect(read(`${pool('keepalive 16;\nkeepalive_timeout 5s;')} ${server(KEEPS)}`).reuse_at).toMatch(
      /nginx\.conf:\d+$/,
    )
    expect(read(`${pool('')} ${server(KEEPS)}`).reuse_at).toBe('')
  })

  it('without a pool there is nothing to keep', () => {
    expect(read(server(KEEPS, '127.0.0.1:3000'))).toMatchObject({ reuse_ms: 0n })
  })

  it('from 1.29.7 on a pool keeps connections by itself', () => {
    expect(read(`${pool('')} ${server('')}`, '1.29.7')).toMatchObject({ reuse_ms: 60_000n })
    expect(read(`${pool('')} ${server('')}`, '1.29.6')).toMatchObject({ reuse_ms: 0n })
  })

  it('one header set further in ends the inheritance of the others', () => {
    const http = `${pool('keepalive 16;')} ${KEEPS} ${server('proxy_set_header X-Real-IP $remote_addr;')}`
    expect(read(http)).toMatchObject({ reuse_ms: 0n })
  })
})

describe('of the Connection header is kept', () => {
  it.each([
    ['proxy_set_header Connection "";', 'proxy_set_header Connection "";'],
    ['proxy_set_header connection keep-alive;', 'proxy_set_header connection keep-alive;'],
    ['proxy_set_header Connection $connection_upgrade;', 'proxy_set_header Connection $connection_upgrade;'],
    ['proxy_set_header Connection s3cret;', 'proxy_set_header Connection …;'],
    ['proxy_set_header X-Key "";', 'proxy_set_header X-Key …;'],
  ])('%s', (line, kept) => {
    expect(keepConfig(line).out.trim()).toBe(kept)
  })
})

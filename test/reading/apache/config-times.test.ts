import { describe, expect, it } from 'vitest'
import { shop, valueFor } from './config-support.ts'

const FILE = '/etc/apache2/apache2.conf'
const PASS = 'ProxyPass / http://app.internal:3000/'
const read = (lines: string, before = '') => valueFor(shop(lines, before))

describe("Apache's times", () => {
  it.each([
    [PASS, '', 60_000n, ''],
    [PASS, 'Timeout 30', 30_000n, `${FILE}:2`],
    [`ProxyTimeout 9\n${PASS}`, 'Timeout 30', 9000n, `${FILE}:5`],
    [`ProxyTimeout 9\n${PASS} timeout=2500ms`, '', 2500n, `${FILE}:6`],
    [`ProxyTimeout soon\n${PASS}`, '', 60_000n, ''],
  ])('%j waits for an answer', (lines, before, ms, at) => {
    expect(read(lines, before)).toMatchObject({ read_timeout_ms: ms, read_timeout_at: at })
  })

  it.each([
    [PASS, 60_000n, ''],
    [`${PASS} timeout=9`, 9000n, `${FILE}:5`],
    [`${PASS} timeout=9 connectiontimeout=2`, 2000n, `${FILE}:5`],
  ])('%j waits for a connection', (lines, ms, at) => {
    expect(read(lines)).toMatchObject({ connect_timeout_ms: ms, connect_timeout_at: at })
  })

  it.each([
    ['', 5000n, ''],
    ['KeepAliveTimeout 65', 65_000n, `${FILE}:2`],
    ['KeepAliveTimeout 500ms', 500n, `${FILE}:2`],
    ['KeepAlive Off', 0n, `${FILE}:2`],
  ])('%j keeps an idle visitor', (before, ms, at) => {
    expect(read(PASS, before)).toMatchObject({ idle_ms: ms, idle_at: at })
  })

  it.each([
    [PASS, 86_400_000n, ''],
    [`${PASS} ttl=60`, 60_000n, `${FILE}:5`],
    [`${PASS} disablereuse=On`, 0n, ''],
    [`SetEnv proxy-nokeepalive 1\n${PASS}`, 0n, ''],
    [`SetEnv SHOP_KEY secret\n${PASS}`, 86_400_000n, ''],
    ['ProxyPass / fcgi://127.0.0.1:9000/srv/', 0n, ''],
    [`<Proxy http://app.internal:3000/>\nProxySet ttl=4\n</Proxy>\n${PASS}`, 4000n, `${FILE}:8`],
  ])('%j: for how long idle connections to the upstream are used again', (lines, ms, at) => {
    expect(read(lines)).toMatchObject({ reuse_ms: ms, reuse_at: at })
  })
})

import { describe, expect, it } from 'vitest'
import { LIMIT_NOT_LOADED, MAINTENANCE_NOT_LOADED, PROXY_DOWN, REWRITE_LOOP, STALE_CONFIG } from './faults.ts'
import { answered, clock, exchange, nginxPage, SILENT } from './http.ts'
import { blind } from './looks.ts'
import { namesNow } from './pools.ts'
import { errorLine, errorLog, MESSAGES, processLine } from './text.ts'
import { config, diagnose } from './world.ts'

describe('a reload that nginx refused', () => {
  const emerg = (at: Date) =>
    processLine('emerg', 'unknown directive "proxy_passs" in /etc/nginx/sites-enabled/shop:5', at)
  const line = errorLine(MESSAGES.refused)

  it('is named as the reason why the file was not loaded', async () => {
    const seen = await diagnose({ ...STALE_CONFIG, errorLog: errorLog([emerg(clock(-30)), line]) })
    expect(seen.verdict).toMatchObject({
      id: 'nginx/stale-config',
      confidence: 'confirmed',
      says: '/etc/nginx/sites-enabled/shop was changed and never loaded: nginx still sends to 127.0.0.1:3000; it refused the last reload: unknown directive "proxy_passs" in /etc/nginx/sites-enabled/shop:5',
    })
  })

  it('one before the last load is an old story', async () => {
    const seen = await diagnose({ ...STALE_CONFIG, errorLog: errorLog([emerg(clock(-9000)), line]) })
    expect(seen.verdict?.says).not.toContain('refused the last reload')
    expect(seen.verdict?.confidence).toBe('confirmed')
  })
})

describe('a limit that was never loaded', () => {
  it('is told with both limits', async () => {
    expect((await diagnose(LIMIT_NOT_LOADED)).verdict).toMatchObject({
      id: 'loading/limit-not-loaded',
      cause: 'config-not-loaded',
      confidence: 'confirmed',
      shape: 'slow',
      symptoms: ['slow-app'],
    })
  })

  it('is not the reason when the application never answers', async () => {
    const seen = await diagnose({ ...LIMIT_NOT_LOADED, direct: exchange({ ...SILENT, ms: 75_000 }) })
    expect(seen.short).not.toMatch(/^config-not-loaded (confirmed|likely)/)
  })

  it('is not the reason when the file is as old as what runs', async () => {
    const same = config('location / { proxy_pass http://127.0.0.1:3000; proxy_read_timeout 30s; }')
    const seen = await diagnose({ ...LIMIT_NOT_LOADED, config: same })
    expect(seen.path).not.toContain('nginx/agree.impatient')
  })

  it('nor when nginx waited as long as the file says', async () => {
    const seen = await diagnose({ ...LIMIT_NOT_LOADED, request: exchange(nginxPage(504, 30_003)) })
    expect(seen.path).not.toContain('nginx/agree.impatient')
  })
})

describe('a page that was taken out of the file and is still there', () => {
  it('is likely what runs', async () => {
    expect((await diagnose(MAINTENANCE_NOT_LOADED)).verdict).toMatchObject({
      id: 'loading/own-answer',
      cause: 'config-not-loaded',
      confidence: 'likely',
      shape: 'none',
    })
  })

  it('not when the file is as old as what runs', async () => {
    const same = config('location / { proxy_pass http://127.0.0.1:3000; }')
    expect((await diagnose({ ...MAINTENANCE_NOT_LOADED, config: same })).short).toBe('app/sometimes')
  })

  it('not when the upstream itself is a gateway that answers so', async () => {
    const seen = await diagnose({ ...MAINTENANCE_NOT_LOADED, direct: exchange(nginxPage(503)) })
    expect(seen.short).toBe('app/inner-gateway')
  })

  it('not when the application wears that page', async () => {
    const seen = await diagnose({
      ...MAINTENANCE_NOT_LOADED,
      request: exchange(answered(503, 'we are busy', {}, true)),
    })
    expect(seen.short).not.toMatch(/^config-not-loaded/)
  })
})

describe('a configuration that cannot work', () => {
  it('says so by itself', async () => {
    expect((await diagnose(REWRITE_LOOP)).verdict).toMatchObject({
      id: 'loading/own-config',
      cause: 'proxy-config',
      confidence: 'confirmed',
      place: 'proxy',
      shape: 'none',
    })
  })

  it('may have been mended in the file', async () => {
    const newer = config('location / { proxy_pass http://127.0.0.1:3000; }', { changed: clock(-60) })
    const seen = await diagnose({ ...REWRITE_LOOP, config: newer })
    expect(seen.verdict).toMatchObject({ cause: 'proxy-config', confidence: 'likely', open: ['config-not-loaded'] })
  })
})

describe('nginx that does not start for a name', () => {
  const named = config('location / { proxy_pass http://shop.internal:3000; }')
  const emerg = processLine('emerg', 'host not found in upstream "shop.internal" in /etc/nginx/sites-enabled/shop:4')

  it('says so in its log', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, configOnDisk: named, errorLog: errorLog([emerg]) })
    expect(seen.verdict).toMatchObject({
      id: 'proxy/no-such-host',
      cause: 'proxy-down',
      confidence: 'confirmed',
      symptoms: ['dns-failure'],
      says: 'nginx does not start, so nothing listens on shop.example.com:80: host not found in upstream "shop.internal" in /etc/nginx/sites-enabled/shop:4',
    })
  })

  it('or leaves no word, and the name tells', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, configOnDisk: named, names: namesNow({ 'shop.internal': null }) })
    expect(seen.verdict).toMatchObject({
      id: 'proxy/no-such-host',
      confidence: 'confirmed',
      says: 'nginx does not start, so nothing listens on shop.example.com:80: shop.internal in its configuration does not resolve',
    })
  })

  it('a name that resolves is not the reason', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, configOnDisk: named })
    expect(seen.at('proxy/names')).toMatchObject({ branch: 'resolve' })
    expect(seen.verdict?.id).toBe('proxy/down')
  })

  it('nor is an old line before an ordered stop', async () => {
    const stop = processLine('notice', 'signal 15 (SIGTERM) received from 1, exiting', clock(-30))
    const log = errorLog([emerg, stop])
    const seen = await diagnose({ ...PROXY_DOWN, configOnDisk: named, errorLog: log })
    expect(seen.verdict?.id).toBe('proxy/down')
  })

  it('whether the name resolves may be hidden', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, configOnDisk: named, names: blind('timed-out') })
    expect(seen.verdict?.id).toBe('proxy/down')
  })
})

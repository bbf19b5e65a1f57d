import { describe, expect, it } from 'vitest'
import { DOWN, NOT_READY, SLOW, SOCKET_DENIED, SOCKET_MISSING, SOCKET_STALE, WRONG_PORT } from './faults.ts'
import { blind, cut, found, late, path, socketThere } from './looks.ts'
import { unixSockets } from './text.ts'
import { config, diagnose, type World } from './world.ts'

describe('a unix socket', () => {
  const RUN = [
    { path: '/', mode: 0o755 },
    { path: '/run', mode: 0o755 },
  ]
  const at = async (parts: Partial<World>) => (await diagnose({ ...SOCKET_MISSING, ...parts })).at('app/socket')

  it('is not there', async () => {
    expect(await at({})).toEqual({
      branch: 'missing',
      says: 'there is no /run/shop/shop.sock where the gateway looks',
      proves: ['app'],
      suspects: ['socket-missing', 'process-down'],
      rulesOut: ['socket-permission', 'app-hung', 'slow-app', 'not-http'],
      go: 'app/socket-search',
    })
  })

  it('is not there, nor its folder', async () => {
    expect(await at({ path: path(RUN, '/run/shop', { missing_folder: '/run/shop' }) })).toMatchObject({
      branch: 'missing',
      says: 'there is no /run/shop/shop.sock where the gateway looks, it stops at /run/shop',
    })
  })

  it('is a plain file', async () => {
    expect(await at({ path: socketThere({ kind: 'file', mode: 0o644 }) })).toEqual({
      branch: 'not-a-socket',
      says: '/run/shop/shop.sock is a file, not a socket',
      proves: ['app'],
      suspects: ['socket-missing'],
      go: 'app/socket-search',
    })
  })

  it('is closed to the worker', async () => {
    expect((await diagnose(SOCKET_DENIED)).at('app/socket')).toEqual({
      branch: 'denied',
      says: '/run/shop/shop.sock is 0660 shop:shop; the worker (www-data) may not write to it',
      proves: ['app'],
      suspects: ['socket-permission'],
      rulesOut: ['socket-missing'],
      go: 'app/socket-permission',
    })
  })

  it('stands behind a folder that is closed to the worker', async () => {
    const closed = path([
      ...RUN,
      { path: '/run/shop', mode: 0o700, owner: 'shop', uid: 1001, gid: 1001 },
      { path: '/run/shop/shop.sock', kind: 'socket', mode: 0o666 },
    ])
    expect((await diagnose({ ...SOCKET_DENIED, path: closed })).at('app/socket')).toMatchObject({
      branch: 'folder-closed',
    })
  })

  it('is there and open', async () => {
    expect((await diagnose(SOCKET_STALE)).at('app/socket')).toEqual({
      branch: 'there',
      says: '/run/shop/shop.sock is there (0660 shop:www-data), and the worker (www-data) may write to it',
      proves: ['app'],
      rulesOut: ['socket-missing', 'socket-permission'],
      go: 'app/socket-who',
    })
  })

  it('may be open by an access list: the mode bits are not the whole truth', async () => {
    const listed = socketThere({ group: 'shop', gid: 1001, acl: true })
    const seen = await diagnose({ ...SOCKET_DENIED, path: listed })
    expect(seen.at('app/socket')).toMatchObject({ branch: 'there-closed', rulesOut: ['socket-missing'] })
    expect(seen.ruledOut).not.toContain('socket-permission')
    expect(seen.short).not.toContain('socket-permission confirmed')
    expect(seen.blindSpots).toContain(
      'app/socket not-understood: /run/shop/shop.sock has an access list, which was not read',
    )
  })

  it.each<[string, World['path']]>([
    ['the gateway’s files are its own', blind('no-permission')],
    ['the look ended by its limit', late(path(RUN, '/run/shop/shop.sock'))],
    [
      'no worker could be seen',
      found({
        path: '/run/shop/shop.sock',
        steps: [{ path: '/run/shop/shop.sock', error: 'gone' }],
        exists: false,
        whole: true,
        missing_folder: '',
        worker: {},
      }),
    ],
  ])('that it is missing is no finding when %s', async (_, info) => {
    const seen = await diagnose({ ...SOCKET_MISSING, path: info })
    expect(seen.path).toContain('app/socket.blind')
    expect(seen.short).toBe('socket-missing likely')
  })
})

describe('who listens on the socket', () => {
  it('somebody', async () => {
    const seen = await diagnose({
      ...SOCKET_STALE,
      unixSockets: unixSockets({ path: '/run/shop/shop.sock', pid: 4242 }),
    })
    expect(seen.at('app/socket-listening')).toEqual({
      branch: 'there',
      says: 'node (pid 4242) listens on /run/shop/shop.sock',
      learns: { 'app.pid': 4242, 'app.program': 'node', 'app.waiting': 0 },
      rulesOut: ['process-down', 'crash-on-start'],
      go: 'app/socket-url',
    })
    expect(seen.at('app/socket-url')).toEqual({
      branch: 'with-path',
      learns: { 'upstream.url': 'http://localhost/checkout' },
      go: 'app/direct',
    })
    const direct = seen.requests.find((request) => request.kind === 'http' && !request.own)
    expect(direct).toMatchObject({
      url: 'http://localhost/checkout',
      socket: '/run/shop/shop.sock',
      host: 'localhost',
      version: '1.0',
    })
  })

  it('nobody: the file outlived its process', async () => {
    expect((await diagnose(SOCKET_STALE)).at('app/socket-listening')).toEqual({
      branch: 'stale',
      says: 'nobody listens on /run/shop/shop.sock: the file is left over',
      learns: { 'failure.direct': 'refused' },
      suspects: ['process-down'],
      rulesOut: ['app-hung', 'slow-app', 'not-http', 'wrong-interface', 'port-in-use'],
      go: 'app/socket-search',
    })
  })

  it('nobody knows', async () => {
    const seen = await diagnose({ ...SOCKET_STALE, unixSockets: cut(unixSockets()) })
    expect(seen.path).toContain('app/socket-listening.blind')
    expect(seen.path).toContain('app/socket-url.with-path')
  })

  it('a FastCGI socket is asked nothing in HTTP', async () => {
    const php = config('location / { fastcgi_pass unix:/run/shop/shop.sock; }')
    const seen = await diagnose({
      ...SOCKET_STALE,
      config: php,
      unixSockets: unixSockets({ path: '/run/shop/shop.sock', pid: 4242 }),
    })
    expect(seen.at('app/socket-url')).toEqual({
      branch: 'other-protocol',
      go: 'workers/busy',
    })
    expect(seen.asked).not.toContain('direct')
  })
})

describe('the upstream is not known', () => {
  it('and nothing more can be asked', async () => {
    const named = config('location / { proxy_pass http://$upstream_host; }')
    const seen = await diagnose({ ...SLOW, config: named, errorLog: blind('no-permission') })
    expect(seen.short).toMatch(/^(app\/unknown|nginx\/dark-failing)$/)
    expect(seen.end.outcome).toBe('inconclusive')
  })
})

describe('worlds that these tests stand on', () => {
  it('are as different as their faults', async () => {
    const shorts = await Promise.all([DOWN, WRONG_PORT, NOT_READY].map(async (parts) => (await diagnose(parts)).short))
    expect(shorts).toEqual(['process-down confirmed', 'wrong-port confirmed', 'not-ready confirmed'])
  })
})

import { describe, expect, it } from 'vitest'
import { APP_ERROR } from './faults.ts'
import { answered, clock, exchange } from './http.ts'
import { blind, processInfo } from './looks.ts'
import { df, dfInodes } from './packets.ts'
import { errorLine, errorLog } from './text.ts'
import { appLog, LOG, written } from './workers.ts'
import { config, diagnose, type World } from './world.ts'

const FILE = '/var/cache/nginx/1/00/0000000001'
const ENOSPC = `pwritev() "${FILE}" failed (28: No space left on device) while reading upstream`

/** nginx could not write; the application, asked directly, is well. */
const NGINX: Partial<World> = {
  request: exchange(answered(502, 'x', {}, true)),
  direct: exchange(answered(200)),
  errorLog: errorLog([errorLine(ENOSPC)]),
  config: config('location / { proxy_pass http://127.0.0.1:3000; }'),
}
/** The application answers 502 itself, and writes that it has no room. */
const APP: Partial<World> = {
  ...APP_ERROR,
  process: processInfo({ unit: '' }),
  written: written(LOG),
  appLog: appLog([{ at: clock(0.1), says: 'Error: ENOSPC: no space left on device, write' }]),
}

describe('nginx cannot write', () => {
  it('the file system of that file is full', async () => {
    const seen = await diagnose({ ...NGINX, disk: df(['/', 400], ['/var/cache', 1000]) })
    expect(seen.at('space/room')).toMatchObject({ branch: 'full', learns: { 'disk.mount': '/var/cache' } })
    expect(seen.verdict).toMatchObject({
      id: 'space/full',
      confidence: 'confirmed',
      bornAt: 'proxy',
      says: `/var/cache is full: nginx cannot write ${FILE}`,
    })
  })

  it('another file system is full: that is not why', async () => {
    const seen = await diagnose({ ...NGINX, disk: df(['/', 400], ['/home', 1000]) })
    expect(seen.at('space/room')).toMatchObject({ branch: 'room', go: 'space/inodes' })
    expect(seen.verdict).toMatchObject({ cause: 'disk-full', confidence: 'likely' })
  })

  it('the root is full, and the file lies on another one that is not', async () => {
    const seen = await diagnose({ ...NGINX, disk: df(['/', 1000], ['/var', 300]) })
    expect(seen.at('space/room')).toMatchObject({ branch: 'room' })
  })

  it('no inode is left', async () => {
    const seen = await diagnose({ ...NGINX, disk: df(['/var', 300]), inodes: dfInodes(['/var', 1000]) })
    expect(seen.verdict).toMatchObject({
      confidence: 'confirmed',
      says: `/var is full (no inode is left): nginx cannot write ${FILE}`,
    })
  })

  it('df cannot be run: its own line stands, and no more', async () => {
    expect((await diagnose({ ...NGINX, disk: blind('missing-tool') })).short).toBe('disk-full likely')
  })
})

describe('the application cannot write', () => {
  it('it says so, and a file system is full', async () => {
    const seen = await diagnose({ ...APP, disk: df(['/', 400], ['/srv', 1000]) })
    expect(seen.verdict).toMatchObject({
      id: 'space/app-full',
      confidence: 'confirmed',
      bornAt: 'app',
      says: expect.stringMatching(/^\/srv is full: the application cannot write\. It wrote: .*ENOSPC/),
    })
  })

  it('it says so, and there is room by now', async () => {
    const seen = await diagnose({ ...APP, disk: df(['/', 400]), inodes: dfInodes(['/', 400]) })
    expect(seen.short).toBe('disk-full likely')
  })

  it('it said so yesterday', async () => {
    const old = appLog([{ at: clock(-90_000), says: 'Error: ENOSPC: no space left on device, write' }])
    expect((await diagnose({ ...APP, appLog: old, disk: df(['/', 1000]) })).verdict).toMatchObject({
      cause: 'app-error',
    })
  })
})

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programsLook } from '../../../src/probe/looks/programs.ts'
import { folder, tools } from './support.ts'

describe('which programs are here', () => {
  it('is seen by the PATH alone, and nothing is started', async () => {
    const path = folder()
    writeFileSync(join(path, 'flyctl'), '#!/bin/sh\ntouch "$0.started"\n')
    chmodSync(join(path, 'flyctl'), 0o755)
    writeFileSync(join(path, 'heroku'), 'no program')
    const run = () => Promise.reject(new Error('nothing is started'))
    const seen = await programsLook({ names: ['fly', 'flyctl', 'heroku'] }, tools({ env: { PATH: path }, run }))
    expect(JSON.parse(seen.out)).toEqual({
      programs: [
        { name: 'fly', path: '' },
        { name: 'flyctl', path: join(path, 'flyctl') },
        { name: 'heroku', path: '' },
      ],
    })
    expect(seen.argv).toEqual(['which', 'fly', 'flyctl', 'heroku'])
  })

  it('names only', async () => {
    const seen = await programsLook({ names: ['/bin/sh', '../sh', 5, 'sh'] }, tools())
    expect(JSON.parse(seen.out).programs).toMatchObject([{ name: 'sh' }])
    expect(JSON.parse((await programsLook({}, tools())).out)).toEqual({ programs: [] })
  })
})

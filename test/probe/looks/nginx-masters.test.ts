import { describe, expect, it } from 'vitest'
import { nginxMasters } from '../../../src/probe/looks/nginx-masters.ts'

describe('the nginx of this machine', () => {
  it('are masters that listen: no pid twice, never a worker’s parent and its worker', async () => {
    const { pids } = await nginxMasters(() => false)
    expect(pids).toEqual([...new Set(pids)].sort((a, b) => a - b))
    expect(pids).not.toContain(process.pid)
  })

  it('are not all known where there was no time to look', async () => {
    expect((await nginxMasters(() => true)).whole).toBe(false)
  })
})

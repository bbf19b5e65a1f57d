import { describe, expect, it } from 'vitest'
import { cpuFolders, cpuLimit, parseThrottling } from '../../../src/reading/process/cpu-share.ts'

describe('the limit of processor time of a control group', () => {
  it('stands in the hierarchy of cpu first, whatever it is called', () => {
    const cgroup = '12:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/system.slice/docker.service\n'
    expect(cpuFolders(cgroup)).toEqual([
      '/sys/fs/cgroup/cpu,cpuacct/docker/abc',
      '/sys/fs/cgroup/cpu/docker/abc',
      '/sys/fs/cgroup/system.slice/docker.service',
      '/sys/fs/cgroup/unified/system.slice/docker.service',
    ])
  })

  it('of one unified hierarchy', () => {
    expect(cpuFolders('0::/system.slice/shop.service\n')[0]).toBe('/sys/fs/cgroup/system.slice/shop.service')
  })

  it.each(['', 'nonsense', '0::/../../etc', '3:cpuset:/x', '\0'.repeat(20)])('%j names none', (cgroup) => {
    expect(cpuFolders(cgroup)).toEqual([])
  })

  it('counts periods: version 1 and version 2', () => {
    expect(parseThrottling('nr_periods 40\nnr_throttled 38\nthrottled_time 3649180452\n')).toEqual({
      periods: 40,
      throttled: 38,
    })
    const second = 'usage_usec 9\nuser_usec 9\nsystem_usec 0\nnr_periods 7\nnr_throttled 0\nthrottled_usec 0\n'
    expect(parseThrottling(second)).toEqual({ periods: 7, throttled: 0 })
  })

  it('a group of version 2 without the controller counts none', () => {
    expect(parseThrottling('usage_usec 9\nuser_usec 9\nsystem_usec 0\n')).toBeUndefined()
  })

  it('is told in thousandths of a core', () => {
    expect(cpuLimit('5000 100000\n', '')).toBe(50)
    expect(cpuLimit('10000\n', '100000\n')).toBe(100)
    expect(cpuLimit('150000 100000', '')).toBe(1500)
  })

  it.each([
    ['max 100000', ''],
    ['-1', '100000'],
    ['', ''],
    ['5000', ''],
    ['x y', 'z'],
  ])('%j and %j are no limit', (quota, period) => {
    expect(cpuLimit(quota, period)).toBe(0)
  })
})

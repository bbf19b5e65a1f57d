import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diskReader } from '../../../src/reading/machine/disk.ts'
import { loadReader } from '../../../src/reading/machine/load.ts'
import { memoryReader } from '../../../src/reading/machine/memory.ts'
import { context, fixture, printed } from '../systemd/support.ts'

const captured = (name: string) => fixture(`machine/${name}`)

describe('memory', () => {
  const reading = (out: string, more = {}) => memoryReader.read(printed('cat /proc/meminfo', out, more), context())

  it('of Linux 6.18', () => {
    const { value, lines } = reading(captured('meminfo.txt') + captured('pressure-memory.txt'))
    expect(value).toMatchObject({ complete: true, swap_total_kb: 0n, swap_free_kb: 0n, pressure: 0n })
    expect(value.total_kb).toBeGreaterThan(20_000_000n)
    expect(value.available_permille).toBe((value.available_kb * 1000n) / value.total_kb)
    expect(lines[0]).toMatch(/^memory: \d+ of \d+ MB available$/)
  })

  it('pressure in hundredths of a percent; -1 where the kernel does not say', () => {
    const psi = 'some avg10=9.00 avg60=8.00 avg300=7.00 total=1\nfull avg10=1.00 avg60=12.34 avg300=0.50 total=1\n'
    expect(reading(`MemTotal: 100 kB\nMemAvailable: 5 kB\n${psi}`).value).toMatchObject({
      pressure: 1234n,
      available_permille: 50n,
    })
    expect(reading('MemTotal: 100 kB\nMemAvailable: 5 kB\n').value.pressure).toBe(-1n)
  })

  it('before 3.14: what is free, buffered and cached', () => {
    const { value } = reading('MemTotal:  1000 kB\nMemFree:  100 kB\nBuffers:  20 kB\nCached:  300 kB\n')
    expect(value).toMatchObject({ complete: true, available_kb: 420n })
  })

  it('nothing proves nothing', () => {
    expect(reading('').value).toMatchObject({ complete: false, total_kb: 0n, available_permille: 0n })
    expect(reading(captured('meminfo.txt'), { outcome: 'blind' }).value.complete).toBe(false)
  })
})

describe('load', () => {
  const reading = (out: string, more = {}) => loadReader.read(printed('cat /proc/loadavg', out, more), context())

  it('in thousandths, and per core', () => {
    const { value, lines } = reading(`${captured('loadavg.txt')}cores 2\n`)
    expect(value).toEqual({ complete: true, cores: 2n, one_minute: 540n, five_minutes: 360n, per_core_permille: 270n })
    expect(lines).toEqual(['load 0.54 over one minute, 0.36 over five, on 2 cores'])
    expect(reading('12.05 8.00 4.00 9/400 77\ncores 4\n').value).toMatchObject({
      one_minute: 12_050n,
      per_core_permille: 3012n,
    })
  })

  it('without the cores it is half a truth', () => {
    expect(reading(captured('loadavg.txt')).value).toMatchObject({
      complete: false,
      cores: 0n,
      one_minute: 540n,
      per_core_permille: 0n,
    })
    expect(reading('').value).toMatchObject({ complete: false, one_minute: 0n })
  })
})

describe('disk', () => {
  const reading = (out: string, more = {}) => diskReader.read(printed('df -Pk', out, more), context())

  it('space and inodes of full file systems, in df’s POSIX form', () => {
    const { value, lines } = reading(captured('df-full-Pk.txt') + captured('df-full-Pi.txt'))
    expect(value).toEqual({
      complete: true,
      mounts: [
        { mount: '/mnt/var data', used_permille: 1000n, free_kb: 0n, inodes_used_permille: 40n },
        { mount: '/srv', used_permille: 0n, free_kb: 4096n, inodes_used_permille: 1000n },
        { mount: '/', used_permille: 237n, free_kb: 81_237_888n, inodes_used_permille: 29n },
      ],
      fullest_mount: '/mnt/var data',
      fullest_permille: 1000n,
    })
    expect(lines).toEqual(['/mnt/var data: 100 % used, 4 % of inodes', '/srv: 0 % used, 100 % of inodes'])
  })

  it('and in GNU’s own', () => {
    const posix = reading(captured('df-full-Pk.txt')).value
    const gnu = reading(captured('df-full-output.txt')).value
    expect(gnu.mounts.map((each) => [each.mount, each.used_permille])).toEqual(
      posix.mounts.map((each) => [each.mount, each.used_permille]),
    )
    // This table gives inodes in whole percents.
    expect(gnu.mounts.map((each) => each.inodes_used_permille)).toEqual([40n, 1000n, 30n])
    expect(reading(captured('df-output.txt')).value.mounts.map((each) => each.mount)).toEqual([
      '/dev',
      '/dev/shm',
      '/',
      '/sys/fs/cgroup',
    ])
  })

  it('images are always full and do not count', () => {
    const out =
      'Filesystem 1024-blocks Used Available Capacity Mounted on\n' +
      '/dev/loop3 65536 65536 0 100% /snap/core20/1\n' +
      'udev 0 0 0 - /dev/empty\n' +
      '/dev/sda1 1000 800 200 80% /\n'
    expect(reading(out).value).toMatchObject({ fullest_mount: '/', fullest_permille: 800n, mounts: [{ mount: '/' }] })
  })

  it('a mount that could not be asked: what is seen counts, what is absent does not', () => {
    expect(reading(captured('df-full-Pk.txt'), { exit: 1 }).value).toMatchObject({
      complete: false,
      fullest_permille: 1000n,
    })
    expect(reading('').value).toMatchObject({ complete: false, mounts: [], fullest_mount: '' })
  })
})

describe('anything at all', () => {
  it.each([memoryReader, loadReader, diskReader].map((reader) => [reader.name, reader]))('%s', (_, reader) => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'MemTotal: 0 kB',
        '1.00 2.00 3.00 4',
        'cores 0',
        'Filesystem Used Available Mounted on',
        '1 2 3 /',
        'a b c d e /x y',
      ),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { value } = reader.read(printed('x', lines.join('\n')), context())
        expect(typeof value.complete).toBe('boolean')
      }),
    )
  })
})

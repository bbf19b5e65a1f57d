import { describe, expect, it } from 'vitest'
import { diskReader } from '../../../src/reading/machine/disk.ts'
import { dnsReader } from '../../../src/reading/machine/dns.ts'
import { loadReader } from '../../../src/reading/machine/load.ts'
import { memoryReader } from '../../../src/reading/machine/memory.ts'
import { context, printed } from '../systemd/support.ts'

describe('df, line by line', () => {
  const HEAD = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n'
  const mounts = (out: string) => diskReader.read(printed('df -Pk', out), context()).value.mounts

  it.each([
    ['/dev/sda1 1000 250 750 25% /', '/', 250n, 750n],
    ['/dev/sda1 1000 1000 0 100% /', '/', 1000n, 0n],
    // df rounds up, and counts what only root may use as used.
    ['/dev/sda1 1000 1 998 1% /', '/', 2n, 998n],
    ['/dev/sda1 1000 900 50 95% /', '/', 948n, 50n],
    ['/dev/mapper/vg-root 1000 500 500 50% /', '/', 500n, 500n],
    ['10.0.0.9:/export/shop 1000 500 500 50% /srv/shop', '/srv/shop', 500n, 500n],
    ['//nas/shop 1000 500 500 50% /mnt/nas', '/mnt/nas', 500n, 500n],
    ['overlay 1000 500 500 50% /', '/', 500n, 500n],
    ['/dev/sda1 1000 500 500 50% /mnt/two words', '/mnt/two words', 500n, 500n],
    ['/dev/sda1 1000 500 500 50% /mnt/two  spaces', '/mnt/two  spaces', 500n, 500n],
    ['/dev/sda1 1000 500 500 50% /mnt/\u001b[31mred', '/mnt/red', 500n, 500n],
    ['/dev/sda1 1000 - - 97% /mnt/old', '/mnt/old', 970n, 0n],
  ])('%j', (line, mount, used, free) => {
    expect(mounts(`${HEAD}${line}\n`)).toEqual([
      { mount, used_permille: used, free_kb: free, inodes_used_permille: 0n },
    ])
  })

  it.each([
    'proc 0 0 0 - /proc',
    'sysfs 0 0 0 - /sys',
    '/dev/loop0 65536 65536 0 100% /snap/core20/1',
    '/dev/sda1 1000 500 500 50% relative',
    '/dev/sda1 1000 500',
    'df: /mnt/nas: Stale file handle',
    '',
  ])('no mount: %j', (line) => {
    expect(mounts(`${HEAD}${line}\n`)).toEqual([])
  })

  it('without a header nothing is believed', () => {
    expect(mounts('/dev/sda1 1000 500 500 50% /\n')).toEqual([])
  })

  it.each([
    ['squashfs', 0],
    ['iso9660', 0],
    ['erofs', 0],
    ['ext4', 1],
    ['xfs', 1],
    ['tmpfs', 1],
  ])('type %s: %i mounts that can fill up', (type, count) => {
    const out = `Filesystem Type Used Avail Use% IUse% Mounted on\n/dev/x ${type} 10 0 100% 5% /mnt\n`
    expect(mounts(out)).toHaveLength(count)
  })

  it('tells the fuller of space and inodes, whichever table came first', () => {
    const space = `${HEAD}/dev/sda1 1000 100 900 10% /\n`
    const inodes = 'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 99 1 99% /\n'
    const both = [space + inodes, inodes + space].map((out) => diskReader.read(printed('df', out), context()))
    for (const { value, lines } of both) {
      expect(value).toMatchObject({ fullest_mount: '/', fullest_permille: 990n })
      expect(lines).toEqual(['/: 10 % used, 99 % of inodes'])
    }
  })
})

describe('/proc/meminfo, field by field', () => {
  const read = (out: string) => memoryReader.read(printed('cat /proc/meminfo', out), context()).value

  it.each([
    ['half', 'MemTotal: 1000 kB\nMemAvailable: 500 kB\n', true, 500n, 500n],
    ['none left', 'MemTotal: 1000 kB\nMemAvailable: 0 kB\n', true, 0n, 0n],
    ['less than one in a thousand', 'MemTotal: 10000 kB\nMemAvailable: 9 kB\n', true, 9n, 0n],
    [
      'aligned as the kernel does',
      'MemTotal:       24684096 kB\nMemAvailable:   12342048 kB\n',
      true,
      12_342_048n,
      500n,
    ],
    ['the first of two counts', 'MemTotal: 1000 kB\nMemAvailable: 100 kB\nMemAvailable: 900 kB\n', true, 100n, 100n],
    ['free alone', 'MemTotal: 1000 kB\nMemFree: 100 kB\n', true, 100n, 100n],
    ['nothing but the total', 'MemTotal: 1000 kB\n', false, 0n, 0n],
    ['a total of nothing', 'MemTotal: 0 kB\nMemAvailable: 0 kB\n', false, 0n, 0n],
    ['megabytes are no field of the kernel', 'MemTotal: 1000 MB\nMemAvailable: 500 MB\n', false, 0n, 0n],
    ['negative', 'MemTotal: 1000 kB\nMemAvailable: -5 kB\n', false, 0n, 0n],
  ])('%s', (_, out, complete, available, permille) => {
    expect(read(out)).toMatchObject({ complete, available_kb: available, available_permille: permille })
  })

  it.each([
    ['full avg10=1.00 avg60=12.34 avg300=0.50 total=1', 1234n],
    ['full avg10=1.00 avg60=0.00 avg300=0.50 total=1', 0n],
    ['full avg10=99.99 avg60=100.00 avg300=99.00 total=1', 10_000n],
    ['some avg10=1.00 avg60=12.34 avg300=0.50 total=1', -1n],
    ['full avg10=1 avg60=2 avg300=3 total=1', -1n],
    ['cat: /proc/pressure/memory: Operation not supported', -1n],
  ])('pressure: %s', (line, pressure) => {
    expect(read(`MemTotal: 1000 kB\nMemAvailable: 1 kB\n${line}\n`).pressure).toBe(pressure)
  })
})

describe('/proc/loadavg', () => {
  const read = (out: string) => loadReader.read(printed('cat /proc/loadavg', out), context()).value

  it.each([
    ['0.00 0.01 0.05 1/148 7395\ncores 4\n', true, 0n, 10n, 0n],
    ['8.00 4.00 2.00 9/400 77\ncores 4\n', true, 8000n, 4000n, 2000n],
    ['1234.56 1000.00 2.00 9/400 77\ncores 128\n', true, 1_234_560n, 1_000_000n, 9645n],
    ['cores 4\n0.50 0.25 0.05 1/148 7395\n', true, 500n, 250n, 125n],
    ['0.50 0.25 0.05 1/148 7395\n', false, 500n, 250n, 0n],
    ['0.50 0.25 0.05 1/148 7395\ncores 0\n', false, 500n, 250n, 0n],
    ['cores 4\n', false, 0n, 0n, 0n],
    ['load average: 0.50, 0.25, 0.05\ncores 4\n', false, 0n, 0n, 0n],
    ['-1.00 0.25 0.05 1/148 7395\ncores 4\n', false, 0n, 0n, 0n],
  ])('%j', (out, complete, one, five, perCore) => {
    expect(read(out)).toMatchObject({ complete, one_minute: one, five_minutes: five, per_core_permille: perCore })
  })
})

describe('names', () => {
  const dig = (status: string, ...records: string[]) =>
    `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 0\n\n${records.join('\n')}\n`
  const read = (command: string, out: string, exit = 0) =>
    dnsReader.read(printed(command, out, { exit }), context()).value

  it.each(['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP', 'YXDOMAIN'])(
    'dig that was answered %s without an address',
    (status) => {
      expect(read('dig shop.example A', dig(status))).toEqual({
        ...{ complete: true, resolves: false, addresses: [], aliases: [], status },
      })
    },
  )

  it.each([
    ['one address', ['shop.example. 60 IN A 10.0.0.5'], ['10.0.0.5'], []],
    ['both kinds', ['shop.example. 60 IN A 10.0.0.5', 'shop.example. 60 IN AAAA fd00::5'], ['10.0.0.5', 'fd00::5'], []],
    ['twice the same', ['shop.example. 60 IN A 10.0.0.5', 'shop.example. 60 IN A 10.0.0.5'], ['10.0.0.5'], []],
    [
      'by way of a load balancer',
      [
        'shop.example. 60 IN CNAME Shop-1.eu-west-1.elb.amazonaws.com.',
        'shop-1.eu-west-1.elb.amazonaws.com. 60 IN A 10.0.0.5',
      ],
      ['10.0.0.5'],
      ['shop-1.eu-west-1.elb.amazonaws.com'],
    ],
    ['an alias that leads nowhere', ['shop.example. 60 IN CNAME gone.example.'], [], ['gone.example']],
    ['other records', ['shop.example. 60 IN MX 10 mail.example.', 'shop.example. 60 IN TXT "10.0.0.9"'], [], []],
    ['an address that is none', ['shop.example. 60 IN A 10.0.0.500'], [], []],
  ])('dig: %s', (_, records, addresses, aliases) => {
    expect(read('dig shop.example A', dig('NOERROR', ...records))).toMatchObject({
      ...{ complete: true, resolves: addresses.length > 0, addresses, aliases },
    })
  })

  it.each([
    ['getent ahosts shop', '10.0.0.5 STREAM shop\n10.0.0.5 DGRAM\n10.0.0.5 RAW\n', ['10.0.0.5'], []],
    ['getent ahosts shop', 'fd00::5 STREAM shop.lan\n', ['fd00::5'], ['shop.lan']],
    ['getent hosts shop', '10.0.0.5        shop.lan shop web\n', ['10.0.0.5'], ['shop.lan', 'web']],
    ['getent ahosts shop', 'fe80::1%eth0 STREAM shop\n', ['fe80::1%eth0'], []],
    ['getent ahosts shop', 'not an address\n', [], []],
  ])('%s: %j', (command, out, addresses, aliases) => {
    expect(read(command, out)).toMatchObject({ complete: true, resolves: addresses.length > 0, addresses, aliases })
  })

  it('shows at most 64 addresses', () => {
    const out = Array.from({ length: 100 }, (_, n) => `10.0.0.${n} STREAM shop\n`).join('')
    expect(read('getent ahosts shop', out).addresses).toHaveLength(64)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zoneMinutes } from '../../src/reading/time-zone.ts'

const winter = Date.UTC(2026, 0, 15)
const summer = Date.UTC(2026, 6, 15)

describe('what TZ means', () => {
  it.each([
    ['Asia/Kathmandu', 345, 345],
    [':Asia/Kathmandu', 345, 345],
    ['/usr/share/zoneinfo/Europe/Berlin', 60, 120],
    ['posix/Europe/Berlin', 60, 120],
    ['Europe/Berlin', 60, 120],
    ['America/St_Johns', -210, -150],
    ['UTC', 0, 0],
    ['UTC0', 0, 0],
    ['', 0, 0],
    ['Etc/GMT+5', -300, -300],
    ['<+0545>-5:45', 345, 345],
    ['JST-9', 540, 540],
    ['EST5', -300, -300],
    ['EST5EDT', -300, -240],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 60, 120],
    ['<-03>3', -180, -180],
    ['AEST-10AEDT,M10.1.0,M4.1.0/3', 660, 600],
    ['IST-1GMT0,M10.5.0,M3.5.0/1', 0, 60],
  ])('%s', (tz, inWinter, inSummer) => {
    expect(zoneMinutes(tz, winter)).toBe(inWinter)
    expect(zoneMinutes(tz, summer)).toBe(inSummer)
  })

  it('changes at the hour of the rule', () => {
    const change = Date.UTC(2026, 2, 29, 1)
    for (const tz of ['Europe/Berlin', 'CET-1CEST,M3.5.0,M10.5.0/3']) {
      expect(zoneMinutes(tz, change - 1000)).toBe(60)
      expect(zoneMinutes(tz, change)).toBe(120)
    }
  })

  it.each(['No/Such_Zone', '/etc/localtime', 'CET-1CEST,J60,J300', '../../etc/passwd'])('%s is not known', (tz) => {
    expect(zoneMinutes(tz, winter)).toBeUndefined()
  })

  it('any text gives a number or nothing', () => {
    fc.assert(
      fc.property(fc.string(), (tz) => {
        const minutes = zoneMinutes(tz, winter)
        if (minutes !== undefined) expect(Number.isFinite(minutes)).toBe(true)
      }),
    )
  })
})

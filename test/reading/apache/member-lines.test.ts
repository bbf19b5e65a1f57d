import { describe, expect, it } from 'vitest'
import { apacheErrorLogFormat } from '../../../src/reading/apache/error-log-format.ts'
import { apacheMemberLinesReader } from '../../../src/reading/apache/member-lines.ts'
import { capturedLog, context, errorCapture, SHOP } from './knowledge.ts'

const POOL = { ...SHOP, 'config.members': ['127.0.0.1:4100', '127.0.0.1:4099'], 'config.upstream_name': 'shop' }
const LOG = capturedLog('error.log')

describe('which members the error log names', () => {
  const read = (log: string, meta = {}) => apacheMemberLinesReader.read(errorCapture(log, meta), context(POOL))

  it('each with how often, the most first', () => {
    expect(read(LOG).value).toMatchObject({
      complete: true,
      members: [
        { member: '127.0.0.1:4100', count: 5n, signature: 'connect-refused', shape: 'unreachable' },
        { member: '127.0.0.1:4099', count: 2n, signature: 'connect-refused', shape: 'unreachable' },
      ],
    })
    expect(read(LOG).lines).toHaveLength(5)
  })

  it('a balancer that asks nobody is no member', () => {
    expect(read(capturedLog('error-tls.log')).value.members.map(({ member }) => member)).not.toContain('shop')
  })

  it('none where there is none', () => {
    expect(read('').value).toEqual({ complete: true, members: [] })
    expect(read('', { held: 'no' }).value.complete).toBe(false)
  })
})

describe('how the prober keeps it', () => {
  const sieve = apacheErrorLogFormat.open(context(POOL))
  const weigh = (text: string) => sieve.weigh(text)
  const line = (code: string) => LOG.split('\n').find((each) => each.includes(code)) ?? ''

  it('what is about this upstream before what is about others', () => {
    expect(weigh(line('(127.0.0.1:4100) failed'))).toEqual({
      rank: 3,
      key: {
        about: true,
        signature: 'connect-refused',
        shape: 'unreachable',
        cause: '',
        host: '127.0.0.1',
        port: 4100,
        socket: '',
      },
    })
    expect(weigh(line('remote server 127.0.0.1:4101'))).toMatchObject({
      rank: 1,
      key: { about: false, signature: 'premature-close' },
    })
  })

  it('a line that completes another one stays with it', () => {
    expect(weigh(line('AH01114'))).toEqual({ rank: 2, key: { quiet: true } })
  })

  it('what it tells of itself is kept, what nobody knows is not', () => {
    expect(weigh(line('AH00489'))).toEqual({ rank: 2, key: { process: true } })
    expect(weigh('[Sat Nov 21 09:48:52 2026] [core:info] [pid 1] AH00001: whatever').rank).toBe(0)
    expect(weigh('no record').rank).toBe(0)
  })

  it('a record begins with its stamp, in local time', () => {
    expect(sieve.stamp(line('AH00489'))).toEqual({ ms: Date.UTC(2026, 10, 21, 9, 48, 51, 174), zoned: false })
    expect(sieve.stamp('  more of the same')).toBeUndefined()
  })
})

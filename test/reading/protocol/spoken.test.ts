import { describe, expect, it } from 'vitest'
import { spokenReader } from '../../../src/reading/protocol/spoken.ts'
import { context, looked } from '../process/support.ts'

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')
const read = (...answers: { asked?: string; ended?: string; bytes?: string; ms?: number }[]) =>
  spokenReader.read(looked({ answers }), context()).value

describe('which protocol was spoken', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'http'],
    ['HTTP/1.1 505 HTTP Version Not Supported\r\n', 'http'],
    ['HTTP/1.0 200 OK\r\n', 'http'],
    ['HTTP is what I do not speak', ''],
    ['\x01\x0a\x00\x00\x00\x12\x06\x00\x0f\x01FCGI', 'fastcgi'],
    ['\x15\x03\x01\x00\x02\x02\x46', 'tls'],
    ['-ERR unknown command\r\n', 'redis'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'ssh'],
    ['hello\n', ''],
    ['', ''],
  ])('%j is %j', (bytes, speaks) => {
    expect(read({ ended: 'answered', bytes: hex(bytes), ms: 4 }, { ended: 'closed' }).speaks).toBe(speaks)
  })

  it('the first answer that is known decides, with its time', () => {
    const first = { ended: 'closed', bytes: '', ms: 1 }
    expect(read(first, { ended: 'answered', bytes: '010a000000120600', ms: 9 })).toEqual({
      complete: true,
      speaks: 'fastcgi',
      first_bytes: '\\x01\\n\\x00\\x00\\x00\\x12\\x06\\x00',
      ms: 9n,
      silent: false,
      closes: false,
    })
  })

  it('silence and closing are of every question', () => {
    expect(read({ ended: 'silent' }, { ended: 'silent' })).toMatchObject({ silent: true, closes: false })
    expect(read({ ended: 'closed' }, { ended: 'reset' })).toMatchObject({ silent: false, closes: true })
    expect(read({ ended: 'silent' }, { ended: 'reset' })).toMatchObject({ silent: false, closes: false })
    expect(read()).toMatchObject({ complete: false, silent: false, closes: false })
  })

  it('one question of two proves nothing', () => {
    expect(read({ ended: 'closed' }).complete).toBe(false)
    expect(spokenReader.read(looked({ answers: [] }, { outcome: 'blind' }), context()).value.complete).toBe(false)
  })

  it.each(['xyz', 'abc', '0'.repeat(200), 'GG'])('bytes that are none (%s) are none', (bytes) => {
    expect(read({ ended: 'answered', bytes }).speaks).toBe('')
  })
})

import { describe, expect, it } from 'vitest'
import type { LookRequest } from '../../src/words/look.ts'
import {
  type Answer,
  answered,
  EMPTY,
  type Exchange,
  exchange,
  nginxPage,
  REFUSED,
  RESET,
  SILENT,
  SSH,
} from './http.ts'
import { errorLine, errorLog, NGINX_SOCKET, ss } from './text.ts'
import { config, diagnose, type World } from './world.ts'

// Behind grpc_pass the application speaks HTTP/2, and so do we when we ask it.

const UPSTREAM = 'grpc://127.0.0.1:3000'
const TIMED_OUT = 'upstream timed out (110: Connection timed out) while reading response header from upstream'
const FRAME = 'upstream sent too large http2 frame: 4740180 while reading response header from upstream'

const behind = (direct: Answer, message: string, status = 502): Partial<World> => ({
  config: config(`location / { grpc_pass ${UPSTREAM}; grpc_read_timeout 1s; }`),
  request: exchange(nginxPage(status)),
  errorLog: errorLog([errorLine(message, { upstream: UPSTREAM })]),
  direct,
})

/** What comes when it is asked in HTTP/2, and what when it is asked in HTTP/1.1. */
const asked = (two: Exchange, one: Exchange): Answer => {
  const [inTwo, inOne] = [exchange(two), exchange(one)]
  return (request: LookRequest) => {
    const answer = request.kind === 'http' && request.version === '2' ? inTwo : inOne
    return typeof answer === 'function' ? answer(request) : answer
  }
}
const HTTP2_BYTES: Exchange = { ...SSH, firstBytes: '00000604000000000000050000400000' }

describe('an application that speaks HTTP/2, behind a gateway that speaks it too', () => {
  it('is asked in HTTP/2', async () => {
    const seen = await diagnose(behind(exchange(SILENT), TIMED_OUT, 504))
    const direct = seen.requests.find((request) => request.kind === 'http' && !request.own)
    expect(direct).toMatchObject({ url: 'http://127.0.0.1:3000/checkout', version: '2' })
  })

  it('that hangs, hangs: it is no mismatch', async () => {
    const seen = await diagnose(behind(asked(SILENT, HTTP2_BYTES), TIMED_OUT, 504))
    expect(seen.verdict).toMatchObject({ cause: 'app-hung', place: 'app' })
    expect(seen.path).not.toContain('app/direct.other-protocol')
  })

  it('whose answer is an error of its own', async () => {
    const world = behind(asked(answered(503, 'no stock'), HTTP2_BYTES), TIMED_OUT)
    const own = { ...world, request: exchange(answered(503, 'no stock', {}, true)), errorLog: errorLog() }
    expect((await diagnose(own)).verdict).toMatchObject({ cause: 'app-error' })
  })

  it('that is down', async () => {
    const world = behind(exchange(REFUSED), 'connect() failed (111: Connection refused) while connecting to upstream')
    expect((await diagnose({ ...world, listeners: ss(NGINX_SOCKET) })).verdict).toMatchObject({ cause: 'process-down' })
  })

  it('where our client cannot speak HTTP/2, nothing is claimed', async () => {
    const seen = await diagnose(behind(exchange(HTTP2_BYTES), TIMED_OUT, 504))
    expect(seen.at('app/direct')).toMatchObject({
      branch: 'http2',
      rulesOut: ['process-down', 'not-http', 'protocol-mismatch'],
    })
    expect(seen.verdict?.cause).not.toBe('protocol-mismatch')
  })
})

describe('an application that speaks HTTP/1.1 behind grpc_pass', () => {
  // It closes while our words are on their way: how that ends is a matter of moments.
  it.each([
    ['closes', EMPTY],
    ['resets', RESET],
  ])('is told from one that %s', async (_, how) => {
    const seen = await diagnose(behind(asked(how, answered(200)), FRAME))
    expect(seen.verdict).toMatchObject({ cause: 'protocol-mismatch', place: 'proxy' })
    expect(seen.verdict?.says).toBe('What listens on 127.0.0.1:3000 speaks HTTP/1.1; the gateway speaks grpc to it')
  })

  it('whoever closes on both is no mismatch', async () => {
    const seen = await diagnose(
      behind(exchange(EMPTY), 'upstream prematurely closed connection while reading response header from upstream'),
    )
    expect(seen.path).toContain('app/older.other')
    expect(seen.verdict?.cause).not.toBe('protocol-mismatch')
  })
})

import { describe, expect, it } from 'vitest'
import { haproxyLogPlaceReader } from '../../../src/reading/haproxy/log-place.ts'
import { haproxyRuntimeReader } from '../../../src/reading/haproxy/runtime.ts'
import { answerErrors, kindOfError, withoutBytes } from '../../../src/reading/haproxy/runtime-errors.ts'
import { asked, look } from './support.ts'

// As HAProxy 2.6.12 answers; the columns that are not read are left out.
const HEADING =
  '# pxname,svname,qcur,scur,slim,dreq,econ,eresp,status,bck,lastchg,check_status,check_code,check_duration,last_chk,check_desc,addr,type,cookie'
const STAT = `${HEADING}
web,FRONTEND,,2,4000,7,,,OPEN,,,,,,,,,0,
shop,app1,0,0,,,0,3,DOWN,0,42,* L7STS,404,3,Not Found,"Layer7 wrong status, it says ""no""",127.0.0.1:3000,2,secret
shop,app2,1,5,5,,2,0,UP 1/3,1,0,L4OK,,0,,Layer4 check passed,[::1]:3000,2,
shop,app3,0,0,,,0,0,MAINT (resolution),0,9,,,,,,,2,
shop,app4,0,0,,,0,0,no check,0,,,,,,,unix,2,
shop,BACKEND,4,5,400,0,0,3,UP,,,,,,,,,1,
blog,blog1,0,0,,,0,0,DRAIN,0,1,,,,,,10.0.0.1:80,2,
`
const INFO =
  'Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nPid: 20\nUptime_sec: 34\nMaxconn: 9985\nCurrConns: 3\nnode: vm\n'
const ERRORS = `Total events captured on [21/Nov/2026:09:40:04.280] : 3
 
[21/Nov/2026:09:39:33.311] backend shop (#8): invalid response
  frontend web (#2), server app1 (#1), event #0, src 127.0.0.1:48274
  buffer starts at 0 (including 0 out), 16368 free,
  len 16, wraps at 16336, error at position 4
  H1 connection flags 0x80002200, H1 stream flags 0x00004810
  H1 msg state MSG_RPCODE(12), H1 msg flags 0x00001404
  H1 chunk len 0 bytes, H1 body len 0 bytes :
  
  00000  Set-Cookie: session=hunter2\\r\\n
 
[21/Nov/2026:09:39:33.323] backend blog (#10): invalid response
  frontend web (#2), server blog1 (#1), event #2, src 127.0.0.1:48302
  buffer starts at 0 (including 0 out), 64 free,
  len 16320, wraps at 16336, error at position 16320
  H1 msg state MSG_HDR_VAL(22), H1 msg flags 0x00001414
  
  00000  HTTP/1.1 200 OK\\r\\n
  00017+ hunter2
 
[21/Nov/2026:09:39:34.000] frontend web (#2): invalid request
  backend <NONE> (#-1), server <NONE> (#-1), event #3, src 127.0.0.1:48303
  H1 msg state MSG_RQMETH(2), H1 msg flags 0x00000000
`

const output = JSON.stringify({
  socket: '/run/haproxy.sock',
  'show info': INFO,
  'show stat': STAT,
  'show errors': ERRORS,
})

function read(backend = 'shop', out = output) {
  const kept = haproxyRuntimeReader.keep?.(out).out ?? ''
  return haproxyRuntimeReader.read(
    look(kept),
    asked('http://127.0.0.1/', { 'config.frontend': 'web', 'config.backend': backend }),
  )
}

describe('what a running HAProxy says', () => {
  it('of itself and of each server of the backend', () => {
    const { value, lines } = read()
    expect(value).toMatchObject({
      complete: true,
      socket: '/run/haproxy.sock',
      version: '2.6.12-1+deb12u4',
      connections: 3n,
      most_connections: 9985n,
      frontend_sessions: 2n,
      frontend_most: 4000n,
      frontend_denied: 7n,
      backend: 'shop',
      usable: 2n,
      down: 2n,
      queued: 4n,
    })
    expect(value.servers[0]).toEqual({
      name: 'app1',
      host: '127.0.0.1',
      port: 3000n,
      socket: '',
      status: 'DOWN',
      usable: false,
      backup: false,
      checked: true,
      check: 'L7STS',
      check_code: 404n,
      check_says: 'Layer7 wrong status, it says "no": Not Found',
      check_ms: 3n,
      sessions: 0n,
      most_sessions: 0n,
      queued: 0n,
      connect_errors: 0n,
      answer_errors: 3n,
      changed_s: 42n,
    })
    expect(
      value.servers
        .slice(1)
        .map(({ name, usable, backup, checked, changed_s }) => [name, usable, backup, checked, changed_s]),
    ).toEqual([
      ['app2', true, true, true, 0n],
      ['app3', false, false, false, 9n],
      ['app4', true, false, false, -1n],
    ])
    expect(lines[0]).toBe('app1: DOWN, Layer7 wrong status, it says "no": Not Found')
  })

  it('of the latest answer that could not be read', () => {
    expect(read().value.error).toMatchObject({
      found: true,
      server: 'app1',
      kind: 'not-http',
      state: 'MSG_RPCODE',
      position: 4n,
      bytes: 16n,
      at: new Date('2026-11-21T09:39:33.311Z'),
    })
    expect(read('blog').value.error).toMatchObject({ kind: 'header-too-big' })
    expect(read('blog').value).toMatchObject({ usable: 0n, down: 1n })
    expect(read('other').value).toMatchObject({ complete: false, backend: '', servers: [], error: { found: false } })
  })

  it('no byte of any answer, no cookie and no other counter', () => {
    const kept = haproxyRuntimeReader.keep?.(output)
    expect(kept?.out).not.toMatch(/hunter2|secret|node: vm/)
    expect(haproxyRuntimeReader.keep?.('no json')).toEqual({ out: '', leftOut: 'all of it' })
  })

  it('nothing where nobody answered', () => {
    const blind = haproxyRuntimeReader.read(look('', {}, { outcome: 'blind' }), asked('http://127.0.0.1/'))
    expect(blind.value).toMatchObject({ complete: false, servers: [], connections: 0n })
  })
})

describe('an answer that could not be read', () => {
  it.each([
    ['MSG_RPBEFORE', 0, 5, 'not-http'],
    ['MSG_RPVER', 0, 16, 'not-http'],
    ['MSG_HDR_NAME', 20, 55, 'invalid-header'],
    ['MSG_HDR_L2_LWS', 16320, 16320, 'header-too-big'],
    ['MSG_CHUNK_SIZE', 1, 10, 'body'],
    ['MSG_DONE', 1, 10, 'other'],
  ])('%s at %d of %d is %s', (state, position, bytes, kind) => {
    expect(kindOfError({ stamp: 0, backend: '', server: '', state, position, bytes, free: 64 })).toBe(kind)
  })

  it('is one of a server, with its own lines', () => {
    expect(answerErrors(ERRORS).map(({ backend, server, free }) => [backend, server, free])).toEqual([
      ['shop', 'app1', 16368],
      ['blog', 'blog1', 64],
    ])
    expect(answerErrors('')).toEqual([])
    expect(withoutBytes(ERRORS)).not.toContain('hunter2')
    expect(answerErrors(withoutBytes(ERRORS))).toEqual(answerErrors(ERRORS))
  })
})

describe('where its log ends up', () => {
  const place = (raw: object) => haproxyLogPlaceReader.read(look(JSON.stringify(raw)), asked('http://127.0.0.1/')).value
  it('is a file with its writer, or something else', () => {
    const file = { kind: 'file', path: '/var/log/haproxy.log', writer: 412, program: 'rsyslogd', target: '/dev/log' }
    expect(place(file)).toEqual({ complete: true, ...file, writer: 412n })
    expect(place({ kind: 'unknown' })).toMatchObject({ complete: false, kind: 'unknown', path: '' })
    expect(haproxyLogPlaceReader.read(look('x'), asked('http://127.0.0.1/')).value).toMatchObject({
      complete: false,
      kind: 'unknown',
    })
  })
})

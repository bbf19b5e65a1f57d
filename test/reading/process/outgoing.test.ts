import { describe, expect, it } from 'vitest'
import { parseOutgoing } from '../../../src/reading/process/outgoing.ts'

// Both lines as ss 6.1 printed them (`ss -tinpHO`), the first in the middle of a request, the second of a connection that was answered.
const WAITING =
  'ESTAB 0      0      127.0.0.1:54730 127.0.0.1:39901 users:(("MainThread",pid=14535,fd=25)) bbr wscale:10,10 rto:204 rtt:0.017/0.008 mss:32768 cwnd:11 bytes_sent:65 bytes_acked:66 segs_out:3 segs_in:2 data_segs_out:1 bbr:(bw:23831265624bps,mrtt:0.011) send 169622588235bps lastsnd:788 lastrcv:790 lastack:788 rcv_space:65495 minrtt:0.011 snd_wnd:65536'
const ANSWERED = WAITING.replace('lastrcv:790', 'lastrcv:3 bytes_received:120').replace('lastsnd:788', 'lastsnd:4')
const TRIES =
  'SYN-SENT 0      1      10.0.0.2:40112 192.0.2.40:443 users:(("node",pid=20,fd=21),("node",pid=21,fd=21)) bbr rto:2000 mss:524 cwnd:1 ssthresh:7 bytes_retrans:0 segs_out:2 app_limited unacked:1 retrans:1/1 lost:1 rcv_ssthresh:65495'

describe('a connection that a process opened', () => {
  it('waits for an answer', () => {
    expect(parseOutgoing(WAITING)).toEqual({
      local: '127.0.0.1:54730',
      peer: '127.0.0.1:39901',
      state: 'established',
      pids: [14535],
      sentMs: 788,
      receivedMs: 790,
      sent: 65,
      received: 0,
      triedMs: 0,
    })
  })

  it('was answered', () => {
    expect(parseOutgoing(ANSWERED)).toMatchObject({ sentMs: 4, receivedMs: 3, received: 120 })
  })

  it('is not taken by anybody; several processes hold it', () => {
    expect(parseOutgoing(TRIES)).toMatchObject({ state: 'syn-sent', peer: '192.0.2.40:443', pids: [20, 21], sent: 0 })
  })

  // The end of such a line, as ss 6.1 printed it on Linux 6.18 at these moments; with `tcp_syn_linear_timeouts` at its default of 4.
  it.each([
    [400, 'timer:(on,596ms,0) bbr rto:1000 mss:524 cwnd:10 segs_out:1 lastsnd:56232132 unacked:1'],
    [1000, 'timer:(on,996ms,1) bbr rto:1000 mss:524 cwnd:1 segs_out:2 unacked:1 retrans:0/1 lost:1'],
    [4000, 'timer:(on,996ms,4) bbr rto:1000 mss:524 cwnd:1 segs_out:5 unacked:1 retrans:0/4 lost:1'],
    [5210, 'timer:(on,1.788ms,5) bbr rto:2000 backoff:1 mss:524 cwnd:1 unacked:1 retrans:0/5 lost:1'],
    [7030, 'timer:(on,3.968ms,6) bbr rto:4000 backoff:2 mss:524 cwnd:1 unacked:1 retrans:0/6 lost:1'],
  ])('is not taken since %i ms: the kernel says so itself', (ms, end) => {
    const { triedMs = 0 } =
      parseOutgoing(`SYN-SENT 0 1 127.0.0.1:1 127.0.0.1:3700 users:(("node",pid=2,fd=3)) ${end}`) ?? {}
    expect(Math.abs(triedMs - ms)).toBeLessThanOrEqual(10)
  })

  it.each([
    // Linux before 6.5 doubles from the first time on.
    [2160, 'timer:(on,840ms,1) cubic rto:2000 backoff:1'],
    [31_000, 'timer:(on,32sec,5) cubic rto:32000 backoff:5'],
    [67_000, 'timer:(on,1min,6) cubic rto:64000 backoff:6'],
    [0, 'cubic rto:1000'],
    [0, 'timer:(keepalive,2min,0) cubic rto:204'],
    [0, 'timer:(on,1min5sec,6) cubic'],
  ])('%i ms in other forms', (ms, end) => {
    expect(parseOutgoing(`SYN-SENT 0 1 10.0.0.2:1 192.0.2.40:443 ${end}`)?.triedMs).toBe(ms)
  })

  it('to an IPv6 address, held by somebody whom we may not see', () => {
    const line = 'ESTAB 0 0 [::1]:40112 [2001:db8::7]:5432 cubic bytes_sent:9 lastsnd:1 lastrcv:2'
    expect(parseOutgoing(line)).toMatchObject({ peer: '[2001:db8::7]:5432', pids: [], sent: 9 })
  })

  it('a name that a process gave itself is no number of ours', () => {
    const named = WAITING.replace('MainThread', 'x",pid=1,fd=2 lastsnd:0 ')
    expect(parseOutgoing(named)).toMatchObject({ sentMs: 788 })
  })

  it.each([
    '',
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
    'TIME-WAIT 0 0 127.0.0.1:1 127.0.0.1:2',
    'LISTEN 0 511 *:3000 *:*',
    'ESTAB 0 0 nowhere here',
    '\0'.repeat(50),
    'ESTAB'.repeat(5000),
  ])('%j is none', (line) => {
    expect(parseOutgoing(line)).toBeUndefined()
  })
})

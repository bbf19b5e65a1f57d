import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createFinder, findInLine } from '../../../src/reading/explain/finder.ts'
import { behindFront, textsOf } from '../../../src/reading/explain/texts.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import { cpuNow } from '../../cpu.ts'

const folder = new URL('../../../flows/signatures/', import.meta.url)
const shipped = readdirSync(folder).flatMap(
  (name) => (parse(readFileSync(new URL(name, folder), 'utf8')) as { signatures: Signature[] }).signatures,
)
const finder = createFinder(shipped)
const idIn = (line: string) => {
  const found = findInLine(finder, line)
  return found ? `${found.signature.source}/${found.signature.id}` : ''
}

const NGINX = (message: string) =>
  `2026/11/21 04:02:57 [error] 12#12: *3 ${message}, client: 192.0.2.7, server: shop.example.com, request: "GET /cart HTTP/1.1", upstream: "http://127.0.0.1:3000/cart", host: "shop.example.com"`

describe('lines as they stand in logs, with what their writers put in front', () => {
  it.each([
    ['nginx-error/connect-refused', NGINX('connect() failed (111: Connection refused) while connecting to upstream')],
    [
      'nginx-error/premature-close',
      NGINX('upstream prematurely closed connection while reading response header from upstream'),
    ],
    [
      'systemd/systemd-status-exec',
      'Nov 21 04:22:56 web1 systemd[1]: shop.service: Main process exited, code=exited, status=203/EXEC',
    ],
    [
      'systemd/systemd-oom',
      '2026-11-21T04:22:56+0000 web1 systemd[1]: shop.service: A process of this unit has been killed by the OOM killer.',
    ],
    [
      'kernel/kernel-oom-cgroup',
      'Nov 21 04:22:56 web1 kernel: [12345.678901] Memory cgroup out of memory: Killed process 4640 (node) total-vm:1550712kB, anon-rss:152328kB',
    ],
    [
      'gunicorn/gunicorn-worker-timeout',
      'web-1  | [2026-11-21 04:30:18 +0000] [13386] [CRITICAL] WORKER TIMEOUT (pid:13387)',
    ],
    ['app/node-port-in-use', 'shop-1  | Error: listen EADDRINUSE: address already in use :::3000'],
    [
      'heroku/heroku-h12',
      '2026-11-21T05:11:02+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/" status=503',
    ],
    ['envoy/envoy-uf', '[2026-11-21T05:11:02.345Z] "GET / HTTP/2" 503 UF 0 91 2 - "-" "-" "-" "shop" "10.0.0.7:3000"'],
    ['http-status/status-502', '192.0.2.7 - - [21/Nov/2026:05:11:02 +0000] "GET / HTTP/1.1" 502 157 "-" "curl/7.88.1"'],
    ['errno/errno-econnrefused', 'redis: Connection refused'],
    ['', '192.0.2.7 - - [21/Nov/2026:05:11:02 +0000] "GET / HTTP/1.1" 200 5020 "-" "curl/7.88.1"'],
    ['', 'Server listening on http://127.0.0.1:3000'],
    ['', ''],
  ])('%s: %s', (id, line) => {
    expect(idIn(line)).toBe(id)
  })
})

describe('lines in JSON', () => {
  it.each([
    ['app/node-port-in-use', { level: 50, msg: 'Error: listen EADDRINUSE: address already in use :::3000' }],
    ['app/python-module-missing', { log: "ModuleNotFoundError: No module named 'flask'\n", stream: 'stderr' }],
    ['', { level: 30, msg: 'all is well' }],
    ['', { level: 30, msg: 42, error: null }],
  ])('%s: %j', (id, record) => {
    expect(idIn(JSON.stringify(record))).toBe(id)
  })

  it('are read as text where they are broken', () => {
    expect(idIn('{"msg":"Error: listen EADDRINUSE: address already in use :::3000')).toBe('app/node-port-in-use')
  })
})

describe('what a stranger wrote into a request is not the message', () => {
  it('of a line whose form is known', () => {
    const request =
      'GET /connect()%20failed upstream prematurely closed connection while reading response header from upstream HTTP/1.1'
    const line = `2026/11/21 04:02:57 [error] 12#12: *3 access forbidden by rule, client: 192.0.2.7, server: shop, request: "${request}", host: "shop"`
    expect(idIn(line)).not.toContain('nginx-error')
  })
})

describe('one line, whoever wrote it', () => {
  it.each(shipped)('$source $id: its example is known', (signature) => {
    const found = findInLine(finder, signature.example)
    expect(found, signature.example).not.toBeNull()
    // Programs that share words (Go's, those behind a supervisor) may be told by the name of another.
    if (found && found.signature.id !== signature.id) {
      expect(weight(found.signature.match)).toBeGreaterThanOrEqual(weight(signature.match))
    }
  })

  it.each(shipped)('$source $id: the meaning of its example is its own, or one of the same shape', (signature) => {
    const found = findInLine(finder, signature.example)?.signature
    if (
      found?.shape !== undefined &&
      found.shape !== 'none' &&
      signature.shape !== undefined &&
      signature.shape !== 'none'
    ) {
      expect(`${found.source}/${found.id} ${found.shape}`).toBe(`${found.source}/${found.id} ${signature.shape}`)
    }
  })
})

function weight(match: string): number {
  return match.replace(/\{[a-z][^{}]*\}/g, '').length
}

describe('a finder', () => {
  const of = (...matches: string[]) =>
    createFinder(matches.map((match, at) => ({ id: `s${at}`, source: 'x', match, meaning: 'm', example: match })))

  it('takes the signature that says most', () => {
    const two = of('refused', 'connection refused by {host:word}')
    expect(findInLine(two, 'connection refused by db')).toMatchObject({
      signature: { id: 's1' },
      holes: { host: 'db' },
    })
    expect(findInLine(two, 'refused by db')).toMatchObject({ signature: { id: 's0' } })
  })

  it('takes a word of three letters only where nothing else stands there', () => {
    const eof = of('EOF')
    expect(findInLine(eof, 'EOF')).not.toBeNull()
    expect(findInLine(eof, '{"msg":"EOF"}')).not.toBeNull()
    expect(findInLine(eof, 'level=error EOF')).not.toBeNull()
    expect(findInLine(eof, 'EOF marker found')).toBeNull()
    expect(findInLine(eof, '{"msg":"EOF marker"}')).toBeNull()
  })

  it('leaves out what does not compile', () => {
    expect(findInLine(of('{lone', 'told'), 'told')).toMatchObject({ signature: { id: 's1' } })
  })

  it('knows nothing without signatures', () => {
    expect(findInLine(of(), 'anything')).toBeNull()
  })

  it('never throws, whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        findInLine(finder, line)
      }),
    )
  })

  it('takes time that grows with the line alone', () => {
    const long = (n: number) => 'upstream timed out (110: x) while '.repeat(n)
    const small = timeOf(() => findInLine(finder, long(300)))
    const large = timeOf(() => findInLine(finder, long(3000)))
    expect(large).toBeLessThan(Math.max(small, 2) * 60)
  })
})

function timeOf(work: () => unknown): number {
  work()
  const began = cpuNow()
  for (let i = 0; i < 3; i += 1) work()
  return cpuNow() - began
}

describe('the texts of a line', () => {
  it('are what stands behind each of its first words', () => {
    expect([...behindFront('a bc  d')]).toEqual(['bc  d', 'd'])
    expect([...behindFront('one')]).toEqual([])
    expect([...behindFront('tail ')]).toEqual([])
    expect([...behindFront('w '.repeat(100))]).toHaveLength(16)
  })

  it('are its messages where it is JSON or an error of nginx', () => {
    expect(textsOf('{"msg":"a","error":"b","n":1}')).toMatchObject({ messages: ['a', 'b'], writer: null })
    expect(textsOf('[1]')).toMatchObject({ messages: [], writer: null })
    expect(textsOf('{"msg"')).toMatchObject({ messages: [], writer: null })
    expect(textsOf(NGINX('no live upstreams while connecting to upstream'))).toMatchObject({
      messages: ['no live upstreams while connecting to upstream'],
      writer: 'nginx-error',
    })
  })
})

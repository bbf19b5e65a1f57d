import { describe, expect, it } from 'vitest'
import { varnishConfigReader } from '../../../src/reading/varnish/config.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { file } from '../caddy/support.ts'
import { askedFor, captured } from '../nginx/config-support.ts'

const running = (text: string) => `# running configuration the running VCL:\n${text}\n`
const META: JsonObject = {
  conf: '/etc/varnish/default.vcl',
  files: [{ path: '/etc/varnish/default.vcl', mtime: '2026-11-21T00:00:00Z' }],
  params: {},
  workdir: '/var/lib/varnish/shop-1',
}
const BACKEND = (port: number, more = '') =>
  `vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "${port}"; ${more} }`
const TWO =
  'backend shop { .host = "127.0.0.1"; .port = "3000"; }\nbackend blog { .host = "127.0.0.1"; .port = "4000"; }\nsub vcl_recv { if (req.http.host == "b") { set req.backend_hint = blog; } else { set req.backend_hint = shop; } }'
const POOL =
  'backend a { .host = "127.0.0.1"; .port = "3000"; }\nbackend b { .host = "127.0.0.1"; .port = "3001"; }\nsub vcl_init { new d = directors.random(); d.add_backend(a, 1.0); d.add_backend(b, 1.0); }\nsub vcl_recv { set req.backend_hint = d.backend(); }'

/** Reads a VCL, and makes sure that what is kept of it reads the same. */
function read(out: string, facts: Record<string, Value> = {}, meta: JsonObject = META) {
  const base = askedFor('http://127.0.0.1:8080/checkout')
  const context = { ...base, facts: new Map([...base.facts, ...Object.entries(facts)]) }
  const reading = varnishConfigReader.read(captured(out, meta), context)
  const kept = varnishConfigReader.keep?.(out).out ?? ''
  expect(varnishConfigReader.read(captured(kept, meta), context)).toEqual(reading)
  return reading
}

describe('the backend of the URL', () => {
  it('is the only one', () => {
    const { value, dark, lines } = read(file(BACKEND(3000), '/etc/varnish/default.vcl'))
    expect(value).toMatchObject({
      complete: true,
      source: 'files',
      known: true,
      name: 'default',
      at: '/etc/varnish/default.vcl:2',
      text: '127.0.0.1:3000',
      members: [],
      read_timeout_ms: 60_000n,
      connect_timeout_ms: 3500n,
      head_bytes: 32_768n,
      health: false,
      workdir: '/var/lib/varnish/shop-1',
      newest_file: '/etc/varnish/default.vcl',
    })
    expect(dark).toEqual([])
    expect(lines).toEqual(['/etc/varnish/default.vcl:2: backend default 127.0.0.1:3000'])
  })

  it('is not known where the program chooses, until the log names it', () => {
    expect(read(file(TWO)).value).toMatchObject({ known: false, backends: 2n, text: '' })
    expect(read(file(TWO), { 'upstream.backend': 'blog' }).value).toMatchObject({
      known: true,
      text: '127.0.0.1:4000',
      claimed: ['127.0.0.1:3000'],
    })
    expect(read(file(TWO), { 'upstream.backend': 'gone' }).value.known).toBe(false)
  })

  it('is a member of a director', () => {
    expect(read(file(POOL)).value).toMatchObject({
      known: true,
      text: '127.0.0.1:3000',
      members: ['127.0.0.1:3000', '127.0.0.1:3001'],
    })
    expect(read(file(POOL), { 'upstream.backend': 'b' }).value).toMatchObject({
      text: '127.0.0.1:3001',
      members: ['127.0.0.1:3000', '127.0.0.1:3001'],
    })
  })

  it('has a probe', () => {
    const probe = '.probe = { .url = "/healthz"; }'
    expect(read(file(BACKEND(3000, probe))).value).toMatchObject({
      health: true,
      health_uri: '/healthz',
      health_wants: '200',
      health_least: 200n,
      health_most: 200n,
    })
    const other = '.probe = { .expected_response = 204; }'
    expect(read(file(BACKEND(3000, other))).value).toMatchObject({ health_uri: '/', health_wants: '204' })
  })

  it('has settings of its process', () => {
    const params = { http_resp_size: '64k', first_byte_timeout: '5s' }
    expect(read(file(BACKEND(3000)), {}, { ...META, params }).value).toMatchObject({
      head_bytes: 65_536n,
      read_timeout_ms: 5000n,
    })
  })
})

describe('what runs beside what the file says', () => {
  it('agrees: then the place is the file’s', () => {
    const { value } = read(file(BACKEND(3000)) + running(BACKEND(3000)))
    expect(value).toMatchObject({ source: 'running', agrees: true, differs: '', at: '/etc/caddy/Caddyfile:2' })
  })

  it('differs', () => {
    const { value } = read(file(BACKEND(3001)) + running(BACKEND(3000)))
    expect(value).toMatchObject({
      text: '127.0.0.1:3000',
      agrees: false,
      differs: 'the file sends to 127.0.0.1:3001; what runs sends to 127.0.0.1:3000',
      differs_in: 'upstream',
      file_host: '127.0.0.1',
      file_port: 3001n,
    })
  })

  it('is not compared where an included file is missing', () => {
    const { value } = read(file(`include "gone.vcl";\n${BACKEND(3001)}`) + running(BACKEND(3000)))
    expect(value).toMatchObject({ differs: '', agrees: false })
  })
})

describe('an answer of the VCL’s own', () => {
  const closed = `${BACKEND(3000)}\nsub vcl_recv { return (synth(503)); }`

  it('is found by its status', () => {
    expect(read(file(closed), { 'answer.status': 503n }).value.synth_at).toBe('/etc/caddy/Caddyfile:3')
    expect(read(file(closed), { 'answer.status': 502n }).value.synth_at).toBe('')
    expect(read(file(closed)).value.synth_at).toBe('')
  })
})

it('nothing is known of nothing', () => {
  expect(read('').value).toMatchObject({ complete: false, known: false, source: '', backends: 0n })
})

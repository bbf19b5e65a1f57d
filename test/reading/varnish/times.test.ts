import { describe, expect, it } from 'vitest'
import { varnishConfigReader } from '../../../src/reading/varnish/config.ts'
import { file } from '../caddy/support.ts'
import { askedFor, captured } from '../nginx/config-support.ts'

const FILE = '/etc/varnish/default.vcl'
const running = (text: string) => `# running configuration the running VCL:\n${text}\n`
const vcl = (times: string, more = '') =>
  `vcl 4.1;\nbackend default {\n  .host = "127.0.0.1";\n${times}\n  .port = "3000";\n}\n${more}`

function read(out: string, params: Record<string, string> = {}) {
  const meta = { conf: FILE, files: [], params, workdir: '/var/lib/varnish/shop' }
  const context = askedFor('http://127.0.0.1:8080/checkout')
  const { value } = varnishConfigReader.read(captured(out, meta), context)
  const kept = varnishConfigReader.keep?.(out).out ?? ''
  expect(varnishConfigReader.read(captured(kept, meta), context).value).toEqual(value)
  return value
}

describe("Varnish's times", () => {
  it("stand in the backend, each with its line, and Varnish's own where they do not", () => {
    expect(read(file(vcl('  .first_byte_timeout = 90s;'), FILE))).toMatchObject({
      read_timeout_ms: 90_000n,
      read_timeout_at: `${FILE}:4`,
      connect_timeout_ms: 3500n,
      connect_timeout_at: '',
      reuse_ms: 60_000n,
      reuse_at: '',
      idle_ms: 5000n,
      idle_at: '',
    })
  })

  it('are parameters of its process', () => {
    const params = { first_byte_timeout: '5', connect_timeout: '1', backend_idle_timeout: '2', timeout_idle: '9' }
    expect(read(file(vcl('  .connect_timeout = 500ms;'), FILE), params)).toMatchObject({
      read_timeout_ms: 5000n,
      read_timeout_at: 'varnishd -p first_byte_timeout=5',
      connect_timeout_ms: 500n,
      connect_timeout_at: `${FILE}:4`,
      reuse_ms: 2000n,
      reuse_at: 'varnishd -p backend_idle_timeout=2',
      idle_ms: 9000n,
    })
  })

  it('are set by the program, unless only a condition does', () => {
    const set = (words: string) => read(file(vcl('', `sub vcl_backend_fetch {\n${words}\n}`), FILE))
    expect(set('set bereq.first_byte_timeout = 7s;')).toMatchObject({
      read_timeout_ms: 7000n,
      read_timeout_at: `${FILE}:8`,
    })
    const under = 'if (bereq.url == "/slow") { set bereq.first_byte_timeout = 7s; }'
    expect(set(under)).toMatchObject({ read_timeout_ms: 60_000n, read_timeout_at: '' })
  })

  it('of what runs, with the line of the file that says the same', () => {
    const runs = running(`\n\n${vcl('  .first_byte_timeout = 2s;')}`)
    expect(read(runs).read_timeout_at).toBe('the running VCL:6')
    expect(read(`${file(vcl('  .first_byte_timeout = 2s;'), FILE)}${runs}`).read_timeout_at).toBe(`${FILE}:4`)
    expect(read(`${file(vcl('  .first_byte_timeout = 3s;'), FILE)}${runs}`)).toMatchObject({
      read_timeout_ms: 2000n,
      read_timeout_at: 'the running VCL:6',
    })
  })
})

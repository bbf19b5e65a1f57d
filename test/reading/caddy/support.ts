import { readFileSync } from 'node:fs'
import { modelOfCaddyfile } from '../../../src/reading/caddy/caddyfile-model.ts'
import { caddyConfigReader } from '../../../src/reading/caddy/config.ts'
import { expandCaddyfile } from '../../../src/reading/caddy/expand.ts'
import { modelOfJson } from '../../../src/reading/caddy/json-model.ts'
import type { CaddyModel } from '../../../src/reading/caddy/model.ts'
import type { Reading } from '../../../src/reading/reader.ts'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import type { Infer } from '../../../src/words/value.ts'
import { askedFor, captured } from '../nginx/config-support.ts'

/** A file of `test/fixtures/caddy`. The JSON is what `caddy adapt` of Caddy 2.6.2 made of the Caddyfile beside it. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/caddy/${name}`, import.meta.url), 'utf8')

export const ofCaddyfile = (text: string, path = '/etc/caddy/Caddyfile'): CaddyModel =>
  modelOfCaddyfile(expandCaddyfile([{ path, text }]))

export const ofJson = (text: string): CaddyModel => modelOfJson(JSON.parse(text) as Json, 'the running configuration')

/** The parts of a look's output. */
export const file = (text: string, path = '/etc/caddy/Caddyfile') => `# configuration file ${path}:\n${text}\n`
export const running = (text: string) => `# running configuration http://127.0.0.1:2019/config/:\n${text}\n`
export const upstreams = (text: string) => `# upstreams http://127.0.0.1:2019/reverse_proxy/upstreams:\n${text}\n`

export const META: JsonObject = {
  conf: '/etc/caddy/Caddyfile',
  files: [],
  unreadable: [],
  limited: false,
  admin: 'off',
  stderr: '',
}

type Read = Reading<Infer<(typeof caddyConfigReader)['output']>>

/** Reads a configuration for a URL, and makes sure that what is kept of it reads the same. */
export function readFor(url: string, out: string, meta: JsonObject = META): Read {
  const context = askedFor(url)
  const reading = caddyConfigReader.read(captured(out, meta), context)
  const kept = caddyConfigReader.keep?.(out).out ?? ''
  const again = caddyConfigReader.read(captured(kept, meta), context)
  if (show(again) !== show(reading))
    throw new Error(`what was kept reads otherwise:\n${show(reading)}\n${show(again)}\n${kept}`)
  return reading
}

function show(reading: Read): string {
  return JSON.stringify(reading, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value), 1)
}

import { apacheConfigReader } from '../../../src/reading/apache/config.ts'
import type { ApacheConfig } from '../../../src/reading/apache/types.ts'
import type { Reading } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context } from './knowledge.ts'

/** A main file's lines, as the look gives them, each on a line of its number. */
export function dump(text: string, file = '/etc/apache2/apache2.conf'): string {
  const lines = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [`#  ${i + 1}:`, line.trim()]))
  return [`# In file: ${file}`, ...lines].join('\n')
}

/** Reads a configuration for a URL, through what is kept of it. */
export function reading(
  text: string,
  url = 'http://shop.example.com/checkout',
  more: { meta?: JsonObject; capture?: Partial<Capture> } = {},
): Reading<ApacheConfig> {
  const { protocol, hostname, port, pathname, search } = new URL(url)
  const scheme = protocol.replace(':', '')
  const facts = {
    'url.scheme': scheme,
    'url.host': hostname.replace(/^\[|\]$/g, ''),
    'url.port': BigInt(port === '' ? (scheme === 'https' ? 443 : 80) : port),
    'url.path': `${pathname}${search}`,
  }
  const capture: Capture = {
    kind: 'look',
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: null,
    ms: 3,
    startedAt: '2026-11-21T04:03:12.000Z',
    out: apacheConfigReader.keep?.(dump(text)).out ?? '',
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {
      conf: '/etc/apache2/apache2.conf',
      root: '/etc/apache2',
      files: [{ path: '/etc/apache2/apache2.conf', mtime: '2026-11-21T01:00:00.000Z' }],
      unreadable: [],
      limited: false,
      present: {},
      ...more.meta,
    },
    ...more.capture,
  }
  return apacheConfigReader.read(capture, context(facts))
}

export const valueFor = (...given: Parameters<typeof reading>): ApacheConfig => reading(...given).value

/** A virtual host of the shop's on port 80. */
export const shop = (lines: string, before = '') => `Listen 80
${before}
<VirtualHost *:80>
ServerName shop.example.com
${lines}
</VirtualHost>`

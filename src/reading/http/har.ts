/** More than this is not read as a browser's recording. In characters. */
const LONGEST = 4 * 1024 * 1024

/**
 * A browser's recording of requests (HAR 1.2, "Copy all as HAR"), or one entry of it: gives the response that failed, the last
 * one of several, as `curl -i` would have printed it. Null for anything else. Never throws.
 */
export function responseInHar(text: string): string | null {
  if (text.length > LONGEST || !text.trimStart().startsWith('{')) return null
  const entries = entriesOf(parsed(text)).flatMap((entry) => responseOf(entry) ?? [])
  const worst = [500, 400, 0].map((least) => entries.filter(({ status }) => status >= least).at(-1))
  const { head = null, body = '' } = worst.find((each) => each !== undefined) ?? {}
  return head === null ? null : `${head}\r\n\r\n${body}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function entriesOf(har: unknown): unknown[] {
  const entries = field(field(har, 'log'), 'entries')
  return Array.isArray(entries) ? entries : [har]
}

function responseOf(entry: unknown): { status: number; head: string; body: string } | null {
  const response = field(entry, 'response')
  const status = field(response, 'status')
  const headers = field(response, 'headers')
  if (typeof status !== 'number' || status < 100 || status > 999 || !Array.isArray(headers)) return null
  const version = /^(?:http\/|h)?([123](?:\.[01])?)$/i.exec(oneLine(field(response, 'httpVersion')))?.[1] ?? '1.1'
  const lines = headers.map((header) => `${oneLine(field(header, 'name'))}: ${oneLine(field(header, 'value'))}`)
  const head = [`HTTP/${version} ${status} ${oneLine(field(response, 'statusText'))}`.trimEnd(), ...lines].join('\r\n')
  return { status, head, body: bodyOf(field(response, 'content')) }
}

function bodyOf(content: unknown): string {
  const text = field(content, 'text')
  if (typeof text !== 'string') return ''
  return field(content, 'encoding') === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}

function oneLine(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : ''
}

/** One part of what the look `caddy-config` gave: a file's text, or an answer of the admin endpoint. */
export interface Section {
  /** file | running | upstreams */
  kind: 'file' | 'running' | 'upstreams'
  /** A path, or the URL that was asked. */
  of: string
  text: string
}

const HEADERS = {
  file: '# configuration file ',
  running: '# running configuration ',
  upstreams: '# upstreams ',
} as const
const KINDS = ['file', 'running', 'upstreams'] as const

/** The line that stands before each part. */
export function sectionHeader({ kind, of }: Pick<Section, 'kind' | 'of'>): string {
  return `${HEADERS[kind]}${of}:`
}

/** Splits what the look gave. Text without any header is one nameless part: pasted JSON is what runs, anything else a file. */
export function splitSections(out: string): Section[] {
  const sections: { kind: Section['kind']; of: string; lines: string[] }[] = []
  for (const line of out.split('\n')) {
    const kind = line.endsWith(':') ? KINDS.find((each) => line.startsWith(HEADERS[each])) : undefined
    if (kind !== undefined) sections.push({ kind, of: line.slice(HEADERS[kind].length, -1), lines: [] })
    else sections.at(-1)?.lines.push(line)
  }
  if (sections.length > 0) return sections.map(({ kind, of, lines }) => ({ kind, of, text: lines.join('\n') }))
  if (out.trim() === '') return []
  return [{ kind: jsonOf(out) === undefined ? 'file' : 'running', of: '', text: out }]
}

/** A comment in a file that looks like a header of ours gets a second `#`. */
export function unambiguous(text: string): string {
  return text.replace(/^# (configuration file|running configuration|upstreams) /gm, '## $1 ')
}

/** The text as JSON where it is an object or a list, else undefined. */
export function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

import type { JsonObject } from '../../words/json.ts'

/** One part of what the look `edge-config` gave: a file's content or an answer, each as JSON. */
export interface EdgePart {
  /** `file` (its first configuration), `more` (files that it names), or `asked` (an answer of the running gateway). */
  kind: 'file' | 'more' | 'asked'
  /** A path, or the URL that was asked. */
  of: string
  json: JsonObject
}

const HEADERS = { file: '# configuration ', more: '# more configuration ', asked: '# GET ' } as const
const KINDS = ['file', 'more', 'asked'] as const

/** How a part stands in the output: a header's line, and one line of JSON. */
export function writtenPart({ kind, of, json }: EdgePart): string {
  return `${HEADERS[kind]}${of.replace(/[\r\n]/g, ' ')}:\n${JSON.stringify(json)}\n`
}

/**
 * Splits what the look gave. Text without a header is a pasted answer, of whom its fields tell. A list stands as `{ "list": […] }`.
 * `whole` is false where a part is no JSON: it was cut.
 */
export function splitParts(out: string): { parts: EdgePart[]; whole: boolean } {
  const lines = out.split('\n')
  const headed = lines.some((line) => KINDS.some((kind) => line.startsWith(HEADERS[kind])))
  if (!headed) {
    const json = jsonOf(out)
    return { parts: json ? [{ kind: 'asked', of: '', json }] : [], whole: json !== undefined }
  }
  const parts: EdgePart[] = []
  let whole = true
  for (const [at, line] of lines.entries()) {
    const kind = line.endsWith(':') ? KINDS.find((each) => line.startsWith(HEADERS[each])) : undefined
    if (kind === undefined) continue
    const json = jsonOf(lines[at + 1] ?? '')
    if (json === undefined) whole = false
    else parts.push({ kind, of: line.slice(HEADERS[kind].length, -1), json })
  }
  return { parts, whole }
}

/** The text as a JSON object; a list becomes one with the field `list`. */
export function jsonOf(text: string): JsonObject | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return { list: value }
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** `http://127.0.0.1:9901` of the URL that was asked; '' of a path. */
export function originOf(of: string): string {
  return /^https?:\/\/[^/\s]{1,300}/.exec(of)?.[0] ?? ''
}

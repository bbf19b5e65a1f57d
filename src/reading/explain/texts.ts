import { parseErrorLine } from '../nginx/error-line.ts'

/** The texts of one line that a message may be: the line, what its writer put into it, what stands behind its front. */
export interface LineTexts {
  line: string
  /** Strings of a line that is JSON, and the message of a line whose form is known: whole messages. */
  messages: readonly string[]
  /** A reader took the line apart: whose message `messages` holds. No other text of this line is that writer's. */
  writer: string | null
}

/** Under these names loggers put what happened. */
const MESSAGE_KEYS = ['msg', 'message', 'MESSAGE', 'error', 'err', 'log', 'desc', 'reason']
const MOST_FRONT_WORDS = 16

/** Takes a line apart. Never throws. */
export function textsOf(line: string): LineTexts {
  if (line.startsWith('{')) return { line, messages: jsonMessages(line), writer: null }
  const nginx = parseErrorLine(line)
  if (nginx) return { line, messages: [nginx.message], writer: 'nginx-error' }
  return { line, messages: [], writer: null }
}

function jsonMessages(line: string): string[] {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return []
    const record = new Map<string, unknown>(Object.entries(value))
    return MESSAGE_KEYS.flatMap((key) => {
      const text = record.get(key)
      return typeof text === 'string' && text !== '' ? [text.trimEnd()] : []
    })
  } catch {
    return []
  }
}

/** What stands behind each of the line's first words: stamps, hosts and programs stand in front of a message. */
export function* behindFront(line: string): Generator<string> {
  let at = 0
  for (let words = 0; words < MOST_FRONT_WORDS; words += 1) {
    at = line.indexOf(' ', at)
    if (at < 0) return
    while (line.charCodeAt(at) === 32) at += 1
    if (at < line.length) yield line.slice(at)
  }
}

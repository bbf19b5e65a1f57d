import { PassThrough } from 'node:stream'
import type { Begin } from '../../src/terminal/app.ts'
import { runLines } from '../../src/terminal/lines.ts'

const LIMIT_MS = 8000

/** A conversation with the wizard line by line, over streams. */
export interface Talk {
  /** Everything that was printed. */
  said(): string
  /** What was printed since the last time this was asked. */
  fresh(): string
  /** Sends a line and gives what is printed until the next prompt. */
  answer(line: string): Promise<string>
  /** Sends text as it is. */
  send(text: string): void
  /** Sends bytes, which may end in the middle of a character. */
  bytes(bytes: Buffer): void
  /** Waits until the new text holds it. */
  waitFor(wanted: string | RegExp): Promise<string>
  interrupt(): void
  /** The input ends. */
  end(): Promise<void>
  /** Resolves when the wizard is over. */
  over: Promise<unknown>
  /** What became of raw mode, in order. */
  raw: boolean[]
  abort(): void
}

interface Options {
  /** Somebody sits at a terminal. */
  tty?: boolean
  columns?: number
  color?: boolean
  every?: number
}

/** A prompt stands at the end: nothing more comes until it is answered. */
const PROMPT = /(?:^|\n)(?:\[\w+\]|>|\$|Note:|Leave\? \[y\]) $/

export function talk(begin: Begin, { tty = false, columns = 80, color = false, every }: Options = {}): Talk {
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: tty, setRawMode: (on: boolean) => raw.push(on) })
  const listeners = new Set<() => void>()
  const interrupters = new Set<() => void>()
  const controller = new AbortController()
  let text = ''
  let seen = 0
  const out = (more: string) => {
    text += more
    for (const listener of listeners) listener()
  }
  const interrupts = (listener: () => void) => {
    interrupters.add(listener)
    return () => interrupters.delete(listener)
  }
  let ended = false
  const over = runLines(
    begin,
    { stdin, out, columns: () => columns, color, interrupts, ...(every === undefined ? {} : { every }) },
    controller.signal,
  ).finally(() => {
    ended = true
    out('')
  })
  over.catch(() => {})

  const fresh = () => {
    const more = text.slice(seen)
    seen = text.length
    return more
  }
  const waitFor = (wanted: string | RegExp) =>
    new Promise<string>((resolve, reject) => {
      const holds = () => {
        const more = text.slice(seen)
        if (typeof wanted === 'string' ? more.includes(wanted) : wanted.test(more)) settle(() => resolve(fresh()))
        else if (ended) settle(() => reject(new Error(`it ended before ${wanted} was said:\n${more}`)))
      }
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${wanted} was not said in time:\n${text.slice(seen)}`))),
        LIMIT_MS,
      )
      const settle = (then: () => void) => {
        clearTimeout(timer)
        listeners.delete(holds)
        then()
      }
      listeners.add(holds)
      holds()
    })
  return {
    said: () => text,
    fresh,
    async answer(line) {
      while (!PROMPT.test(text)) await waitFor(PROMPT)
      seen = text.length
      stdin.write(`${line}\n`)
      return waitFor(PROMPT)
    },
    send: (more) => void stdin.write(more),
    bytes: (more) => void stdin.write(more),
    waitFor,
    interrupt: () => {
      for (const listener of interrupters) listener()
    },
    async end() {
      stdin.end()
      await over
    },
    over,
    raw,
    abort: () => controller.abort(),
  }
}

/** Everything at once from a file; gives all that was printed. */
export async function fromFile(begin: Begin, answers: string, options: Options = {}): Promise<string> {
  const made = talk(begin, { ...options, tty: false })
  made.send(answers)
  await made.end()
  return made.said()
}

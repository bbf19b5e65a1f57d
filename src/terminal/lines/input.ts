import { StringDecoder } from 'node:string_decoder'
import { visible } from '../../words/visible.ts'
import { createSplitter } from './splitter.ts'

/** What a person, or a file in their place, said next. */
export type Heard =
  | { kind: 'line'; text: string }
  /** Ctrl-C. */
  | { kind: 'interrupt' }
  /** Nothing more will come. */
  | { kind: 'end' }

/** Where lines come from. A terminal can be asked for its keys one by one. */
export interface Source extends NodeJS.ReadableStream {
  isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

/** Lines, one at a time, in the order in which they came. */
export interface LineInput {
  /** The next line; waits for it. */
  next(): Promise<Heard>
  /**
   * While something runs at a terminal, an empty line or Ctrl-C is meant for it; null when nothing runs. Lines
   * of a file wait for their question instead: the same answers always give the same walk.
   */
  whileBusy(stop: ((heard: Heard) => void) | null): void
  /**
   * Keys one by one, so that long lines come whole: a terminal that collects lines itself keeps 4,095 bytes of one
   * (Linux, termios(3), canonical mode). `echo` shows what is typed. Null: lines again.
   */
  raw(echo: ((text: string) => void) | null): void
  close(): void
}

/** The line that ends a text of several lines. */
export const END_OF_TEXT = '.'
/** More characters than this at once are no keys. */
const MOST_TYPED = 16
/** At most so many lines wait; the stream is held back then. Not a terminal: its Ctrl-C must be heard. */
const MOST_WAITING = 1000

/** `interrupts` tells of SIGINT; its return value stops that. */
export function createLineInput(source: Source, interrupts: (listener: () => void) => () => void): LineInput {
  const decoder = new StringDecoder('utf8')
  const splitter = createSplitter()
  const tty = source.isTTY === true
  let waiting: Heard[] = []
  let wanted: ((heard: Heard) => void) | null = null
  let busy: ((heard: Heard) => void) | null = null
  let echo: ((text: string) => void) | null = null
  let ended = false

  const onData = (chunk: Buffer | string) => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
    if (echo) keys(text, echo)
    else for (const line of splitter.add(text)) hear({ kind: 'line', text: line })
  }
  const onEnd = () => {
    if (ended) return
    ended = true
    const rest = splitter.end()
    if (rest !== null) hear({ kind: 'line', text: rest })
    hear({ kind: 'end' })
  }
  const unhook = interrupts(() => hear({ kind: 'interrupt' }))
  source.on('data', onData)
  source.on('end', onEnd)
  // A terminal that hangs up fails to read; there is nothing more to hear from it either.
  source.on('error', onEnd)
  source.on('close', onEnd)

  return {
    next() {
      const first = waiting.shift()
      if (first) {
        if (waiting.length < MOST_WAITING / 2 && source.isPaused()) source.resume()
        return Promise.resolve(first)
      }
      if (ended) return Promise.resolve({ kind: 'end' })
      return new Promise((resolve) => {
        wanted = resolve
      })
    },
    whileBusy(stop) {
      busy = stop
    },
    raw(to) {
      if (!tty || !source.setRawMode || (to === null) === (echo === null)) return
      source.setRawMode(to !== null)
      echo = to
    },
    close() {
      unhook()
      source.off('data', onData)
      source.off('end', onEnd)
      source.off('error', onEnd)
      source.off('close', onEnd)
      if (echo) source.setRawMode?.(false)
      echo = null
      source.pause()
      ended = true
      wanted?.({ kind: 'end' })
      wanted = null
    },
  }

  function hear(heard: Heard) {
    const stops = heard.kind === 'interrupt' || (tty && heard.kind === 'line' && heard.text.trim() === '')
    if (busy && stops) {
      busy(heard)
      return
    }
    if (wanted) {
      const to = wanted
      wanted = null
      to(heard)
      return
    }
    // What was typed ahead was meant for a program that was not to be interrupted.
    if (heard.kind === 'interrupt') waiting = waiting.filter(({ kind }) => kind === 'end')
    waiting.push(heard)
    if (!tty && waiting.length >= MOST_WAITING) source.pause()
  }

  /** Keys one by one: Ctrl-C, Ctrl-D and Backspace do what the terminal does with them otherwise. */
  function keys(text: string, show: (text: string) => void) {
    if (text.length > MOST_TYPED) {
      // A paste: what its controls would do at a keyboard is not meant, and nobody wants to see all of it again.
      for (const line of splitter.add(text)) hear({ kind: 'line', text: line })
      return
    }
    for (const part of text.split(/([\u0003\u0004\u007f\b])/)) {
      if (part === '') continue
      if (part === '\u0003') hear({ kind: 'interrupt' })
      else if (part === '\u0004') {
        const rest = splitter.end()
        if (rest !== null) hear({ kind: 'line', text: rest })
        // It ends the text, not the conversation.
        hear({ kind: 'line', text: END_OF_TEXT })
      } else if (part === '\u007f' || part === '\b') {
        if (splitter.erase()) show('\b \b')
      } else {
        show(visible(part.replace(/\r\n?/g, '\n')).replaceAll('\n', '\r\n'))
        for (const line of splitter.add(part)) hear({ kind: 'line', text: line })
      }
    }
  }
}

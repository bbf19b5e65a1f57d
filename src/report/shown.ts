import { visible } from '../words/visible.ts'

/** Text from elsewhere as one line in which nothing is hidden. */
export function oneLine(text: string): string {
  return visible(text.replace(/[\r\n\t]+/g, ' ')).trim()
}

/** Words that a shell takes as they are (POSIX.1, 2.2 Quoting). */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/** A command as it can be typed into a POSIX shell, on one line, with nothing hidden in it. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word) => oneLine(word))
    .map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}

/** Milliseconds as a person says them: `85 ms`, `2.4 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
}

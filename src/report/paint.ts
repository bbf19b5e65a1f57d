/** Puts emphasis on text, or leaves it as it is where colours are not wanted. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

/** `color`: the stream is a terminal, and neither NO_COLOR nor --no-color was given. */
export function createPaint(color: boolean): Paint {
  // ECMA-48 SGR: each on-code with the off-code that ends only it.
  const between = (on: number, off: number) => (text: string) =>
    color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text
  return {
    bold: between(1, 22),
    dim: between(2, 22),
    red: between(31, 39),
    green: between(32, 39),
    yellow: between(33, 39),
  }
}

/** NO_COLOR counts when it is there and not empty (no-color.org). */
export function wantsColor(tty: boolean, env: Record<string, string | undefined>): boolean {
  return tty && !env.NO_COLOR && env.TERM !== 'dumb'
}

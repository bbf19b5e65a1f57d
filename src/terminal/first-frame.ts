import type { App } from './app.ts'
import { paintedFrame } from './frame.ts'

/** Where the screens are drawn and keys come from. */
export interface Streams {
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

/** Cursor to the corner, erase the screen (ECMA-48); the scrollback stays. */
export const ERASE_ALL = '\u001b[H\u001b[2J'
// The other screen, and a hidden cursor (xterm, ctlseqs).
const ENTER = '\u001b[?1049h\u001b[?25l'
// Bracketed paste off, cursor shown, the normal screen.
const LEAVE = '\u001b[?2004l\u001b[?25h\u001b[?1049l'
// What stands between is shown at once (synchronized output); a terminal that does not know it shows it as it comes.
const AT_ONCE = ['\u001b[?2026h', '\u001b[?2026l'] as const
const CORNER = '\u001b[H'

/**
 * Takes the terminal and shows the first frame, before what draws all others is loaded: it is read meanwhile, and what is
 * typed waits for it. The cursor stays in the corner, where the next frame begins.
 */
export function openScreens(app: App, { stdin, stdout }: Streams): void {
  // Nothing listens yet: what is typed until then would be echoed into the frame, and edited by the kernel.
  stdin.setRawMode?.(true)
  const rows = paintedFrame(app)
  stdout.write(`${AT_ONCE[0]}${ENTER}${ERASE_ALL}${rows.join('\r\n')}${CORNER}${AT_ONCE[1]}`)
}

/** The terminal as it was, where what draws cannot do it. */
export function giveBack({ stdin, stdout }: Streams): void {
  stdin.unref?.()
  stdin.setRawMode?.(false)
  if (stdout.isTTY) stdout.write(LEAVE)
}

export interface VisibleOptions {
  /** Keep line feeds (default); without them the text becomes one line. */
  lines?: boolean
  /** A longer line is cut here, with `…` in its place. Default 4,096 characters. */
  longest?: number
}

const LONGEST = 4096

// Every part below is linear: neighbouring repeats share no character, and a sequence ends at the next escape.
/** OSC, DCS, SOS, PM and APC with their end. Without an end only the introducer goes: the text stays to be seen. */
const STRINGS =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0080-\u009f\n]*(?:\u0007|\u001b\\|\u009c)/g
/** CSI sequences; the two-character and charset escapes; an introducer that nothing follows. */
const SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]|[\u009b\u009d\u0090\u0098\u009e\u009f]/g
/** Bidirectional marks, overrides and isolates, zero-width and other characters that cannot be seen. */
const UNSEEN =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\p{Default_Ignorable_Code_Point}(?<![\ufe00-\ufe0f])/gu
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g
/** More marks on one letter than any writing needs draw over the lines around it. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

/**
 * Text from elsewhere, safe to show on a terminal or in a report: escape sequences and invisible characters are gone,
 * control characters stand as their pictures (`␇`), tabs are spaces, `\r\n` is `\n`, lone surrogates are U+FFFD,
 * long lines are cut. Showing what was shown changes nothing more. Linear in the text.
 */
export function visible(text: string, { lines = true, longest = LONGEST }: VisibleOptions = {}): string {
  const clean = text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(STRINGS, '')
    .replace(SEQUENCES, '')
    .replace(UNSEEN, '')
    .replace(CONTROLS, picture)
    .replace(PILED_MARKS, '$1')
  if (!lines) return cut(clean.replaceAll('\n', ' '), longest)
  return clean.length <= longest
    ? clean
    : clean
        .split('\n')
        .map((line) => cut(line, longest))
        .join('\n')
}

function picture(control: string): string {
  const code = control.charCodeAt(0)
  if (control === '\t' || code >= 0x2028) return ' '
  if (code === 0x7f) return '\u2421'
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
}

function cut(line: string, longest: number): string {
  if (line.length <= longest) return line
  const kept = line.slice(0, Math.max(0, longest - 1))
  const half = kept.charCodeAt(kept.length - 1)
  return `${half >= 0xd800 && half <= 0xdbff ? kept.slice(0, -1) : kept}…`
}

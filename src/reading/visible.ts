/** Escape sequences (CSI, OSC and the short ones), linear: no part can match in two ways. */
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)|\u009b[0-?]*[ -/]*[@-~]?/g
/** Control characters but tab and line feed, the C1 block, and what reorders or hides text. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * Text from elsewhere, safe to put on a screen: escape sequences, control characters, bidirectional
 * overrides and invisible characters are gone, line ends are `\n`. At most `limit` characters are looked at and kept.
 */
export function visibleText(text: string, limit = 4096): string {
  return text
    .slice(0, limit)
    .replaceAll('\r\n', '\n')
    .replace(ESCAPES, '')
    .replace(HIDDEN, '')
    .replace(LONE_SURROGATE, '\ufffd')
}

/** One line of visible text: line ends and tabs become spaces. */
export function visibleLine(text: string, limit = 4096): string {
  return visibleText(text, limit).replace(/[\n\t]/g, ' ')
}

/** Bytes as text in which every byte can be seen: printable ASCII as it is, the rest as `\x16`. */
export function visibleBytes(bytes: Uint8Array): string {
  let shown = ''
  for (const byte of bytes) {
    if (byte === 0x0a) shown += '\\n'
    else if (byte === 0x0d) shown += '\\r'
    else if (byte >= 0x20 && byte < 0x7f) shown += String.fromCharCode(byte)
    else shown += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return shown
}

/**
 * Finds the end of a `…_by_lua_block { … }` of lua-nginx-module: braces count, but not those in Lua's
 * strings, long brackets and comments. `from` is the index after the opening brace. Returns the index
 * after the closing one, or -1 when there is none. One pass.
 */
export function luaBlockEnd(text: string, from: number): number {
  let depth = 1
  const token = /\{|\}|--|"|'|\[=*\[/g
  token.lastIndex = from
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [what] = found
    if (what === '{') depth++
    else if (what === '}') {
      depth--
      if (depth === 0) return token.lastIndex
    } else {
      const end = what === '--' ? commentEnd(text, token.lastIndex) : stringEnd(text, what, token.lastIndex)
      if (end < 0) return -1
      token.lastIndex = end
    }
  }
  return -1
}

function commentEnd(text: string, from: number): number {
  const long = /^\[=*\[/.exec(text.slice(from, from + 64))
  if (long !== null) return stringEnd(text, long[0], from + long[0].length)
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function stringEnd(text: string, opening: string, from: number): number {
  if (opening.startsWith('[')) {
    const closing = opening.replaceAll('[', ']')
    const end = text.indexOf(closing, from)
    return end < 0 ? -1 : end + closing.length
  }
  for (let at = from; at < text.length; at++) {
    const ch = text[at]
    if (ch === '\\') at++
    else if (ch === opening || ch === '\n') return at + 1
  }
  return -1
}

/** A command as written in a flow, split into argv; or why it cannot be one. */
export type Split = { ok: true; argv: string[] } | { ok: false; what: string; mend: string }

const READER = 'there is never a shell: a reader does what the pipe would do'

const REFUSED: Record<string, string> = {
  '|': READER,
  ';': 'write a node for each command',
  '&': 'write a node for each command; nothing runs in the background',
  '>': 'the output is kept anyway: leave the redirection out',
  '<': 'name the file as an argument',
  '`': 'learn the value as a fact first, and write {fact}',
  '(': 'there is no subshell: write a node for each command',
  ')': 'there is no subshell: write a node for each command',
  '*': 'there are no globs: name the file, or quote the character',
  '?': 'there are no globs: name the file, or quote the character',
  '~': 'write the whole path',
}

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/

/**
 * Splits like a shell's words and does nothing else of a shell: blanks part, '…' and "…" hold
 * together, \\ escapes one character. Braces of `{fact}` placeholders stay as they are.
 */
export function splitCommand(text: string): Split {
  const argv: string[] = []
  let word: string | null = null
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (CONTROL.test(c)) return refuse('a control character', 'write the command in one line')
    if (quote !== '') {
      if (c === quote) quote = ''
      else if (c === '\\' && quote === '"' && /["\\]/.test(text.charAt(i + 1))) word += text.charAt(++i)
      else word += c
      continue
    }
    if (c === ' ' || c === '\t') {
      if (word !== null) argv.push(word)
      word = null
    } else if (c === "'" || c === '"') {
      quote = c
      word ??= ''
    } else if (c === '\\') {
      if (i + 1 === text.length) return refuse('a backslash at the end', 'leave it out')
      if (CONTROL.test(text.charAt(i + 1))) return refuse('a control character', 'write the command in one line')
      word = (word ?? '') + text.charAt(++i)
    } else if (c === '$') {
      return refuse('"$"', 'there are no variables: write {fact}, or quote the character with single quotes')
    } else {
      const mend = REFUSED[c]
      if (mend !== undefined && !(c === '~' && word !== null)) return refuse(JSON.stringify(c), mend)
      word = (word ?? '') + c
    }
  }
  if (quote !== '') return refuse(`a ${quote} without its partner`, 'close the quotes')
  if (word !== null) argv.push(word)
  if (argv.length === 0) return { ok: false, what: 'the command is empty', mend: 'write one program and its arguments' }
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(argv[0] ?? '')) {
    return refuse('a variable before the program', 'the environment is built by the tool: leave it out')
  }
  return { ok: true, argv }
}

function refuse(found: string, mend: string): Split {
  return { ok: false, what: `a command may not hold ${found}`, mend }
}

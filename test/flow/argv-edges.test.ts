import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCommand } from '../../src/flow/argv.ts'

const words = (text: string) => {
  const split = splitCommand(text)
  return split.ok ? split.argv : `refused: ${split.what}`
}

describe('words', () => {
  test.each<[string, string, string[]]>([
    ['one program alone', 'uptime', ['uptime']],
    ['blanks around', '   uptime   ', ['uptime']],
    ['tabs between', 'df\t-k\t-P', ['df', '-k', '-P']],
    ['a long flag with its value', 'head --lines=20 /etc/hosts', ['head', '--lines=20', '/etc/hosts']],
    ['an equals sign behind the program', 'tool a=b', ['tool', 'a=b']],
    ['a comma list', 'ps -o pid,ppid,stat', ['ps', '-o', 'pid,ppid,stat']],
    ['an address with a port', 'curl http://127.0.0.1:3000/', ['curl', 'http://127.0.0.1:3000/']],
    ['a percent format', 'curl -w %{http_code}', ['curl', '-w', '%{http_code}']],
    ['an IPv6 address in brackets', 'curl http://[::1]:3000/', ['curl', 'http://[::1]:3000/']],
    ['a placeholder within a word', 'x --since=-{window.seconds}s', ['x', '--since=-{window.seconds}s']],
    ['two placeholders in one word', 'x {app.host}:{app.port}', ['x', '{app.host}:{app.port}']],
    ['doubled braces', 'x {{.Names}}', ['x', '{{.Names}}']],
    ['a hash: there are no comments', 'x #1', ['x', '#1']],
    ['an exclamation mark: there is no history', 'x !1', ['x', '!1']],
    ['an at sign', 'dig @127.0.0.53 a.b', ['dig', '@127.0.0.53', 'a.b']],
    ['a tilde within a word', 'x a~b', ['x', 'a~b']],
    ['letters beyond ASCII', 'x naïve 日本', ['x', 'naïve', '日本']],
    ['a lone dash', 'cat -', ['cat', '-']],
    ['two dashes', 'cat -- -x', ['cat', '--', '-x']],
  ])('%s', (_, text, argv) => {
    expect(words(text)).toEqual(argv)
  })
})

describe('single quotes hold everything but themselves', () => {
  test.each<[string, string, string[]]>([
    ['blanks', "x 'a b'", ['x', 'a b']],
    ['a dollar sign', "x '$HOME'", ['x', '$HOME']],
    ['a backtick', "x '`id`'", ['x', '`id`']],
    ['a pipe', "x 'a|b'", ['x', 'a|b']],
    ['a semicolon', "x 'a;b'", ['x', 'a;b']],
    ['a star', "x '*'", ['x', '*']],
    ['parentheses', "ss '( dport = :80 )'", ['ss', '( dport = :80 )']],
    ['a double quote', `x 'a"b'`, ['x', 'a"b']],
    ['a backslash, which escapes nothing', "x 'a\\nb'", ['x', 'a\\nb']],
    ['nothing at all', "x '' y", ['x', '', 'y']],
    ['a part of a word', "x a'b c'd", ['x', 'ab cd']],
    ['two in a row', "x 'a''b'", ['x', 'ab']],
    ['the first character of a word with a tilde', "x '~'", ['x', '~']],
  ])('%s', (_, text, argv) => {
    expect(words(text)).toEqual(argv)
  })
})

describe('double quotes', () => {
  test.each<[string, string, string[]]>([
    ['hold blanks', 'x "a b"', ['x', 'a b']],
    ['hold a single quote', `x "it's"`, ['x', "it's"]],
    ['give a double quote for an escaped one', 'x "a\\"b"', ['x', 'a"b']],
    ['give a backslash for two', 'x "a\\\\b"', ['x', 'a\\b']],
    ['keep a backslash before any other letter', 'x "a\\nb"', ['x', 'a\\nb']],
    ['may be empty', 'x ""', ['x', '']],
    ['may stand inside a word', 'x a"b c"d', ['x', 'ab cd']],
    ['may follow single ones', `x 'a'"b"`, ['x', 'ab']],
    ['hold what would be a glob', 'x "*.log"', ['x', '*.log']],
  ])('%s', (_, text, argv) => {
    expect(words(text)).toEqual(argv)
  })
})

describe('a backslash outside of quotes', () => {
  test.each<[string, string, string[]]>([
    ['a blank', 'x a\\ b', ['x', 'a b']],
    ['a quote', "x it\\'s", ['x', "it's"]],
    ['a dollar sign', 'x \\$1', ['x', '$1']],
    ['a star', 'x \\*', ['x', '*']],
    ['a pipe', 'x a\\|b', ['x', 'a|b']],
    ['itself', 'x a\\\\b', ['x', 'a\\b']],
    ['the only character of a word', 'x \\ ', ['x', ' ']],
    ['an ordinary letter', 'x \\a', ['x', 'a']],
  ])('escapes %s', (_, text, argv) => {
    expect(words(text)).toEqual(argv)
  })

  test.each(['x a\\\nb', 'x a\\\u001bb', 'x \\\u0000', 'x a\\\r'])('never lets a control character in: %j', (text) => {
    expect(words(text)).toBe('refused: a command may not hold a control character')
  })
})

describe('what only a shell could do is refused wherever it stands', () => {
  test.each<[string, string, string]>([
    ['a pipe without blanks', 'a|b', '"|"'],
    ['a pipe of both streams', 'a |& b', '"|"'],
    ['an alternative', 'a || b', '"|"'],
    ['a command after another', 'a;b', '";"'],
    ['a background job', 'a&', '"&"'],
    ['an appended file', 'a >> f', '">"'],
    ['the error stream', 'a 2>/dev/null', '">"'],
    ['a here-document', 'a << EOF', '"<"'],
    ['a process as a file', 'a <(b)', '"<"'],
    ['a subshell', '(a)', '"("'],
    ['a closing parenthesis', 'a )', '")"'],
    ['a variable in braces', 'x $\u007bHOME}', '"$"'],
    ['a dollar sign at the end', 'x a$', '"$"'],
    ['a dollar quote', "x $'a'", '"$"'],
    ['a backtick within a word', 'x a`b`', '"`"'],
    ['a glob within a word', 'x a*b', '"*"'],
    ['a question mark within a URL', 'curl http://h/?a=1', '"?"'],
    ['an ampersand within a URL', 'curl http://h/a&b', '"&"'],
    ['the home of somebody', 'x ~root/a', '"~"'],
    ['a line end', 'a\nb', 'a control character'],
    ['a carriage return', 'a\rb', 'a control character'],
    ['an escape sequence', 'a \u001b[31m', 'a control character'],
    ['NUL', 'a \u0000', 'a control character'],
    ['DEL', 'a \u007f', 'a control character'],
    ['a line end within quotes', "a 'b\nc'", 'a control character'],
    ['NUL within double quotes', 'a "\u0000"', 'a control character'],
  ])('%s', (_, text, found) => {
    expect(words(text)).toBe(`refused: a command may not hold ${found}`)
  })
})

describe('a command begins with a program', () => {
  test.each(['A=1 x', 'PATH=/tmp x', '_a9=1 x', 'A= x', 'LD_PRELOAD=/tmp/x.so ss'])('no variable: %s', (text) => {
    expect(words(text)).toBe('refused: a command may not hold a variable before the program')
  })

  test.each(['', ' ', '\t', ' \t '])('not nothing: %j', (text) => {
    expect(splitCommand(text)).toEqual({
      ok: false,
      what: 'the command is empty',
      mend: 'write one program and its arguments',
    })
  })

  test('what only looks like a variable may be a program', () => {
    expect(words('9a=1 x')).toEqual(['9a=1', 'x'])
    expect(words('a-b=1 x')).toEqual(['a-b=1', 'x'])
  })
})

describe('quotes want their partner', () => {
  test.each([`x "a`, `x "a\\"`, `x "`, `"x`, `x 'a"b" "`])('double: %s', (text) => {
    expect(words(text)).toMatch(/without its partner$/)
  })

  test.each([`x 'a`, `x '`, `x 'a\\'b'`])('single: %s', (text) => {
    expect(words(text)).toBe("refused: a command may not hold a ' without its partner")
  })
})

describe('whatever comes', () => {
  test('no word ever holds a control character but a tab', () => {
    const piece = fc.constantFrom("'", '"', '\\', ' ', '\n', '\u001b', '\t', 'a', '{', '}', '$', '~', '=')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const split = splitCommand(pieces.join(''))
        if (split.ok) expect(split.argv.join('')).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/)
        else expect([split.what, split.mend]).not.toContain('')
      }),
      { numRuns: 1000 },
    )
  })

  test('what was accepted can be quoted and split again to the same words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const split = splitCommand(text)
        if (!split.ok) return
        const quoted = split.argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
        expect(splitCommand(quoted)).toEqual(split)
      }),
    )
  })

  test('a hundred thousand words are split at once', () => {
    const split = splitCommand(`x ${'a '.repeat(100_000)}`)
    expect(split.ok && split.argv.length).toBe(100_001)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCommand } from '../../src/flow/argv.ts'

describe('splitCommand', () => {
  test.each([
    ['ss -ltnpH', ['ss', '-ltnpH']],
    ['  ss   -l\t-t ', ['ss', '-l', '-t']],
    ["journalctl --since '15 min ago'", ['journalctl', '--since', '15 min ago']],
    ['echo "a \\"b\\" c"', ['echo', 'a "b" c']],
    ["echo 'a \\ b'", ['echo', 'a \\ b']],
    ['echo a\\ b', ['echo', 'a b']],
    ["echo ''", ['echo', '']],
    ['docker ps --format "{{.Names}}"', ['docker', 'ps', '--format', '{{.Names}}']],
    ['systemctl show {app.unit}', ['systemctl', 'show', '{app.unit}']],
    ["curl --noproxy '*' 'http://h/?a=1&b=2'", ['curl', '--noproxy', '*', 'http://h/?a=1&b=2']],
    ['a"b c"d', ['ab cd']],
    ['cat backup~', ['cat', 'backup~']],
  ])('%s', (text, argv) => {
    expect(splitCommand(text)).toEqual({ ok: true, argv })
  })

  test.each([
    ['ss | grep 80', '"|"', 'a reader does what the pipe would do'],
    ['a; b', '";"', 'write a node for each command'],
    ['a & b', '"&"', 'nothing runs in the background'],
    ['a && b', '"&"', 'write a node for each command'],
    ['a > /tmp/x', '">"', 'leave the redirection out'],
    ['a < /tmp/x', '"<"', 'name the file as an argument'],
    ['echo $HOME', '"$"', 'there are no variables'],
    ['echo $(id)', '"$"', 'there are no variables'],
    ['echo `id`', '"`"', 'learn the value as a fact first'],
    ['cat /var/log/*.log', '"*"', 'there are no globs'],
    ['cat /var/log/a?', '"?"', 'there are no globs'],
    ['cat ~/x', '"~"', 'write the whole path'],
    ["cat 'x", "a ' without its partner", 'close the quotes'],
    ['cat x\\', 'a backslash at the end', 'leave it out'],
    ['A=1 cat x', 'a variable before the program', 'leave it out'],
    ['a\nb', 'a control character', 'in one line'],
    ['', 'the command is empty', 'write one program'],
  ])('refuses %j', (text, what, mend) => {
    const split = splitCommand(text)
    expect(split).toMatchObject({ ok: false, what: expect.stringContaining(what), mend: expect.stringContaining(mend) })
  })

  test('gives back what was quoted, whatever it is', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !/['\u0000-\u001f\u007f]/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const split = splitCommand(`x ${words.map((each) => `'${each}'`).join(' ')}`)
        expect(split).toEqual({ ok: true, argv: ['x', ...words] })
      }),
    )
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void splitCommand(text)))
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { judge } from '../../src/flow/effect.ts'
import { explainArgv } from '../../src/flow/explain-argv.ts'
import { flagName, spellingsOf } from '../../src/flow/flag-words.ts'

const { commands, nodes } = loadShipped()
const words = (command: string) => explainArgv(command.split(' '), commands).map(({ word }) => word)
const says = (command: string, word: string) =>
  explainArgv(command.split(' '), commands).find((piece) => piece.word === word)?.says

describe('a command in pieces', () => {
  test.each<[string, string[]]>([
    ['ss -ltnpH', ['ss', '-l', '-t', '-n', '-p', '-H']],
    ['ss --listening --tcp', ['ss', '--listening', '--tcp']],
    ['lsof -nP -b -w -iTCP -sTCP:LISTEN', ['lsof', '-n', '-P', '-b', '-w', '-iTCP', '-sTCP:LISTEN']],
    ['lsof -nPi', ['lsof', '-n', '-P', '-i']],
    ['tail -n 1000 -- /var/log/x', ['tail', '-n 1000', '/var/log/x']],
    ['tail -n50 /var/log/x', ['tail', '-n 50', '/var/log/x']],
    ['tail --lines=50 /var/log/x', ['tail', '--lines=50', '/var/log/x']],
    ['/usr/bin/ss -l', ['/usr/bin/ss', '-l']],
    [
      'systemctl show shop.service -p Id --timestamp=unix',
      ['systemctl', 'show', 'shop.service', '-p Id', '--timestamp=unix'],
    ],
    ['journalctl -u shop -o json -n 500 --no-pager', ['journalctl', '-u shop', '-o json', '-n 500', '--no-pager']],
    ['journalctl -k', ['journalctl', '-k']],
    ['curl -sSi -m 10 -X GET http://h/', ['curl', '-s', '-S', '-i', '-m 10', '-X GET', 'http://h/']],
    ['curl -o /dev/null http://h/', ['curl', '-o /dev/null', 'http://h/']],
    ['nsenter --target 8 --net ss -l', ['nsenter', '--target 8', '--net', 'ss', '-l']],
    ['nsenter -t 8 -n ss -l', ['nsenter', '-t 8', '-n', 'ss', '-l']],
    ['sudo -n -- timeout -k 2 5 ss -l', ['sudo', '-n', 'timeout', '-k 2', '5', 'ss', '-l']],
    ['systemctl reload nginx', ['systemctl', 'reload', 'nginx']],
    ['nginx -t', ['nginx', '-t']],
    ['kill -CONT 5', ['kill', '-CONT', '5']],
    ['aws elbv2 describe-target-health --region eu', ['aws', 'elbv2 describe-target-health', '--region eu']],
    ['top -b -n 1 -w 200', ['top', '-b -n 1', '-w 200']],
    ['docker logs -n 5 web', ['docker', 'logs', '-n 5', 'web']],
    ['ps -o pid,stat -p 5', ['ps', '-o pid,stat', '-p 5']],
    ['frobnicate --now', []],
    ['ss --unheard-of -l', ['ss', '-l']],
    ['', []],
  ])('%s', (command, want) => {
    expect(words(command)).toEqual(want)
  })

  test('with placeholders, as it is shown before its facts are known', () => {
    expect(words('journalctl -u {app.unit} -n 500')).toEqual(['journalctl', '-u {app.unit}', '-n 500'])
  })

  test('a flag means what it means behind its word', () => {
    expect(says('docker logs -n 5 web', '-n 5')).not.toBe(says('docker ps -n 5', '-n 5'))
    expect(says('docker ps -f a=b', '-f a=b')).not.toBe(says('docker inspect -f a=b web', '-f a=b'))
  })

  test('what only changes is explained and stays forbidden', () => {
    for (const command of [
      'systemctl restart shop',
      'nginx -t',
      'kill -CONT 5',
      'nsenter -t 8 -n ss',
      'sudo -n -- ss -l',
      'timeout 5 ss',
    ]) {
      expect(words(command).length).toBeGreaterThan(1)
      expect(judge(command.split(' '), commands)).toBe('changes')
    }
  })

  test('never throws, ends, and every piece has a sentence', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'ss',
        'sudo',
        'timeout',
        'nsenter',
        '--',
        '-n',
        '-ltn',
        '-i',
        '--target=8',
        '-t',
        '5',
        'systemctl',
        'show',
        '-',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (argv) => {
        for (const piece of explainArgv(argv, commands)) expect(piece.says).not.toBe('')
      }),
    )
  })
})

describe('every command that a probe or a fix runs', () => {
  const run = Object.values(nodes).flatMap((node) => {
    if (node.kind === 'probe' && node.probe.kind === 'run') return node.probe.commands
    if (node.kind === 'verdict') return node.fix.flatMap((step) => (step.run === undefined ? [] : [step.run]))
    return []
  })
  const once = [...new Map(run.map((argv) => [argv.join(' '), argv])).values()]

  test.each(once.map((argv) => [argv.join(' '), argv] as const))('%s is explained whole', (_, argv) => {
    const pieces = explainArgv(argv, commands)
    const told = pieces.flatMap(({ word }) => word.split(' ')).join(' ')
    for (const word of argv) {
      const letters =
        /^-[a-zA-Z]{2,}$/.test(word) && !told.includes(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word]
      for (const letter of letters) expect(`${told} `).toContain(`${letter} `)
    }
  })

  test('there are many', () => {
    expect(once.length).toBeGreaterThan(15)
  })
})

describe('every rule', () => {
  const rules = commands.map((rule) => [`${rule.program} ${rule.words.join(' ')}`.trim(), rule] as const)

  test.each(rules)('%s is explained: program, words, flags, free words', (_, rule) => {
    const sentence = /^[^{}`]{1,120}[^.]$/
    expect(rule.says.program).toMatch(sentence)
    if (rule.words.length > 0) expect(rule.says.words).toMatch(sentence)
    if (rule.operands && !rule.explainedOnly) expect(rule.says.operands).toMatch(sentence)
    for (const flag of rule.flags) expect(rule.says.flags[flagName(flag)]).toMatch(sentence)
  })
})

describe('spellings', () => {
  test.each([
    ['-n', [{ behind: '', flag: '-n', takesValue: false }]],
    [
      '-n, --lines',
      [
        { behind: '', flag: '-n', takesValue: false },
        { behind: '', flag: '--lines', takesValue: false },
      ],
    ],
    ['logs -n', [{ behind: 'logs', flag: '-n', takesValue: false }]],
    [
      'network ls -q, --quiet',
      [
        { behind: 'network ls', flag: '-q', takesValue: false },
        { behind: 'network ls', flag: '--quiet', takesValue: false },
      ],
    ],
    ['-t *', [{ behind: '', flag: '-t', takesValue: true }]],
  ])('%s', (key, want) => {
    expect(spellingsOf(key)).toEqual(want)
  })

  test.each([
    ['-n *', '-n'],
    ['--lines=*', '--lines'],
    ['--watch=false', '--watch'],
    ['-i*', '-i'],
    ['-X GET', '-X'],
    ['-l', '-l'],
    ['-f=*', '-f'],
  ])('%s is %s', (flag, want) => {
    expect(flagName(flag)).toBe(want)
  })
})

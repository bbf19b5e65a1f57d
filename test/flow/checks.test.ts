import { describe, expect, test } from 'vitest'
import { baseFiles, loadWith, told } from './support.ts'

const { 'locate.yaml': locate = '', 'facts.yaml': facts = '' } = baseFiles()

/** What is told when one text of the base flow is changed: `what | mend`, without places. */
function changed(before: string, after: string): string[] {
  if (!locate.includes(before)) throw new Error(`not in the base flow: ${before}`)
  return told(loadWith({ 'locate.yaml': locate.replace(before, after) })).map((line) => line.replace(/^\S+ /, ''))
}

const CONDITION = 'out.sockets.exists(s, s.port == url.port)'

describe('a condition', () => {
  test.each([
    'true',
    'out.complete',
    'out.complete && size(out.sockets) == 0',
    'size(out.sockets) > 0',
    'has(app.unit) && app.unit == "shop.service"',
    'out.sockets.exists(s, covers(s.address, "127.0.0.1") && s.port == url.port)',
    'out.sockets.exists(s, s.program.startsWith("node"))',
    'out.sockets.filter(s, s.port > 1024).size() > 0',
    '80 in out.sockets.map(s, s.port)',
    'url.port in [80, 443]',
    'size(out.sockets) > 0 ? out.owners : false',
  ])('may be %s', (condition) => {
    const quoted = `'${condition}'`
    expect(changed(CONDITION, quoted).filter((line) => !/app\.\w+" is not known/.test(line))).toEqual([])
  })

  test.each<[string, string]>([
    ['out', 'must be bool'],
    ['out.sockets[0].port', 'it is int, and must be bool'],
    ['"true"', 'it is string, and must be bool'],
    ['out.sockets.exists(s, s.prot == 80)', 'there is no field "prot" | did you mean "port"?'],
    ['out.socket.size() > 0', 'there is no field "socket" | did you mean "sockets"?'],
    ['url.port == "443"', 'there is no int == string'],
    ['url.port > 1.5', 'there are no doubles'],
    ['url.prt == 443', 'there is no fact "url.prt" | did you mean "url.port"?'],
    ['ur.port == 443', 'nothing is called "ur" | did you mean "url"?'],
    ['url.port == null', 'there is no null'],
    ['has(out.sockets)', 'has() asks for a fact'],
    ['out.sockets.any(s, true)', 'any() is not used in flows'],
    ['size(out.sockets) == 0', 'this holds when something was not seen'],
    ['!out.owners', 'this holds when something was not seen'],
    ['out.sockets.all(s, s.port != 80)', 'this holds when something was not seen'],
    ['out.sockets.exists(url, true)', '"url" already means something'],
    ['out.sockets.exists(s, s.port ==', 'Unexpected token'],
    ['[1]', 'must be bool'],
  ])('may not be %s: %s', (condition, what) => {
    expect(changed(CONDITION, `'${condition.replaceAll("'", "''")}'`).join('\n')).toContain(what)
  })
})

describe('a command of a probe', () => {
  test.each(['ss -ltn', 'ss -tlnpH', 'lsof -nP -iTCP', 'netstat -ltn', 'cat /etc/hosts', 'cat {url.port}'])(
    'may be %s',
    (run) => {
      expect(changed('ss -ltnpH', run)).toEqual([])
    },
  )

  test.each<[string, string]>([
    ['ss -K', 'is not known to only read'],
    ['rm -rf /', 'is not known to only read'],
    ['/usr/bin/ss -l', 'is not known to only read'],
    ['cat /dev/sda', 'is not known to only read'],
    ['cat {url.prt}', 'there is no fact "url.prt" | did you mean "url.port"?'],
    ['cat {url.port', 'is no placeholder'],
    ['cat {url}', '{url} is no placeholder'],
    ['cat {out.port}', 'there is no fact "out.port"'],
    ['cat {app.program}', '"app.program" is not known on every way here, and nobody may be asked for it'],
    ['ss -l | cat', 'a command may not hold "|"'],
  ])('may not be %s: %s', (run, what) => {
    expect(changed('ss -ltnpH', run).join('\n')).toContain(what)
  })

  test('may take at most two minutes', () => {
    expect(changed('timeout: 5s', 'timeout: 2m')).toEqual([])
    expect(changed('timeout: 5s', 'timeout: 121s')).toEqual(['nobody waits so long | give it at most 2m'])
  })
})

describe('a sentence', () => {
  test.each([
    'plain',
    '{url.port}',
    '{url.text} and {url.port}',
    '{{}}',
    '{size(out.sockets)} sockets',
    '{out.sockets.map(s, s.port)}',
    '{out.complete}',
  ])('may hold %s', (sentence) => {
    expect(changed('"others listen"', `'${sentence}'`)).toEqual([])
  })

  test.each<[string, string]>([
    ['{out}', 'cannot stand in a sentence'],
    ['{out.sockets}', 'cannot stand in a sentence'],
    ['{out.sokets}', 'there is no field "sokets"'],
    ['{url.prt}', 'there is no fact "url.prt"'],
    ['{app.program}', '"app.program" is not known on every way here'],
    ['{', 'a { without its }'],
    ['{}', 'Unexpected token'],
  ])('may not hold %s: %s', (sentence, what) => {
    expect(changed('"others listen"', `'${sentence}'`).join('\n')).toContain(what)
  })
})

describe('a verdict', () => {
  test.each<[string, string, string, string]>([
    [
      'its own cause as a symptom',
      'rivals: [wrong-port]',
      'rivals: [wrong-port]\n    symptoms: [process-down]',
      'among its own symptoms',
    ],
    [
      'a cause as rival and symptom',
      'rivals: [wrong-port]',
      'rivals: [wrong-port]\n    symptoms: [wrong-port]',
      'both a rival and a symptom',
    ],
    ['a proof of nobody', 'proof: [look.nothing]', 'proof: [look.nobody]', 'has no branch "nobody"'],
    [
      'a proof that leads elsewhere',
      'proof: [look.nothing]',
      'proof: [look.other]',
      'no way from locate/look.other leads to this verdict',
    ],
    ['a node that does not look to verify with', 'verify: [look]', 'verify: [unknown]', 'does not look at anything'],
    ['back to verify with', 'verify: [look]', 'verify: [back]', 'only go may be back'],
    ['an unknown remedy', 'prevent: [watch]', 'prevent: [wtach]', 'did you mean "watch"?'],
  ])('may not have %s', (_, before, after, what) => {
    expect(changed(before, after).join('\n')).toContain(what)
  })

  test.each([
    ['alternative proofs', 'proof: [look.nothing]', 'proof: [[look.nothing, locate/look.nothing]]'],
    ['a reason instead of rivals', 'rivals: [wrong-port]', 'rivals: { none: "nothing else looks so" }'],
    ['symptoms', 'rivals: [wrong-port]', 'rivals: [wrong-port]\n    symptoms: [no-healthy-upstream]'],
    ['a command that reads among its fixes', '- { say: "Start it" }', '- { run: "ss -l", effect: reads }'],
  ])('may have %s', (_, before, after) => {
    expect(changed(before, after)).toEqual([])
  })
})

describe('a fact', () => {
  test.each<[string, string, string]>([
    ['port', '"0"', 'the example is not a port from 1 to 65535'],
    ['url', 'shop', 'the example is not an http or https URL'],
    ['path', 'a/b', 'the example is not an absolute path'],
    ['unit', 'shop', 'the example is not a systemd unit name'],
    ['timestamp', 'soon', 'the example is not a time'],
    ['duration-ms', 'soon', 'the example is not a duration'],
    ['bool', '"yes"', 'the example is not true or false'],
    ['host', '"-a"', 'the example begins with a dash'],
  ])('of type %s may not have the example %s', (type, example, what) => {
    const more = `  - { name: app.more, type: ${type}, question: q, example: ${example}, discovered: d }\n`
    expect(told(loadWith({ 'facts.yaml': facts + more })).join('\n')).toContain(what)
  })
})

import { describe, expect, test } from 'vitest'
import { baseFiles, loadWith } from './support.ts'

/** The node `f/a` of a flow with this body, and what was told of it (the checker's words about the tree left out). */
function build(body: string) {
  const text = `flow: f\ntitle: t\nstart: a\nnodes:\n  a:\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`
  const { library, problems } = loadWith({ ...baseFiles(), 'f.yaml': text })
  const told = problems
    .filter((problem) => problem.file === 'flows/f.yaml')
    .map(({ line, column, what, mend }) => `${line}:${column} ${what} | ${mend}`)
  return { node: library.nodes['f/a'], told }
}

const WAYS = 'branches: [{ id: x, found: f, go: b }]\nblind: { go: locate/unknown }'
const probe = (spec: string, ways = WAYS) => build(`title: q\nprobe: ${spec}\n${ways}`)
const specOf = (spec: string) => {
  const { node } = probe(spec)
  return node?.kind === 'probe' ? node.probe : undefined
}
const LIMITS = { at: 'here', read: 'text', timeoutMs: 5000, leaks: false }

describe('a run', () => {
  test.each<[string, string, object]>([
    ['one command', '{ run: ss -ltn, at: here, read: text, timeout: 5s }', { commands: [['ss', '-ltn']] }],
    [
      'alternatives in their order',
      '{ run: ss, else: [lsof -n, "netstat -l"], at: here, read: text, timeout: 5s }',
      { commands: [['ss'], ['lsof', '-n'], ['netstat', '-l']] },
    ],
    [
      'the own look that answers otherwise',
      '{ run: ss, otherwise: listeners, at: here, read: text, timeout: 5s }',
      { commands: [['ss']], otherwise: 'listeners' },
    ],
    [
      'quotes of its own within those of YAML',
      `{ run: "cat '/a b'", at: here, read: text, timeout: 5s }`,
      { commands: [['cat', '/a b']] },
    ],
    [
      'placeholders as they are written',
      '{ run: "cat {app.unit}", at: here, read: text, timeout: 5s }',
      { commands: [['cat', '{app.unit}']] },
    ],
  ])('%s', (_, written, spec) => {
    expect(specOf(written)).toEqual({ kind: 'run', ...LIMITS, ...spec })
  })
})

describe('an http request', () => {
  test.each<[string, string, object]>([
    [
      'once and to the end, unless said otherwise',
      'http: "http://h/"',
      { times: 1, redirects: 0, own: false, via: {} },
    ],
    ['several times', 'http: "http://h/", times: 20', { times: 20, redirects: 0, own: false, via: {} }],
    ['behind redirects', 'http: "http://h/", redirects: 5', { times: 1, redirects: 5, own: false, via: {} }],
    ["as the person's own", 'http: "http://h/", own: true', { times: 1, redirects: 0, own: true, via: {} }],
    [
      'through every detail a fact can give',
      'http: "http://h/", via: { socket: a.socket, address: a.b, host: a.c, version: a.d, sni: a.e, verify: a.f }',
      {
        times: 1,
        redirects: 0,
        own: false,
        via: { socket: 'a.socket', address: 'a.b', host: 'a.c', version: 'a.d', sni: 'a.e', verify: 'a.f' },
      },
    ],
  ])('%s', (_, written, spec) => {
    expect(specOf(`{ ${written}, at: here, read: text, timeout: 5s }`)).toEqual({
      kind: 'http',
      url: 'http://h/',
      ...LIMITS,
      ...spec,
    })
  })
})

describe('a log and a look', () => {
  test.each<[string, string, object]>([
    ['a log by the fact that holds its path', 'log: nginx.error_log', { kind: 'log', path: 'nginx.error_log' }],
    [
      'or by the unit whose journal holds it',
      'log: a.b, journal: a.unit',
      { kind: 'log', path: 'a.b', journal: 'a.unit' },
    ],
    ['and who writes it', 'log: a.b, writer: a.pid', { kind: 'log', path: 'a.b', writer: 'a.pid' }],
    ['a look by its name', 'look: sockets', { kind: 'look', name: 'sockets', with: {}, set: {} }],
    [
      'with facts, needed and welcome',
      'look: sockets, with: { port: a.port, pid: "a.pid?" }',
      { kind: 'look', name: 'sockets', with: { port: 'a.port', pid: 'a.pid?' }, set: {} },
    ],
    [
      'with constants of every kind',
      'look: sockets, set: { what: tcp, depth: 3, all: true }',
      { kind: 'look', name: 'sockets', with: {}, set: { what: 'tcp', depth: 3, all: true } },
    ],
  ])('%s', (_, written, spec) => {
    expect(specOf(`{ ${written}, at: here, read: text, timeout: 5s }`)).toEqual({ ...LIMITS, ...spec })
  })
})

describe('limits', () => {
  test.each<[string, number]>([
    ['1ms', 1],
    ['500ms', 500],
    ['1s', 1000],
    ['5s', 5000],
    ['90s', 90_000],
    ['1m', 60_000],
    ['2m', 120_000],
  ])('%s is %i ms', (timeout, timeoutMs) => {
    expect(specOf(`{ run: ss, at: here, read: text, timeout: ${timeout} }`)).toMatchObject({ timeoutMs })
  })

  test.each(['0s', '05s', '5', '5h', '1.5s', '-1s', '5 s', '5S', '12345678s', '""'])('no timeout: %s', (timeout) => {
    expect(specOf(`{ run: ss, at: here, read: text, timeout: "${timeout.replaceAll('"', '')}" }`)).toBeUndefined()
  })

  test.each(['here', 'proxy', 'app'])('seen from %s', (at) => {
    expect(specOf(`{ run: ss, at: ${at}, read: text, timeout: 5s }`)).toMatchObject({ at })
  })

  test('leaks is kept', () => {
    expect(specOf('{ run: ss, at: here, read: text, timeout: 5s, leaks: true }')).toMatchObject({ leaks: true })
  })
})

describe('a branch', () => {
  const branchOf = (branch: string) => {
    const { node } = probe('{ run: ss, at: here, read: text, timeout: 5s }', `branches: [${branch}]\nblind: { go: b }`)
    return node?.kind === 'probe' ? node.branches[0] : undefined
  }

  test('has everything, also what was not written', () => {
    expect(branchOf('{ id: x, go: b }')).toEqual({
      id: 'x',
      learn: {},
      suspects: [],
      rulesOut: [],
      proves: [],
      unconfirmed: false,
      aside: [],
      forgets: [],
      go: 'f/b',
      at: { file: 'flows/f.yaml', line: 8, column: 16 },
    })
  })

  test.each<[string, string, object]>([
    ['a condition', 'when: out.complete', { when: 'out.complete' }],
    ['a finding', 'found: it is so', { found: 'it is so' }],
    ['what it learns', 'learn: { app.port: "80" }', { learn: { 'app.port': '80' } }],
    ['what it suspects', 'suspects: [slow-app]', { suspects: ['slow-app'] }],
    ['what it rules out', 'rules-out: [wrong-port, dns-failure]', { rulesOut: ['wrong-port', 'dns-failure'] }],
    ['the vantages it proves', 'proves: [proxy, app]', { proves: ['proxy', 'app'] }],
    ['the hops it shows', 'hops: out.hops', { hops: 'out.hops' }],
    ['that no source confirms it', 'unconfirmed: true', { unconfirmed: true }],
    ['asides of this flow and others', 'aside: [c, locate/look]', { aside: ['f/c', 'locate/look'] }],
  ])('keeps %s', (_, written, kept) => {
    expect(branchOf(`{ id: x, ${written}, go: b }`)).toMatchObject(kept)
  })

  test.each([
    ['b', 'f/b'],
    ['locate/look', 'locate/look'],
    ['back', 'back'],
    ['f/b', 'f/b'],
  ])('goes to %s: %s', (go, full) => {
    expect(branchOf(`{ id: x, go: ${go} }`)?.go).toBe(full)
  })

  test('texts lose the blanks around them', () => {
    expect(branchOf('{ id: x, when: "  out.complete ", found: " f ", go: b }')).toMatchObject({
      when: 'out.complete',
      found: 'f',
    })
  })
})

describe('the other nodes', () => {
  test('a question', () => {
    const { node } = build(
      'step: deploy\nask: Which?\nwhy: Nobody else knows.\noptions:\n  - { id: a, label: A, when: has(app.port), found: f, learn: { app.port: "1" }, suspects: [slow-app], go: b }',
    )
    expect(node).toEqual({
      kind: 'ask',
      id: 'f/a',
      flow: 'f',
      step: 'deploy',
      title: 'Which?',
      why: 'Nobody else knows.',
      options: [
        {
          id: 'a',
          label: 'A',
          when: 'has(app.port)',
          found: 'f',
          learn: { 'app.port': '1' },
          suspects: ['slow-app'],
          rulesOut: [],
          go: 'f/b',
          at: { file: 'flows/f.yaml', line: 10, column: 9 },
        },
      ],
    })
  })

  test('a fork', () => {
    expect(build('fork: [{ id: a, when: has(app.port), go: b }, { id: c, go: back }]').node).toMatchObject({
      kind: 'fork',
      id: 'f/a',
      branches: [
        { id: 'a', when: 'has(app.port)', go: 'f/b' },
        { id: 'c', go: 'back' },
      ],
    })
  })

  test.each(['healthy', 'inconclusive'])('an end that is %s', (end) => {
    expect(build(`end: ${end}\nsays: That is all`).node).toEqual({
      kind: 'end',
      id: 'f/a',
      flow: 'f',
      end,
      says: 'That is all',
    })
  })
})

describe('a verdict', () => {
  const verdict = (more: string, shape = 'slow') =>
    build(
      `verdict: slow-app\nplace: app\nshape: ${shape}\nproof: [b.x]\nrivals: [dns-failure]\nsays: s\nfix: [{ say: s }]\nverify: [b]\n${more}`,
    ).node

  test('has everything, also what was not written', () => {
    expect(verdict('')).toEqual({
      kind: 'verdict',
      id: 'f/a',
      flow: 'f',
      cause: 'slow-app',
      place: 'app',
      sides: ['app'],
      shapes: ['slow'],
      proof: [['f/b.x']],
      rivals: ['dns-failure'],
      symptoms: [],
      state: 'failing',
      says: 's',
      fix: [{ say: 's' }],
      verify: ['f/b'],
      prevent: [],
      sources: [],
    })
  })

  test.each<[string, string, object]>([
    ['sides', 'sides: [proxy, app]', { sides: ['proxy', 'app'] }],
    ['where the error is born', 'born-at: load-balancer', { bornAt: 'load-balancer' }],
    ['symptoms', 'symptoms: [timeout-order]', { symptoms: ['timeout-order'] }],
    ['a state', 'state: intermittent', { state: 'intermittent' }],
    ['what prevents it', 'prevent: [watch, pin-the-port]', { prevent: ['watch', 'pin-the-port'] }],
    ['sources', 'sources: [S2-25, S10-08]', { sources: ['S2-25', 'S10-08'] }],
    ['a step', 'step: resources', { step: 'resources' }],
  ])('keeps %s', (_, written, kept) => {
    expect(verdict(written)).toMatchObject(kept)
  })

  test('several shapes', () => {
    expect(verdict('', '[slow, reset]')).toMatchObject({ shapes: ['slow', 'reset'] })
  })

  const whole = (proof: string, rivals: string, fix: string) =>
    build(
      `verdict: slow-app\nplace: app\nshape: slow\nproof: ${proof}\nrivals: ${rivals}\nsays: s\nfix: ${fix}\nverify: [b]`,
    ).node

  test('proofs of this flow get its name, alternatives stay together', () => {
    expect(whole('[b.x, [b.y, locate/look.there]]', '[]', '[{ say: s }]')).toMatchObject({
      proof: [['f/b.x'], ['f/b.y', 'locate/look.there']],
    })
  })

  test('a reason instead of rivals', () => {
    expect(whole('[b.x]', '{ none: it is ours }', '[{ say: s }]')).toMatchObject({
      rivals: [],
      noRivals: 'it is ours',
    })
  })

  test('what runs to mend it changes something, unless it says that it reads', () => {
    const fix = '[{ run: systemctl reload nginx }, { run: nginx -t, effect: changes }, { run: ss -l, effect: reads }]'
    expect(whole('[b.x]', '[]', fix)).toMatchObject({
      fix: [
        { run: ['systemctl', 'reload', 'nginx'], effect: 'changes' },
        { run: ['nginx', '-t'], effect: 'changes' },
        { run: ['ss', '-l'], effect: 'reads' },
      ],
    })
  })
})

describe('what is broken is no node, and each reason is told', () => {
  test.each<[string, string, string[]]>([
    ['a word', '5', ['5:3 it does not say what it is | a node is one of probe, ask, fork, verdict, end']],
    ['a list', '[probe]', ['5:3 it does not say what it is | a node is one of probe, ask, fork, verdict, end']],
    ['nothing', '{}', ['5:3 it does not say what it is | a node is one of probe, ask, fork, verdict, end']],
    ['a key near to a kind', 'vedict: slow-app', ['6:5 unknown key "vedict" | did you mean "verdict"?']],
    [
      'two kinds',
      'end: healthy\nsays: s\nfork: []',
      ['6:5 it is both fork and end | a node is one of probe, ask, fork, verdict, end: make two of it'],
    ],
    ['an end of no kind', 'end: dead\nsays: s', ['6:10 "dead" cannot be "end" | use one of healthy, inconclusive']],
    [
      'an end that says nothing',
      'end: healthy',
      ['5:3 "says" is missing | add says: one sentence with {holes}, as text'],
    ],
    ['an empty fork', 'fork: []', ['6:11 "fork" is an empty list | write at least one']],
    [
      'a question without a reason or answers',
      'ask: q\noptions: []',
      [
        '5:3 "why" is missing | add why: one sentence: why we look here',
        '7:14 "options" is an empty list | write a list of options, each with id, label and go',
      ],
    ],
    [
      'a fix that says and runs',
      'verdict: slow-app\nplace: app\nshape: slow\nproof: [b.x]\nrivals: []\nsays: s\nfix: [{ say: x, run: y }]\nverify: [b]',
      [
        '12:21 "run" does not go with the keys beside it | write a list of { say: … }, { run: …, effect: … } or { steps: … }',
      ],
    ],
  ])('%s', (_, body, told) => {
    const built = build(body)
    expect(built.node).toBeUndefined()
    expect(built.told).toEqual(expect.arrayContaining(told))
  })

  test.each<[string, string, string]>([
    ['too many times', 'http: "http://h/", times: 21', '"times"'],
    ['no time at all', 'http: "http://h/", times: 0', '"times"'],
    ['half a time', 'http: "http://h/", times: 1.5', '"times"'],
    ['too many redirects', 'http: "http://h/", redirects: 6', '"redirects"'],
    ['a misspelt detail', 'http: "http://h/", via: { hots: url.host }', 'unknown key "hots"'],
    ['a detail that is no fact', 'http: "http://h/", via: { host: url }', '"url" cannot be "host"'],
    ['an argument that is no fact', 'look: x, with: { a: A.b }', '"A.b" cannot be "a"'],
    ['a constant that is a list', 'look: x, set: { a: [1] }', '"a" has the wrong form'],
    ['a constant that is a fraction', 'look: x, set: { a: 1.5 }', '"a" has the wrong form'],
    ['an alternative with a pipe', 'run: ss, else: ["a | b"]', 'a command may not hold "|"'],
    ['a log that is a path', 'log: /var/log/x', '"/var/log/x" cannot be "log"'],
    ['two ways to look', 'run: ss, look: sockets', 'it is both run and look'],
  ])('a probe with %s', (_, written, what) => {
    const { node, told } = probe(`{ ${written}, at: here, read: text, timeout: 5s }`)
    expect(node).toBeUndefined()
    expect(told.join('\n')).toContain(what)
  })
})

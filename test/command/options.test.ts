import { describe, expect, it } from 'vitest'
import { type LookingOptions, parseLooking, parseStrict } from '../../src/command/options.ts'
import { ask, end, library, option } from '../guide/make.ts'
import { mistakeOf } from './mistake.ts'

const LIBRARY = library([
  ask('app/kind', 'What is it?', [option('unit', 'app/end'), option('container', 'app/end')]),
  end('app/end'),
])

const parse = (...argv: string[]): LookingOptions => parseLooking(argv, LIBRARY, {})
const mistake = (...argv: string[]) => mistakeOf(() => parse(...argv))

describe('without options', () => {
  it('everything has its documented default', () => {
    expect(parse()).toEqual({
      url: null,
      facts: [],
      service: null,
      flows: null,
      sinceMs: 15 * 60_000,
      answers: new Map(),
      answersFile: null,
      headers: [],
      resolve: [],
      insecure: false,
      requests: true,
      timeoutMs: null,
      budgetMs: 120_000,
      sudo: false,
      dryRun: false,
      save: true,
      trust: null,
      color: true,
      verbose: false,
      vantages: { proxy: 'auto', app: 'auto' },
      json: false,
      exitZero: false,
      sweep: false,
      lines: false,
      recorded: null,
      journal: null,
    })
  })
})

describe('each option', () => {
  it.each<[string[], Partial<LookingOptions>]>([
    [['https://a.example/'], { url: 'https://a.example/' }],
    [['--service', 'shop'], { service: 'shop' }],
    [['--service=shop'], { service: 'shop' }],
    [['--flows', './flows'], { flows: './flows' }],
    [['--since', '1h'], { sinceMs: 3_600_000 }],
    [['--since', '90'], { sinceMs: 90_000 }],
    [['--since', '7d'], { sinceMs: 7 * 86_400_000 }],
    [['--timeout', '500ms'], { timeoutMs: 500 }],
    [['--budget', '10s'], { budgetMs: 10_000 }],
    [['--answers', 'old.jsonl'], { answersFile: 'old.jsonl' }],
    [['--insecure'], { insecure: true }],
    [['--no-requests'], { requests: false }],
    [['--sudo'], { sudo: true }],
    [['--dry-run'], { dryRun: true }],
    [['--no-save'], { save: false }],
    [['--trust', 'abcd'], { trust: 'abcd' }],
    [['--no-color'], { color: false }],
    [['--verbose'], { verbose: true }],
    [['--proxy-at', 'local'], { vantages: { proxy: 'local', app: 'auto' } }],
    [['--app-at', 'local', '--proxy-at', 'auto'], { vantages: { proxy: 'auto', app: 'local' } }],
    [['--json'], { json: true }],
    [['--exit-zero'], { exitZero: true }],
    [['--sweep'], { sweep: true }],
    [['--recorded', 'process-down'], { recorded: 'process-down' }],
    [['--journal', 'x.jsonl'], { journal: 'x.jsonl' }],
  ])('%j is understood', (argv, expected) => {
    expect(parse(...argv)).toEqual({ ...parse(), ...expected })
  })

  it('--fact is parsed as its type, and comes from a flag', () => {
    expect(parse('--fact', 'upstream.port=3000', '--fact=app.unit=shop.service').facts).toEqual([
      { name: 'upstream.port', value: 3000, origin: { by: 'flag' } },
      { name: 'app.unit', value: 'shop.service', origin: { by: 'flag' } },
    ])
  })

  it('--fact keeps what follows the first = whole', () => {
    expect(parse('--fact', 'app.word=a=b c').facts[0]?.value).toBe('a=b c')
  })

  it('--answer names a question and one of its options', () => {
    expect(parse('--answer', 'app/kind=unit').answers).toEqual(new Map([['app/kind', 'unit']]))
  })

  it('--header keeps the value as it is', () => {
    expect(parse('--header', 'X-Tenant: blue', '--header', 'Authorization:Bearer a:b').headers).toEqual([
      { name: 'X-Tenant', value: 'blue' },
      { name: 'Authorization', value: 'Bearer a:b' },
    ])
  })

  it('--resolve takes IPv4 and IPv6, the latter with or without brackets', () => {
    expect(parse('--resolve', 'shop.example.com:443:192.0.2.7').resolve).toEqual([
      { host: 'shop.example.com', port: 443, address: '192.0.2.7' },
    ])
    for (const address of ['2001:db8::7', '[2001:db8::7]']) {
      expect(parse('--resolve', `shop.example.com:443:${address}`).resolve[0]?.address).toBe('2001:db8::7')
    }
  })

  it('NO_COLOR in the environment counts as --no-color', () => {
    expect(parseLooking([], LIBRARY, { NO_COLOR: '1' }).color).toBe(false)
    expect(parseLooking([], LIBRARY, { NO_COLOR: '' }).color).toBe(true)
  })
})

describe('each mistake says what to do', () => {
  it.each([
    [['a.example', 'b.example'], 'there are 2 URLs', 'Give one URL at a time'],
    [['--sinse', '1h'], 'there is no option --sinse', 'Did you mean --since?'],
    [['--jsn'], 'there is no option --jsn', 'Did you mean --json?'],
    [['--xyzzy'], 'there is no option --xyzzy', 'See `triage502 --help`'],
    [['-v'], 'there is no option -v', 'See `triage502 --help`'],
    [['--no-such=1'], 'there is no option --no-such', ''],
    [['--since'], "'--since <value>' argument missing", 'See `triage502 --help`'],
    [['--json=yes'], 'does not take an argument', 'See `triage502 --help`'],
    [['--since', 'yesterday'], '--since "yesterday" is not a duration', 'Write it as --since 90s'],
    [['--since', '0'], '--since "0" is no time', 'Write it as --since 90s or --since 15m'],
    [['--since', '-5m'], 'argument', '--help'],
    [['--timeout', '1.5s'], '--timeout "1.5s" is not a duration', 'Write it as --timeout 90s'],
    [['--budget', ''], '--budget "" is not a duration', 'Write it as --budget 90s'],
    [['--fact', 'upstream.prot=1'], 'there is no fact "upstream.prot"', 'Did you mean upstream.port?'],
    [['--fact', 'zzz.zzz=1'], 'there is no fact "zzz.zzz"', 'flows/facts.yaml'],
    [['--fact', 'upstream.port'], '--fact upstream.port has no value', 'Write it as --fact upstream.port='],
    [['--fact', 'upstream.port=x'], 'the value is not a port', 'For example: --fact upstream.port='],
    [['--fact', 'upstream.host=-x'], 'the value begins with a dash', 'For example'],
    [['--fact', 'proxy.log=../x'], 'the value is not an absolute path', 'For example'],
    [['--fact', 'constructor=1'], 'there is no fact "constructor"', 'flows/facts.yaml'],
    [['--answer', 'app/kidn=unit'], '--answer "app/kidn=unit" names no question', 'Did you mean app/kind=…?'],
    [['--answer', 'app/kind'], 'names no question', 'Did you mean app/kind=…?'],
    [['--answer', 'app/end=x'], 'names no question', ''],
    [['--answer', 'nowhere=x'], 'names no question', 'Write it as --answer FLOW/NODE=OPTION'],
    [['--answer', 'app/kind=maybe'], 'app/kind has no option "maybe"', 'Its options are: unit, container.'],
    [['--header', 'nothing'], '--header is not NAME:VALUE', 'Write it as --header "X-Tenant: blue"'],
    [['--header', 'bad name: x'], '--header is not NAME:VALUE', ''],
    [['--header', 'X: a\r\nHost: evil'], '--header is not NAME:VALUE', ''],
    [['--resolve', 'shop:443'], 'is not HOST:PORT:ADDRESS', 'Write it as --resolve shop.example.com:443:192.0.2.7'],
    [['--resolve', 'shop:0:192.0.2.7'], 'is not HOST:PORT:ADDRESS', ''],
    [['--resolve', 'shop:443:deadbeef'], 'is not HOST:PORT:ADDRESS', ''],
    [['--resolve', 'sh;op:443:192.0.2.7'], 'is not HOST:PORT:ADDRESS', ''],
    [['--proxy-at', 'ssh:web1'], '--proxy-at ssh: is not there yet', 'Run triage502 on that machine instead'],
    [['--app-at', 'kubectl:web-7d9f'], 'starts programs in it (kubectl exec)', '--fact kube.service=SERVICE'],
    [['--app-at', 'docker:shop'], '--app-at docker: is not there yet', 'auto and local work today'],
    [['--app-at', 'elsewhere'], '--app-at "elsewhere" is no vantage', 'Use auto or local'],
  ])('%j', async (argv, says, todo) => {
    const told = await mistake(...argv)
    expect(told).toContain(says)
    expect(told).toContain(todo)
    expect(told.split('\n')).toHaveLength(1)
  })

  it('of a header never shows its value: it may be a secret', async () => {
    expect(await mistake('--header', 'Authorization Bearer hunter2')).not.toContain('hunter2')
  })

  it.each([
    ['--budget', '30d', '24h'],
    ['--timeout', '25h', '24h'],
  ])('of a wait too long for a timer: %s %s', async (name, text, most) => {
    expect(await mistake(name, text)).toContain(`${name} "${text}" is too long. At most`)
    expect(await mistake(name, text)).toContain(`${name} ${most}.`)
    expect(() => parse(name, most)).not.toThrow()
  })
})

describe('the options of other commands', () => {
  it('are parsed as strictly', async () => {
    expect(parseStrict(['a', '--json'], { json: { type: 'boolean' } })).toMatchObject({
      values: { json: true },
      positionals: ['a'],
    })
    const told = await mistakeOf(() => parseStrict(['--jsom'], { json: { type: 'boolean' } }))
    expect(told).toBe('there is no option --jsom. Did you mean --json?')
  })

  it('end at --', () => {
    expect(parseStrict(['--', '--json'], { json: { type: 'boolean' } })).toMatchObject({
      values: {},
      positionals: ['--json'],
    })
  })
})

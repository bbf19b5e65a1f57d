import { describe, expect, it } from 'vitest'
import { ask, branch, capture, end, option, probe, runs, verdict } from '../guide/make.ts'
import { type FakeWorld, fakeWorld } from './fake-world.ts'
import { type Talk, talk } from './talk.ts'

const NODES = [
  probe('locate/port', {
    title: 'Is anything on {upstream.port}?',
    probe: runs(['ss', 'sport = :{upstream.port}']),
    branches: [
      branch('nothing', 'locate/since', {
        when: 'out.port == 0',
        found: 'nothing listens',
        suspects: ['process-down'],
        rulesOut: ['wrong-port'],
      }),
      branch('there', 'locate/seen', { found: 'something listens', rulesOut: ['process-down'] }),
    ],
    blind: 'locate/dark',
  }),
  ask('locate/since', 'Was anything changed?', [
    option('deploy', 'locate/down', { label: 'A deploy', found: 'a deploy went out' }),
    option('none', 'locate/down', { label: 'Nothing' }),
  ]),
  verdict({
    id: 'locate/down',
    flow: 'locate',
    cause: 'process-down',
    place: 'app',
    proof: [['locate/port.nothing']],
    rivals: [],
    says: 'Nothing listens on {upstream.port}',
    fix: [
      { say: 'Read its log' },
      { run: ['systemctl', 'start', 'shop'], effect: 'changes' },
      { run: ['ss', '-ltn'], effect: 'reads' },
    ],
  }),
  end('locate/seen'),
  end('locate/dark'),
]

const PASTED = capture('', { at: 'pasted', pasted: true })

type Options = Parameters<typeof talk>[1]

function begun(options: Options = {}, more: Parameters<typeof fakeWorld>[1] = {}): FakeWorld & { talk: Talk } {
  const fake = fakeWorld(NODES, { facts: { 'upstream.port': 3000 }, ...more })
  return { ...fake, talk: talk({ world: fake.world }, options) }
}

/** Waits until the program has asked for another look. */
async function looked(fake: FakeWorld, count: number) {
  for (let turn = 0; fake.looks.length < count; turn++) {
    if (turn > 1000) throw new Error(`${fake.looks.length} looks were asked for, not ${count}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return fake.looks[count - 1]
}

/** To the verdict: the look says nothing listens, then Enter alone. */
async function atVerdict(options: Options = {}, more: Parameters<typeof fakeWorld>[1] = {}) {
  const fake = begun(options, more)
  fake.talk.send('1\n')
  const look = await looked(fake, 1)
  await look?.answer('')
  fake.talk.send('\n\n')
  await fake.talk.waitFor('Leave\n[1] ')
  return fake
}

describe('at a step', () => {
  it('shows the step, its command, and numbers', async () => {
    const { talk: at } = begun()
    expect(await at.waitFor('[1] ')).toBe(`triage502: http://shop.example.com/checkout
A number chooses, Enter alone takes the one in brackets. Letters:
w why, b back, a go on alone, n note, o output, m map, t transcript, e
  evidence, f flag, c copy, ? help, q quit. w is for a first night.

00:05 of 10:00
Path: you, then gateway (not known), then app :3000
 Is anything on 3000?

   $ ss 'sport = :3000'
     reads · on this machine

 1  Run it
 2  Edit it first
 3  I ran it elsewhere: paste the output
 4  I know the answer
 5  Skip
[1] `)
    await at.end()
  })

  it('tells what a look came to in words, not marks', async () => {
    const fake = begun()
    fake.talk.send('\n')
    const look = await looked(fake, 1)
    await look?.answer('')
    const said = await fake.talk.waitFor('Go on')
    expect(said).toContain('Found: nothing listens\n   points at process-down\n   rules out wrong-port\n')
    await fake.talk.end()
  })

  it('knows no other numbers, letters and words', async () => {
    const { talk: at, journal } = begun()
    await at.waitFor('[1] ')
    const before = journal.length
    expect(await at.answer('9')).toContain('There is no 9 here: 1 to 5.')
    expect(await at.answer('0')).toContain('There is no 0 here: 1 to 5.')
    expect(await at.answer('x')).toContain('x does nothing here. ? tells what does.')
    expect(await at.answer('-1')).toContain('-1 does nothing here.')
    expect(await at.answer('b now')).toContain('b now does nothing here.')
    expect(await at.answer('\u001b[31mred')).toContain('red does nothing here.')
    expect(await at.answer('b')).toContain('This is the first step.')
    expect(journal).toHaveLength(before)
    await at.end()
  })
})

describe('texts', () => {
  it('takes an output of a megabyte with nothing lost, and ends it at a dot', async () => {
    const row = `${'x'.repeat(9000)} é 漢字`
    const text = `${Array.from({ length: 110 }, (_, at) => `${at} ${row}`).join('\n')}\n`
    let pasted = ''
    const fake = begun(
      {},
      {
        world: {
          pasted: (request, given) => {
            pasted = given
            return { ...PASTED, kind: request.kind, out: given.slice(0, 10) }
          },
        },
      },
    )
    const { talk: at } = fake
    expect(await at.waitFor('[1] ')).toContain('3  I ran it elsewhere')
    at.send('3\n')
    expect(await at.waitFor('dot at once')).toContain('A line that holds only a dot ends it')
    // In pieces that respect neither lines nor characters.
    const bytes = Buffer.from(text)
    for (let from = 0; from < bytes.length; from += 65_537) at.bytes(bytes.subarray(from, from + 65_537))
    at.send('.\n')
    expect(await at.waitFor('Go on')).toContain(`110 lines, ${text.length} characters.`)
    expect(pasted).toBe(text)
    expect(at.said()).not.toContain('x'.repeat(20))
    await at.end()
  })

  it('ends a paste where the input ends', async () => {
    const fake = begun()
    fake.talk.send('3\nState\nLISTEN')
    await fake.talk.end()
    expect(fake.talk.said()).toContain('2 lines, 13 characters.')
    expect(fake.wizard.world.engine.session.probes[0]?.capture?.out).toBe('State\nLISTEN\n')
    expect(fake.talk.said().trimEnd()).toMatch(/The input ends here\.$/)
  })

  it('leaves a paste in which there is nothing', async () => {
    const { talk: at, journal } = begun()
    at.send('3\n\n.\n')
    await at.waitFor('Nothing was pasted')
    expect(await at.waitFor('[1] ')).toMatch(/^00:.*\n Is anything on 3000\?/m)
    expect(journal.some(({ event }) => event.type === 'probe.started')).toBe(false)
    await at.end()
  })

  it('runs a command that was edited, and refuses one that changes something', async () => {
    const fake = begun()
    const { talk: at } = fake
    const page = await at.answer('2')
    expect(page).toContain("   $ ss 'sport = :3000'\n")
    expect(page).toContain('Enter alone runs it as it stands, a dot alone leaves it.')
    expect(page).toMatch(/\n\$ $/)
    const refused = await at.answer('rm -rf /')
    expect(refused).toContain('It is not known to only read.')
    expect(refused).not.toContain('Type the command')
    expect(await at.answer("ss 'sport = ")).not.toContain('known to only read')
    expect(await at.answer('.')).toContain('Run it')
    expect(fake.looks).toHaveLength(0)
    await at.answer('2')
    at.send('ss -ltn\n')
    const look = await looked(fake, 1)
    expect(look?.request.kind === 'run' && look.request.commands).toEqual([['ss', '-ltn']])
    await look?.answer('')
    await at.waitFor('Go on')
    await at.end()
  })

  it('runs the command as it stands by Enter alone', async () => {
    const fake = begun()
    await fake.talk.answer('2')
    fake.talk.send('\n')
    const look = await looked(fake, 1)
    expect(look?.request.kind === 'run' && look.request.commands).toEqual([['ss', 'sport = :3000']])
    await look?.answer('')
    await fake.talk.end()
  })

  it('asks for a fact that is not known, and says what is wrong with one', async () => {
    const fake = begun({}, { facts: {} })
    const { talk: at } = fake
    expect(await at.waitFor('[1] ')).toContain('It needs something that is not known yet')
    expect(await at.answer('1')).toMatch(/For example: .*\nEnter alone leaves it open\.\n> $/)
    expect(await at.answer('seventy')).toMatch(/It is .*For example: .*\n> $/)
    expect(await at.answer('')).toContain('Tell it: ')
    await at.answer('1')
    expect(await at.answer('3100')).toContain("$ ss 'sport = :3100'")
    await at.end()
  })

  it('writes notes in one line or two, and hides secrets in what it shows again', async () => {
    const { talk: at, world } = begun()
    expect(await at.answer('n deploy at two, hunter2')).toMatch(/^n deploy at two, \[masked\]\nNoted\.\n\[1\] $/)
    expect(await at.answer('n')).toMatch(/\nNote: $/)
    expect(await at.answer('customers call')).toContain('Noted.')
    await at.answer('n')
    expect(await at.answer('')).toMatch(/\n\[1\] $/)
    expect(world.engine.session.notes.map(({ text }) => text)).toEqual(['deploy at two, [masked]', 'customers call'])
    await at.end()
  })

  it('marks a moment, by its number at once or from the list', async () => {
    const { talk: at, world } = begun()
    const list = await at.answer('f')
    expect(list).toContain(' 1  Customers see it from now on\n 2  It has eased\n 3  It is over\n[1] ')
    expect(await at.answer('4')).toContain('There is no 4 here: 1 to 3.')
    expect(await at.answer('2')).toContain('Marked, with the time.')
    await at.answer('f 3')
    await at.answer('f')
    await at.answer('')
    await at.answer('f')
    await at.answer('b')
    expect(world.engine.session.moments.map(({ moment }) => moment)).toEqual(['mitigated', 'resolved', 'onset'])
    await at.end()
  })
})

describe('letters', () => {
  it('tell why, the way, what happened, and what they are', async () => {
    const { talk: at } = begun()
    const why = await at.answer('w')
    expect(why).toContain('What it can tell')
    expect(why).toContain('- nothing listens')
    expect(why.match(/Is anything on 3000/g)).toBeNull()
    expect(await at.answer('w')).toContain('The reasons are not told any more.')
    expect(await at.answer('m')).toMatch(/The way so far\n here: Is anything on 3000\?[\s\S]*1 {2}Run it/)
    expect(await at.answer('t')).toMatch(/What has happened\n .*The search began/)
    expect(await at.answer('o')).toContain('Nothing was looked at yet.')
    const help = await at.answer('?')
    for (const word of ['Enter', 'w ', 'b ', 'n TEXT', 'o 1-40', 'Ctrl-D Leave']) expect(help).toContain(word)
    expect(help).not.toMatch(/Esc|PgDn|screen/)
    expect(await at.answer('c')).toMatch(/\nss 'sport = :3000'\n.*to be copied\.\n/)
    await at.end()
  })

  it('lead back, skip, and answer without looking', async () => {
    const fake = begun()
    const { talk: at, world } = fake
    await at.answer('4')
    expect(at.said()).toContain('counts as your word')
    expect(await at.answer('b')).toContain('Run it')
    expect(await at.answer('4')).toMatch(/1 {2}nothing listens\n 2 {2}something listens\n 3 {2}None of these/)
    expect(await at.answer('1')).toContain('Found: nothing listens (you said so)')
    expect(await at.answer('b')).toContain(' Is anything on 3000?')
    expect(await at.answer('5')).toContain('Not decided: ')
    expect(world.engine.session.visits.map(({ left }) => left)).toContain('blind')
    await at.end()
  })

  it('ask before they leave', async () => {
    const fake = begun()
    const { talk: at } = fake
    const asked = await at.answer('q')
    expect(asked).toContain(`\n   triage502 resume ${fake.world.engine.session.id}\nLeave? [y] `)
    expect(await at.answer('n')).toMatch(/\[1\] $/)
    await at.answer('q')
    at.send('y\n')
    await at.over
    expect(fake.world.engine.session.ended).toBeNull()
  })
})

describe('at the verdict', () => {
  it('marks a step once, however often Enter comes', async () => {
    const { talk: at, world } = await atVerdict()
    // What comes next is in brackets then.
    expect(await at.answer('')).toMatch(/1 {2}Read its log {2}\(done\)\n[\s\S]*\[2\] $/)
    expect(await at.answer('1')).toBe('1\n[2] ')
    expect(world.engine.session.notes).toHaveLength(1)
    await at.end()
    expect(world.engine.session.ended?.ended).toBe('complete')
  })

  it('asks a second time before something is changed, and tells what became of it', async () => {
    const fake = await atVerdict()
    const { talk: at } = fake
    expect(at.said()).toContain('2  $ systemctl start shop  (changes something)')
    const asked = await at.answer('2')
    expect(asked).toContain('   $ systemctl start shop\n')
    expect(asked).toContain('1  No, go back\n 2  Yes, run it  (it changes something)')
    expect(await at.answer('')).toContain('Verdict: ')
    await at.answer('2')
    at.send('2\n')
    expect(await at.waitFor('Runs: ')).toBeDefined()
    await fake.acts[0]?.end({ exit: 3, out: 'no\n' })
    expect(await at.waitFor('[1] ')).toContain('Failed: It failed with exit status 3')
    expect(await at.answer('2')).toContain('Verdict: ')
    await at.end()
  })

  it('shows a command to be copied where it cannot be run', async () => {
    const { talk: at } = await atVerdict({}, { world: { act: null } })
    expect(await at.answer('2')).toMatch(
      /\nsystemctl start shop\nIt cannot be run from here\. It stands on its own row above/,
    )
    await at.end()
  })

  it('is left by its last choice', async () => {
    const { talk: at, world } = await atVerdict()
    at.send('7\n')
    await at.over
    expect(world.engine.session.ended?.ended).toBe('complete')
  })
})

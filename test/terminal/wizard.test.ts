import { describe, expect, it } from 'vitest'
import { layout } from '../../src/terminal/layout.ts'
import { ask, branch, end, option, probe, runs, verdict } from '../guide/make.ts'
import { type FakeWorld, fakeWorld } from './fake-world.ts'

const ENDS = [end('locate/seen'), end('locate/dark')]

/** Two probes, then a verdict with three steps to fix it. */
const NODES = [
  probe('locate/port', {
    title: 'Is anything on {upstream.port}?',
    probe: runs(['ss', 'sport = :{upstream.port}']),
    branches: [
      branch('nothing', 'locate/unit', { when: 'out.port == 0', found: 'nothing listens', suspects: ['process-down'] }),
      branch('there', 'locate/seen', { found: 'something listens', rulesOut: ['process-down'] }),
    ],
    blind: 'locate/dark',
  }),
  probe('locate/unit', {
    title: 'What does its unit say?',
    branches: [branch('stopped', 'locate/down', { found: 'it is stopped', suspects: ['process-down'] })],
    blind: 'locate/dark',
  }),
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
  ...ENDS,
]

const begun = (more: Parameters<typeof fakeWorld>[1] = {}) =>
  fakeWorld(NODES, { facts: { 'upstream.port': 3000 }, ...more })

/** Everything that a frame shows, as text. */
function frame({ wizard, world }: FakeWorld): string {
  const { above, menu, below } = layout(wizard.state, world)
  const rows = (lines: { text: string }[][]) => lines.map((line) => line.map(({ text }) => text).join(''))
  return [...rows(above), ...(menu?.items.map(({ label }) => label) ?? []), ...rows(below)].join('\n')
}

/** At the verdict: both looks were made. */
async function atVerdict(more: Parameters<typeof fakeWorld>[1] = {}): Promise<FakeWorld> {
  const fake = begun(more)
  for (let step = 0; step < 2; step++) {
    fake.press('enter')
    await fake.looks[step]?.answer('')
    fake.press('enter')
  }
  return fake
}

describe('at a probe', () => {
  it('shows the question, the whole command and what can be done', () => {
    const fake = begun()
    expect(frame(fake)).toContain('Is anything on 3000?')
    expect(frame(fake)).toContain("$ ss 'sport = :3000'")
    expect(fake.menu()).toEqual([
      '❯ Run it',
      'Edit it first',
      'I ran it elsewhere: paste the output',
      'I know the answer',
      'Skip',
    ])
    expect(fake.looks).toEqual([])
  })

  it('Enter runs it, journaled before it starts', () => {
    const fake = begun()
    fake.press('enter')
    expect(fake.looks.map(({ request }) => request)).toMatchObject([{ commands: [['ss', 'sport = :3000']] }])
    expect(fake.types().at(-1)).toBe('probe.started')
    expect(fake.wizard.state.screen.kind).toBe('running')
  })

  it('shows what it came to, and Enter goes on', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('LISTEN')
    expect(fake.wizard.state.screen.kind).toBe('result')
    expect(frame(fake)).toContain('nothing listens')
    expect(frame(fake)).toContain('points at process-down')
    expect(frame(fake)).toContain('▌ LISTEN')
    fake.press('enter')
    expect(frame(fake)).toContain('What does its unit say?')
  })

  it('shows the last lines while it runs', async () => {
    const fake = begun()
    fake.press('enter')
    fake.looks[0]?.watch('first\nsecond\n')
    await new Promise((done) => setTimeout(done, 150))
    expect(frame(fake)).toContain('│ second')
    expect(frame(fake)).toContain('2 lines so far')
  })

  it('Esc stops it: nothing is concluded, and its end is still journaled', async () => {
    const fake = begun()
    fake.press('enter', 'escape')
    expect(fake.looks[0]?.signal.aborted).toBe(true)
    expect(fake.wizard.state).toMatchObject({ screen: { kind: 'prompt' }, notice: expect.stringContaining('Stopped') })
    await fake.looks[0]?.answer('port 3000')
    expect(fake.types().at(-1)).toBe('probe.finished')
    expect(fake.wizard.state.screen.kind).toBe('prompt')
    expect(fake.wizard.state.session.findings).toEqual([])
  })

  it('a look that was stopped does not answer for the one that was started then', async () => {
    const fake = begun()
    fake.press('enter', 'escape', 'enter')
    await fake.looks[0]?.answer('port 3000')
    expect(fake.wizard.state.screen.kind).toBe('running')
    await fake.looks[1]?.answer('')
    expect(fake.wizard.state.session.findings).toMatchObject([{ branch: 'nothing', probe: 2 }])
  })

  it('two keys between two frames both count', () => {
    const fake = begun()
    fake.wizard.press([
      { name: 'down', char: '' },
      { name: 'down', char: '' },
      { name: 'enter', char: '' },
    ])
    expect(fake.wizard.state.screen.kind).toBe('paste')
  })

  it('a number chooses at once; one that is not there does nothing', () => {
    const fake = begun()
    fake.press('9')
    expect(fake.wizard.state.screen.kind).toBe('prompt')
    fake.press('4')
    expect(fake.wizard.state.screen.kind).toBe('known')
  })

  it('says of a key without a meaning that it has none', () => {
    const fake = begun()
    fake.press('z')
    expect(frame(fake)).toContain('z does nothing here')
    fake.press('down')
    expect(frame(fake)).not.toContain('z does nothing here')
  })
})

describe('instead of running it', () => {
  it('edited: what only reads runs, and is judged by the same reader', async () => {
    const fake = begun()
    fake.press('2', 'ctrl-u')
    fake.type('ss -lnt')
    fake.press('enter')
    expect(fake.looks[0]?.request).toMatchObject({ commands: [['ss', '-lnt']] })
    await fake.looks[0]?.answer('port 3000')
    expect(fake.wizard.state.session.findings).toMatchObject([{ branch: 'there' }])
  })

  it.each([
    ['rm -rf /srv', 'not known to only read'],
    ['ss | grep 3000', 'there is never a shell'],
    ['', 'the command is empty'],
  ])('edited to %j: it does not run, and nothing typed is lost', (text, says) => {
    const fake = begun()
    fake.press('2', 'ctrl-u')
    fake.type(text)
    fake.press('enter')
    expect(fake.looks).toEqual([])
    expect(frame(fake)).toContain(says)
    expect(fake.wizard.state.screen).toMatchObject({ kind: 'edit', field: { text } })
    fake.press('escape')
    expect(fake.wizard.state.screen.kind).toBe('prompt')
  })

  it('pasted: bracketed, of many lines, read by the same reader', () => {
    const fake = begun()
    fake.press('3')
    fake.wizard.paste('port 3000\r\nrest\r\n')
    expect(frame(fake)).toContain('2 lines, 15 characters')
    fake.press('enter')
    expect(fake.wizard.state.session.findings).toMatchObject([{ branch: 'there', pasted: true }])
    expect(fake.looks).toEqual([])
  })

  it('pasted by a terminal that does not mark pastes: its line ends are no Enter', () => {
    const fake = begun()
    fake.press('3')
    fake.wizard.press([], 'port 3000\rrest\r')
    expect(fake.wizard.state.screen).toMatchObject({ kind: 'paste', text: 'port 3000\nrest\n' })
    fake.press('enter')
    expect(fake.wizard.state.session.findings).toHaveLength(1)
  })

  it('pasted right at the question', () => {
    const fake = begun()
    fake.wizard.paste('port 3000\n')
    expect(fake.wizard.state.screen).toMatchObject({ kind: 'paste', text: 'port 3000\n' })
  })

  it('pasted nothing: it asks again', () => {
    const fake = begun()
    fake.press('3', 'enter')
    expect(frame(fake)).toContain('There is nothing in it yet')
    expect(fake.types()).not.toContain('probe.started')
  })

  it('a megabyte is kept whole', () => {
    const fake = begun()
    const text = `${'x'.repeat(99)}\n`.repeat(10_000)
    fake.press('3')
    for (let at = 0; at < text.length; at += 4096) fake.wizard.press([], text.slice(at, at + 4096))
    expect(fake.wizard.state.screen).toMatchObject({ kind: 'paste', text })
    expect(frame(fake)).toContain('10000 lines, 1000000 characters')
  })

  it('known: it is the person’s word', () => {
    const fake = begun()
    fake.press('4')
    expect(fake.menu()).toEqual(['❯ nothing listens', 'something listens', 'None of these'])
    fake.press('enter')
    expect(fake.wizard.state.session.findings).toMatchObject([{ branch: 'nothing', by: 'person' }])
    expect(frame(fake)).toContain('(you said so)')
  })

  it('skipped: a blind spot, and on to where blindness leads', () => {
    const fake = begun()
    fake.press('5')
    expect(fake.wizard.state.session.blindSpots).toMatchObject([{ why: 'declined' }])
    expect(fake.wizard.state.session.reached?.node).toBe('locate/dark')
  })
})

describe('something that is not known', () => {
  it('a fact is asked for, and refused with an example until it is one', () => {
    const fake = fakeWorld(NODES)
    expect(fake.menu()[0]).toBe('❯ Tell it: What is upstream.port?')
    fake.press('enter')
    fake.type('no port')
    fake.press('enter')
    expect(frame(fake)).toContain('a port from 1 to 65535')
    fake.press('ctrl-u')
    fake.type('3000')
    fake.press('enter')
    expect(frame(fake)).toContain('Is anything on 3000?')
    expect(fake.wizard.state.session.facts.get('upstream.port')).toMatchObject({ origin: { by: 'person' } })
  })

  it('a machine: the command is shown, the person may say that it is this one', () => {
    const at = probe('locate/port', {
      probe: runs(['ss', '-ltn'], { at: 'proxy' }),
      branches: [branch('seen', 'locate/seen')],
      blind: 'locate/dark',
    })
    const fake = fakeWorld([at, ...ENDS])
    expect(frame(fake)).toContain('It is not proven')
    expect(fake.menu()).not.toContain('Run it')
    expect(fake.menu()[0]).toBe('❯ I ran it elsewhere: paste the output')
    fake.press('2')
    expect(fake.wizard.state.screen.kind).toBe('known')
  })

  it('a machine: saying that it is this one lets the look run', () => {
    const at = probe('locate/port', {
      probe: runs(['ss', '-ltn'], { at: 'proxy' }),
      branches: [branch('seen', 'locate/seen')],
      blind: 'locate/dark',
    })
    const fake = fakeWorld([at, ...ENDS])
    const here = fake.menu().findIndex((label) => label.includes('I know that'))
    fake.press(String(here + 1))
    expect(fake.menu()[0]).toBe('❯ Run it')
  })
})

describe('a question', () => {
  const question = () =>
    fakeWorld(
      [
        ask('locate/what', 'Where was it made?', [
          option('cdn', 'locate/dark', { label: 'At the CDN' }),
          option('proxy', 'locate/seen', { label: 'At the gateway', when: 'has(upstream.port)' }),
        ]),
        ...ENDS,
      ],
      { facts: { 'upstream.port': 3000 } },
    )

  it('offers first what the evidence says, and marks it', () => {
    const fake = question()
    expect(fake.menu()).toEqual(['❯ At the gateway', 'At the CDN', 'Leave it open and end here'])
    expect(layout(fake.wizard.state, fake.world).menu?.items[0]?.hint).toBe('the evidence says so')
    fake.press('enter')
    expect(fake.wizard.state.session.reached?.node).toBe('locate/seen')
  })

  it('marks the answer that was given beforehand, wherever it stands', () => {
    const nodes = [
      ask('locate/what', 'Where was it made?', [option('cdn', 'locate/dark'), option('proxy', 'locate/seen')]),
      ...ENDS,
    ]
    const fake = fakeWorld(nodes, { world: { answers: new Map([['locate/what', 'proxy']]) } })
    expect(fake.menu()).toEqual(['cdn', '❯ proxy', 'Leave it open and end here'])
    expect(layout(fake.wizard.state, fake.world).menu?.items[1]?.hint).toBe('your --answer')
    fake.press('enter')
    expect(fake.wizard.state.session.reached?.node).toBe('locate/seen')
  })

  it('may be left open', () => {
    const fake = question()
    fake.press('3')
    expect(fake.wizard.state.session.openQuestions).toHaveLength(1)
  })
})

describe('going back', () => {
  it('leads to the step before, and what was found there is taken back', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('')
    fake.press('enter', 'b')
    expect(frame(fake)).toContain('Is anything on 3000?')
    expect(fake.wizard.state.session.findings).toEqual([])
    expect(fake.types()).toContain('went.back')
  })

  it('twice leads two steps back; from the first step nowhere', async () => {
    const fake = await atVerdict()
    fake.press('b')
    expect(frame(fake)).toContain('What does its unit say?')
    fake.press('b')
    expect(frame(fake)).toContain('Is anything on 3000?')
    fake.press('b')
    expect(frame(fake)).toContain('This is the first step')
  })

  it('from a result leads to its own probe', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('')
    fake.press('b')
    expect(frame(fake)).toContain('Is anything on 3000?')
  })

  it('a result may be looked at again, or answered otherwise', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('')
    fake.press('2')
    expect(fake.looks).toHaveLength(2)
    await fake.looks[1]?.answer('port 3000')
    fake.press('4')
    expect(fake.wizard.state.screen.kind).toBe('known')
    fake.press('1')
    expect(fake.wizard.state.session.findings).toMatchObject([{ branch: 'nothing', by: 'person' }])
  })
})

describe('on its own', () => {
  it('runs what only reads until something needs the person', async () => {
    const fake = begun()
    fake.press('a')
    await fake.looks[0]?.answer('')
    await fake.looks[1]?.answer('')
    expect(fake.wizard.state.session.reached?.node).toBe('locate/down')
    expect(fake.wizard.state.onItsOwn).toBe(false)
  })

  it('Esc stops it where it is', async () => {
    const fake = begun()
    fake.press('a', 'escape')
    await fake.looks[0]?.answer('')
    expect(fake.looks).toHaveLength(1)
    expect(fake.wizard.state).toMatchObject({ onItsOwn: false, screen: { kind: 'prompt' } })
  })

  it('is not possible where the person is needed', async () => {
    const fake = await atVerdict()
    fake.press('a')
    expect(frame(fake)).toContain('This needs you')
  })
})

describe('at the verdict', () => {
  it('says it with its certainty, and offers its steps', async () => {
    const fake = await atVerdict()
    expect(frame(fake)).toContain('Nothing listens on 3000')
    expect(frame(fake)).toContain('confirmed')
    expect(fake.menu().slice(0, 4)).toEqual([
      '❯ 1. Read its log',
      '2. $ systemctl start shop',
      '3. $ ss -ltn',
      'Ask the URL until it answers well',
    ])
  })

  it('a step that is only said is noted as done', async () => {
    const fake = await atVerdict()
    fake.press('enter')
    expect(fake.wizard.state.session.notes).toMatchObject([{ text: 'Done: Read its log' }])
    expect(fake.wizard.state.done.has(0)).toBe(true)
    expect(fake.acts).toEqual([])
    expect(fake.menu()[1]).toBe('❯ 2. $ systemctl start shop')
    fake.press('1', '1')
    expect(fake.wizard.state.session.notes).toHaveLength(1)
  })

  it('a step that changes something wants a second key, whose first choice is no', async () => {
    const fake = await atVerdict()
    fake.press('2')
    expect(fake.acts).toEqual([])
    expect(frame(fake)).toContain('This changes something')
    expect(frame(fake)).toContain('$ systemctl start shop')
    fake.press('enter')
    expect(fake.acts).toEqual([])
    expect(fake.wizard.state.screen.kind).toBe('prompt')
  })

  it('is journaled before it starts, and its result after', async () => {
    const fake = await atVerdict()
    fake.press('2', '2')
    expect(fake.acts[0]?.argv).toEqual(['systemctl', 'start', 'shop'])
    expect(fake.types().at(-1)).toBe('fix.started')
    await fake.acts[0]?.end({ exit: 0, ms: 40, out: 'password hunter2' })
    expect(fake.wizard.state.session.fixes).toMatchObject([{ done: { exit: 0, ms: 40, out: 'password [masked]' } }])
    expect(frame(fake)).toContain('It ended well')
    expect(fake.wizard.state.done.has(1)).toBe(true)
  })

  it('that failed is said to have failed, and is not done', async () => {
    const fake = await atVerdict()
    fake.press('2', '2')
    await fake.acts[0]?.end({ exit: 1, out: 'Unit shop.service not found.' })
    expect(frame(fake)).toContain('It failed with exit status 1')
    expect(frame(fake)).toContain('Unit shop.service not found.')
    expect(fake.wizard.state.done.has(1)).toBe(false)
  })

  it('c copies its command wherever it is shown', async () => {
    const fake = await atVerdict()
    fake.press('c', '2', 'c', '2', 'c')
    await fake.acts[0]?.end({ exit: 1 })
    fake.press('c', 'b', '3', 'c')
    expect(fake.copied).toEqual([...Array.from({ length: 4 }, () => 'systemctl start shop'), 'ss -ltn'])
    expect(frame(fake)).not.toContain('go on alone')
  })

  it('can be stopped', async () => {
    const fake = await atVerdict()
    fake.press('2', '2', 'escape')
    expect(fake.acts[0]?.signal.aborted).toBe(true)
    await fake.acts[0]?.end({ exit: null })
    expect(frame(fake)).toContain('It was stopped')
  })

  it('a step that only reads runs at once', async () => {
    const fake = await atVerdict()
    fake.press('3')
    expect(fake.acts[0]?.argv).toEqual(['ss', '-ltn'])
  })

  it('where it cannot be run it is copied', async () => {
    const fake = await atVerdict({ world: { act: null } })
    fake.press('2')
    expect(fake.copied).toEqual(['systemctl start shop'])
    expect(fake.types()).not.toContain('fix.started')
  })

  it('is left with the session closed; before the end it stays open', async () => {
    const fake = await atVerdict()
    fake.press('q', 'y')
    expect(fake.wizard.state.over).toBe(true)
    expect(fake.types().at(-1)).toBe('session.ended')
    const early = begun()
    early.press('q', 'y')
    expect(early.wizard.state.over).toBe(true)
    expect(early.types()).not.toContain('session.ended')
  })

  it('writes the transcript and says where', async () => {
    const fake = await atVerdict()
    fake.press(String(fake.menu().findIndex((label) => label.includes('transcript')) + 1))
    expect(frame(fake)).toContain('Written to /tmp/transcript.md')
  })
})

describe('asking until it answers well', () => {
  async function verified(samples: boolean[], keys: string[] = []) {
    const fake = await atVerdict()
    fake.samples.push(...samples.map((well) => ({ well, says: well ? '200 after 3 ms' : '502 after 1 ms' })))
    fake.press('4')
    await new Promise((done) => setImmediate(done))
    fake.press(...keys)
    return fake
  }

  it('shows each answer as it comes', async () => {
    const fake = await verified([false])
    expect(frame(fake)).toContain('502 after 1 ms')
    expect(frame(fake)).toContain('0 of 5 good answers in a row, 1 asked')
    fake.press('escape')
  })

  it('ends with the fifth good answer in a row, and keeps since when it is well', async () => {
    const fake = await verified([])
    await expect.poll(() => fake.wizard.state.screen.kind, { timeout: 8000 }).toBe('verified')
    expect(fake.wizard.state.session.verifications[0]?.done).toMatchObject({ result: 'recovered', asked: 5, well: 5 })
    expect(frame(fake)).toContain('It answers well again')
  }, 12_000)

  it('stands beside the verdict then', async () => {
    const fake = await verified([])
    await expect.poll(() => fake.wizard.state.screen.kind, { timeout: 8000 }).toBe('verified')
    expect(frame(fake)).not.toContain('c copy')
    const since = fake.wizard.state.session.verifications[0]?.done?.wellSince?.slice(11, 19)
    fake.press('enter')
    expect(frame(fake)).toContain(`now        it answers well again since ${since}Z`)
  }, 12_000)

  it('Esc stops it, and says that it cannot tell', async () => {
    const fake = await verified([false], ['escape'])
    await expect.poll(() => fake.wizard.state.screen.kind).toBe('verified')
    expect(fake.wizard.state.session.verifications[0]?.done).toMatchObject({ result: 'stopped', wellSince: null })
  })

  it('is not offered where there is nothing to ask', async () => {
    const fake = await atVerdict({ world: { sample: null } })
    expect(fake.menu().join()).not.toContain('until it answers well')
  })
})

describe('beside the search', () => {
  it('notes are masked and kept with their time', () => {
    const fake = begun()
    fake.press('n')
    fake.type('the password is hunter2')
    fake.press('enter')
    expect(fake.wizard.state.session.notes).toMatchObject([{ text: 'the password is [masked]' }])
    expect(fake.wizard.state.overlay).toBeNull()
  })

  it('an empty note is none, and Esc throws one away', () => {
    const fake = begun()
    fake.press('n', 'enter', 'n')
    fake.type('never mind')
    fake.press('escape')
    expect(fake.wizard.state.session.notes).toEqual([])
  })

  it('moments are marked', () => {
    const fake = begun()
    fake.press('f', 'down', 'enter', 'f', '1')
    expect(fake.wizard.state.session.moments.map(({ moment }) => moment)).toEqual(['mitigated', 'onset'])
  })

  it('a note can be written while something runs', async () => {
    const fake = begun()
    fake.press('enter', 'n')
    fake.type('slow today')
    await fake.looks[0]?.answer('')
    fake.press('enter')
    expect(fake.wizard.state.session.notes).toHaveLength(1)
    expect(fake.wizard.state.screen.kind).toBe('result')
  })

  it('w tells why, and stays open from step to step', async () => {
    const fake = begun()
    fake.press('w')
    expect(frame(fake)).toContain('to see')
    fake.press('enter')
    await fake.looks[0]?.answer('')
    fake.press('enter')
    expect(frame(fake)).toContain('to see')
    fake.press('w')
    expect(frame(fake)).not.toContain('to see')
  })

  it('c copies the command that is shown, also after it has run', async () => {
    const fake = begun()
    fake.press('c', 'enter', 'c')
    await fake.looks[0]?.answer('', { argv: ['ss', '-ltn'] })
    expect(frame(fake)).toContain('$ ss -ltn')
    fake.press('c')
    expect(fake.copied).toEqual(["ss 'sport = :3000'", "ss 'sport = :3000'", 'ss -ltn'])
  })

  it('e shows what is known so far', () => {
    const fake = begun()
    fake.press('e')
    expect(frame(fake)).toContain('The diagnosis')
    fake.press('escape')
    expect(frame(fake)).toContain('Is anything on 3000?')
  })
})

describe('leaving', () => {
  it('Ctrl-C once asks, twice leaves', () => {
    const fake = begun()
    fake.press('ctrl-c')
    expect(frame(fake)).toContain('Leave?')
    expect(fake.wizard.state.over).toBe(false)
    fake.press('ctrl-c')
    expect(fake.wizard.state.over).toBe(true)
  })

  it.each(['escape', 'n'])('%s stays', (key) => {
    const fake = begun()
    fake.press('q', key)
    expect(fake.wizard.state).toMatchObject({ over: false, overlay: null })
  })

  it('says how to go on with it', () => {
    const fake = begun()
    fake.press('q')
    expect(frame(fake)).toContain('triage502 resume 2026-11-21T0203-shop-k3f9')
  })

  it('says that nothing is kept where nothing is', () => {
    const fake = begun({ world: { kept: false } })
    fake.press('q')
    expect(frame(fake)).toContain('is not kept')
  })

  it('ends what runs, and journals nothing after', async () => {
    const fake = begun()
    fake.press('enter', 'q', 'y')
    expect(fake.looks[0]?.signal.aborted).toBe(true)
    const { length } = fake.journal
    await fake.looks[0]?.answer('port 3000')
    fake.press('enter', 'b', 'n')
    expect(fake.journal).toHaveLength(length)
  })

  it('does so also while a fix or a verification runs', async () => {
    const fixing = await atVerdict()
    fixing.press('2', '2', 'q', 'y')
    const { length } = fixing.journal
    await fixing.acts[0]?.end({ exit: 0 })
    expect(fixing.journal).toHaveLength(length)
    const asking = await atVerdict()
    asking.press('4', 'ctrl-c', 'ctrl-c')
    const before = asking.journal.length
    await new Promise((done) => setTimeout(done, 50))
    expect(asking.journal).toHaveLength(before)
  })
})

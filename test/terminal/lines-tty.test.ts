import { describe, expect, it } from 'vitest'
import type { Choice } from '../../src/terminal/start.ts'
import { Mistake } from '../../src/words/mistake.ts'
import { branch, end, probe, verdict } from '../guide/make.ts'
import { type FakeWorld, fakeWorld } from './fake-world.ts'
import { type Talk, talk } from './talk.ts'

const NODES = [
  probe('locate/port', {
    title: 'Is anything on 3000?',
    branches: [branch('nothing', 'locate/next', { found: 'nothing listens', suspects: ['process-down'] })],
    blind: 'locate/dark',
  }),
  probe('locate/next', {
    title: 'And what else?',
    branches: [branch('all', 'locate/down', { found: 'that is all' })],
    blind: 'locate/dark',
  }),
  verdict({
    id: 'locate/down',
    flow: 'locate',
    cause: 'process-down',
    place: 'app',
    proof: [['locate/port.nothing']],
    rivals: [],
    says: 'Nothing listens',
    fix: [],
  }),
  end('locate/dark'),
]

const turn = () => new Promise((resolve) => setImmediate(resolve))

function begun(options: Parameters<typeof talk>[1] = {}): FakeWorld & { talk: Talk } {
  const fake = fakeWorld(NODES)
  return { ...fake, talk: talk({ world: fake.world }, { tty: true, ...options }) }
}

/** Starts the first look and waits until it runs. */
async function running(options: Parameters<typeof talk>[1] = {}) {
  const fake = begun(options)
  await fake.talk.waitFor('[1] ')
  fake.talk.send('\n')
  while (fake.looks.length === 0) await turn()
  await turn()
  return fake
}

describe('somebody at a terminal', () => {
  it('types: nothing of it is printed a second time', async () => {
    const { talk: at } = begun()
    expect(await at.answer('n hello')).toBe('Noted.\n[1] ')
    await at.end()
  })

  it('hears every now and then that a look runs, and stops it with Enter', async () => {
    const fake = await running({ every: 20 })
    expect(await fake.talk.waitFor(/\d+ s of at most \d+ s\. Enter stops it\./)).toBeDefined()
    fake.talk.send('\n')
    expect(await fake.talk.waitFor('[1] ')).toMatch(
      /Stopped: nothing was concluded from it\.\n[\s\S]*Is anything on 3000/,
    )
    expect(fake.looks[0]?.signal.aborted).toBe(true)
    await fake.talk.end()
  })

  it('stops what runs with Ctrl-C too, and leaves with the second', async () => {
    const fake = await running()
    fake.talk.interrupt()
    expect(await fake.talk.waitFor('[1] ')).toContain('Stopped')
    fake.talk.interrupt()
    expect(await fake.talk.waitFor('Leave? [y] ')).toContain('triage502 resume')
    fake.talk.interrupt()
    await fake.talk.over
    expect(fake.world.engine.session.ended).toBeNull()
  })

  it('types ahead: lines wait for their question, an interrupt forgets them', async () => {
    const fake = await running()
    fake.talk.send('1\nn ahead\n')
    await fake.looks[0]?.answer('')
    await fake.talk.waitFor('Noted.')
    expect(fake.talk.said()).toContain(' And what else?')
    fake.talk.send('1\n')
    while (fake.looks.length < 2) await turn()
    fake.talk.send('n never\n')
    await turn()
    fake.talk.interrupt()
    await fake.talk.waitFor('Stopped')
    await fake.talk.end()
    expect(fake.world.engine.session.notes.map(({ text }) => text)).toEqual(['ahead', 'never'])
  })

  it('lets it go on alone, step after step, until Enter', async () => {
    const fake = begun()
    await fake.talk.waitFor('[1] ')
    fake.talk.send('a\n')
    while (fake.looks.length < 1) await turn()
    await fake.looks[0]?.answer('')
    while (fake.looks.length < 2) await turn()
    expect(await fake.talk.waitFor('And what else?')).toMatch(
      /Is anything on 3000\?\n \$ [\s\S]*Found: nothing listens\n/,
    )
    fake.talk.send('\n')
    await fake.talk.waitFor('[1] ')
    expect(fake.wizard.world.engine.session.probes).toHaveLength(2)
    await fake.talk.end()
  })

  it('pastes with keys one by one, so that the terminal keeps no line short', async () => {
    const fake = begun()
    const { talk: at } = fake
    await at.waitFor('[1] ')
    at.send('3\n')
    await at.waitFor('leaves it.')
    await turn()
    expect(at.raw).toEqual([true])
    const row = 'y'.repeat(9000)
    at.send(`${row}\r${row}\r`)
    at.send('abd\u007fc\r')
    await turn()
    // What is typed is seen; what is pasted was seen where it came from.
    expect(at.said()).toContain('abd\b \bc\r\n')
    expect(at.said()).not.toContain('yyyy')
    at.send('\u0004')
    await at.waitFor('3 lines, 18006 characters.')
    expect(at.raw).toEqual([true, false])
    expect(fake.wizard.world.engine.session.probes[0]?.capture?.out).toBe(`${row}\n${row}\nabc\n`)
    await at.end()
  })

  it('asks about leaving in the middle of a paste, and goes on with it', async () => {
    const fake = begun()
    const { talk: at } = fake
    await at.waitFor('[1] ')
    at.send('3\n')
    await at.waitFor('leaves it.')
    at.send('one\r')
    await turn()
    at.send('\u0003')
    await at.waitFor('Leave? [y] ')
    expect(at.raw).toEqual([true, false])
    at.send('n\n')
    await turn()
    await turn()
    expect(at.raw).toEqual([true, false, true])
    at.send('two\r.\r')
    await at.waitFor('2 lines, 8 characters.')
    await at.end()
  })

  it('gives the terminal back when a signal ends it in the middle of a paste', async () => {
    const { talk: at, world } = begun()
    await at.waitFor('[1] ')
    at.send('3\n')
    await at.waitFor('leaves it.')
    at.abort()
    await at.over
    expect(at.raw).toEqual([true, false])
    expect(world.engine.session.ended).toBeNull()
  })

  it('ends at a signal while something runs', async () => {
    const fake = await running()
    fake.talk.abort()
    await fake.talk.over
    expect(fake.looks[0]?.signal.aborted).toBe(true)
  })

  it('sees colours only where they are wanted', async () => {
    const plain = begun()
    const coloured = begun({ color: true })
    expect(await plain.talk.waitFor('[1] ')).not.toContain('\u001b')
    expect(await coloured.talk.waitFor('[1] ')).toContain('\u001b[1mtriage502: ')
    await Promise.all([plain.talk.end(), coloured.talk.end()])
  })
})

describe('a file in place of a person', () => {
  it('keeps its empty lines for their questions while a look runs', async () => {
    const fake = begun({ tty: false })
    fake.talk.send('1\n\n\n')
    while (fake.looks.length < 1) await turn()
    await turn()
    expect(fake.looks[0]?.signal.aborted).toBe(false)
    await fake.looks[0]?.answer('')
    while (fake.looks.length < 2) await turn()
    expect(fake.talk.said()).not.toContain('Stopped')
    await fake.looks[1]?.answer('')
    await fake.talk.end()
    expect(fake.world.engine.session.reached?.node).toBe('locate/down')
  })

  it('is left at the first Ctrl-C: nobody could answer', async () => {
    const fake = begun({ tty: false })
    await fake.talk.waitFor('[1] ')
    fake.talk.interrupt()
    await fake.talk.over
    expect(fake.world.engine.session.ended).toBeNull()
    const busy = begun({ tty: false })
    busy.talk.send('1\n')
    while (busy.looks.length < 1) await turn()
    busy.talk.interrupt()
    await busy.talk.over
    expect(busy.looks[0]?.signal.aborted).toBe(true)
  })
})

describe('the start', () => {
  const CHOICES: Choice[] = [
    { group: 'unfinished', id: 'unfinished:a', label: 'https://a.example/', hint: 'a' },
    { group: 'service', id: 'service:shop', label: 'shop', hint: 'https://shop.example/' },
    { group: 'recorded', id: 'recorded:app-hung', label: 'app hung' },
  ]

  function starting(choices = CHOICES) {
    const opened: string[] = []
    const { world } = fakeWorld(NODES)
    const open = async (what: { url: string } | { choice: string }) => {
      const name = 'url' in what ? what.url : what.choice
      opened.push(name)
      if (name === 'nonsense') throw new Mistake('it is no URL', 'Type one.')
      return world
    }
    return { opened, talk: talk({ choices, open }, { tty: true }) }
  }

  it('is a numbered list and a question', async () => {
    const { talk: at, opened } = starting()
    expect(await at.waitFor('> ')).toContain(` 1  go on with: https://a.example/  (a)
 2  service: shop  (https://shop.example/)
 3  recorded: app hung

Which URL fails? Type it, or a number of the list. q leaves.
> `)
    expect(await at.answer('')).toContain('Type a URL, or a number of the list.')
    expect(await at.answer('4')).toContain('There is no 4 here: 1 to 3.')
    expect(await at.answer('nonsense')).toContain('it is no URL. Type one.')
    at.send('2\n')
    await at.waitFor('Is anything on 3000?')
    expect(opened).toEqual(['nonsense', 'service:shop'])
    await at.end()
  })

  it('tells the first of many, and the others by their words', async () => {
    const many = Array.from({ length: 30 }, (_, at): Choice => {
      const label = `${at % 3 === 0 ? 'docker' : 'systemd'} incident ${at}`
      const hint = at === 15 ? '--- · cloudflare › nginx · Docker' : '502 · nginx'
      return { group: 'recorded', kind: 'everyday', id: `recorded:${at}`, label, hint, words: at === 27 ? 'oom' : '' }
    })
    const { talk: at, opened } = starting([...CHOICES.slice(0, 2), ...many])
    const said = await at.waitFor('> ')
    expect(said).toContain(' 2  service: shop')
    expect(said).toContain('18  everyday: docker incident 15  (no answer, cloudflare then nginx, Docker)\n')
    expect(said).not.toContain('incident 16')
    expect(said).toContain('14 more recorded incidents: type words to find some (docker oom), or all.')
    expect(await at.answer('19')).toContain('There is no 19 here: 1 to 18.')
    expect(await at.answer('all')).toContain('32  everyday: systemd incident 29  (502, nginx)\n')
    expect(await at.answer('docker')).toContain(
      '10  everyday: docker incident 27  (502, nginx)\n\n10 of 32. A number chooses;',
    )
    expect(await at.answer('docker OOM')).toContain('1  everyday: docker incident 27  (502, nginx)\n\n1 of 32.')
    expect(await at.answer('2')).toContain('There is no 2 here: 1 to 1.')
    at.send('1\n')
    await at.waitFor('Is anything on 3000?')
    expect(opened).toEqual(['recorded:27'])
    await at.end()
  })

  it('takes a URL', async () => {
    const { talk: at, opened } = starting([])
    await at.waitFor('Which URL fails? Type it. q leaves.')
    at.send('https://b.example/x?y=1\n')
    await at.waitFor('Is anything on 3000?')
    expect(opened).toEqual(['https://b.example/x?y=1'])
    await at.end()
  })

  it.each([
    ['q', (at: Talk) => at.send('q\n')],
    ['the end of the input', (at: Talk) => void at.end()],
    ['Ctrl-C', (at: Talk) => at.interrupt()],
  ])('is left by %s', async (_, leave) => {
    const { talk: at, opened } = starting()
    await at.waitFor('> ')
    leave(at)
    await at.over
    expect(opened).toEqual([])
  })
})

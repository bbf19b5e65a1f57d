import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { openLibrary, packLibrary } from '../../src/flow/shelf.ts'
import { signOf, signsOf } from '../../src/flow/signs.ts'
import type { FlowNode, Library } from '../../src/flow/types.ts'
import { createLanguage } from '../../src/guide/language.ts'
import { ask, branch, end, fork, library, option, probe, verdict } from '../guide/make.ts'

const NODES = [
  probe('locate/look', {
    branches: [branch('seen', 'locate/which', { aside: ['sight/who'] }), branch('not', 'locate/which')],
    blind: 'locate/none',
    title: 'Sieht man — „etwas“? 見る',
  }),
  fork('locate/which', [branch('yes', 'app/down', { when: 'true' }), branch('no', 'locate/asked')]),
  ask('locate/asked', 'Which one?', [option('it', 'app/down'), option('other', 'locate/none')]),
  end('locate/none', 'inconclusive'),
  probe('sight/who', { branches: [branch('root', 'back')], blind: 'back' }),
  verdict({ id: 'app/down', flow: 'app' }),
]
const SMALL = library(NODES, { digest: 'ab12', uncovered: { 'app/down': 'no such — machine' } })

const bytesOf = (packed: Library) => Buffer.from(packLibrary(packed))

afterEach(() => vi.restoreAllMocks())

/** The texts that are parsed while something is done. */
function parsedWhile(work: () => void): string[] {
  const parse = vi.spyOn(JSON, 'parse')
  work()
  return parse.mock.calls.map(([text]) => text)
}

describe('a packed library', () => {
  it('is the same when it is opened again', () => {
    const { signs, ...opened } = openLibrary(bytesOf(SMALL))
    expect(opened).toEqual(SMALL)
    expect(signs).toEqual(signsOf(SMALL))
    expect(Object.keys(opened.nodes)).toEqual(NODES.map(({ id }) => id))
  })

  it('is the same when it is packed again', () => {
    const packed = packLibrary(SMALL)
    expect(packLibrary(openLibrary(Buffer.from(packed)))).toBe(packed)
  })

  it('is one JSON text that any tool can read whole', () => {
    const { index, ...whole } = JSON.parse(packLibrary(SMALL)) as Library & { index: unknown }
    expect(index).toBeDefined()
    expect(whole).toEqual(SMALL)
  })

  it('has a part on each line', () => {
    const lines = packLibrary(SMALL).split('\n')
    for (const { id } of NODES) expect(lines.filter((line) => line.startsWith(`"${id}":`))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('"facts":'))).toHaveLength(1)
  })

  it('may be empty', () => {
    const empty = library([])
    expect(openLibrary(bytesOf(empty)).nodes).toEqual({})
    expect(signsOf(openLibrary(bytesOf(empty)))).toEqual({})
  })

  it.each(['nothing', '', JSON.stringify(SMALL), 'x\ny'])('is refused where it is none: %.20s', (text) => {
    expect(() => openLibrary(Buffer.from(text)).nodes).toThrow()
  })
})

describe('an opened library', () => {
  it('reads a node when it is asked for, once, and no other', () => {
    const opened = openLibrary(bytesOf(SMALL))
    const read = parsedWhile(() => {
      expect(opened.nodes['app/down']).toEqual(SMALL.nodes['app/down'])
      expect(opened.nodes['app/down']).toBe(opened.nodes['app/down'])
    })
    expect(read).toEqual([JSON.stringify(SMALL.nodes['app/down'])])
  })

  it('knows what nodes there are without reading them', () => {
    const opened = openLibrary(bytesOf(SMALL))
    const read = parsedWhile(() => {
      expect('locate/look' in opened.nodes).toBe(true)
      expect(Object.keys(opened.nodes)).toHaveLength(NODES.length)
      expect(opened.nodes['locate/nowhere']).toBeUndefined()
      expect(opened.nodes.constructor).toBeUndefined()
      expect(signsOf(opened)['locate/look']).toEqual({
        kind: 'probe',
        look: 'run',
        ways: ['locate/which', 'sight/who', 'locate/none'],
      })
    })
    expect(read).toEqual([])
  })

  it('reads a part when it is asked for, and no other', () => {
    const opened = openLibrary(bytesOf(SMALL))
    const read = parsedWhile(() => {
      expect(opened.digest).toBe('ab12')
      expect(opened.uncovered).toBe(opened.uncovered)
    })
    expect(read).toEqual(['"ab12"', JSON.stringify(SMALL.uncovered)])
  })
})

describe('a sign', () => {
  it.each<[string, FlowNode | undefined, object]>([
    ['a fork', SMALL.nodes['locate/which'], { kind: 'fork', ways: ['app/down', 'locate/asked'] }],
    ['a question', SMALL.nodes['locate/asked'], { kind: 'ask', ways: ['app/down', 'locate/none'] }],
    ['an end', SMALL.nodes['locate/none'], { kind: 'end', ways: [] }],
    ['a verdict', SMALL.nodes['app/down'], { kind: 'verdict', ways: [], cause: verdict().cause }],
    ['an aside', SMALL.nodes['sight/who'], { kind: 'probe', look: 'run', ways: [] }],
  ])('says of %s what it is and where it leads', (_, node, sign) => {
    expect(node && signOf(node)).toEqual(sign)
  })

  it('tells of an open question where the walk goes on', () => {
    const open = { ...ask('locate/asked', 'Which one?', [option('it', 'app/down')]), open: { go: 'locate/none' } }
    expect(signOf(open).ways).toEqual(['app/down', 'locate/none'])
  })

  it('is made once for a library', () => {
    expect(signsOf(SMALL)).toBe(signsOf(SMALL))
  })
})

describe('the library that the build wrote', () => {
  const path = join(import.meta.dirname, '../../dist/flows.json')
  const whole = JSON.parse(readFileSync(path, 'utf8')) as Library
  const opened = openLibrary(readFileSync(path))

  it('is the same in parts as it is whole', () => {
    for (const name of Object.keys(opened) as (keyof Library)[]) {
      if (name !== 'signs') expect(opened[name], name).toEqual(whole[name])
    }
    expect(Object.keys(opened.nodes)).toEqual(Object.keys(whole.nodes))
  })

  it('has the signs of its nodes', () => {
    expect(opened.signs).toEqual(signsOf(whole))
  })

  it('is opened once, and its expressions are parsed once', () => {
    expect(loadShipped()).toBe(loadShipped())
    expect(createLanguage(loadShipped())).toBe(createLanguage(loadShipped()))
    expect(createLanguage(SMALL)).not.toBe(createLanguage(loadShipped()))
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withAnswers } from '../../src/command/answers.ts'
import { parseLooking } from '../../src/command/options.ts'
import { ask, end, found, library, option } from '../guide/make.ts'
import { testIo } from './io.ts'
import { journalFile } from './journal-file.ts'
import { mistakeOf } from './mistake.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-answers-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const LIBRARY = library([
  ask('locate/kind', 'What is it?', [option('unit', 'locate/end'), option('container', 'locate/end')]),
  end('locate/end'),
])
const options = (...argv: string[]) => parseLooking(argv, LIBRARY, {})

describe('--answers FILE', () => {
  const asked = (...argv: string[]) => withAnswers(options(...argv), LIBRARY, testIo({}, { cwd: folder }))
  const said = (answer: string, by: 'person' | 'flag' | 'evidence' | 'probe', n = 1) => found(answer, n, { by })

  it('takes what a person or a flag said in that session', () => {
    journalFile(folder, 'old.jsonl', said('locate/kind.unit', 'person'))
    expect(asked('--answers', 'old.jsonl').answers).toEqual(new Map([['locate/kind', 'unit']]))
    journalFile(folder, 'flag.jsonl', said('locate/kind.container', 'flag'))
    expect(asked('--answers', join(folder, 'flag.jsonl')).answers).toEqual(new Map([['locate/kind', 'container']]))
  })

  it('takes the last word on a question that was answered again', () => {
    journalFile(
      folder,
      'old.jsonl',
      said('locate/kind.unit', 'person'),
      { type: 'went.back', toVisit: 1 },
      said('locate/kind.container', 'person', 2),
    )
    expect(asked('--answers', 'old.jsonl').answers.get('locate/kind')).toBe('container')
  })

  it('takes nothing that the evidence decided: it is looked at again', () => {
    journalFile(folder, 'old.jsonl', said('locate/kind.unit', 'evidence'), said('locate/log.x', 'probe', 2))
    expect(asked('--answers', 'old.jsonl').answers).toEqual(new Map())
  })

  it('yields to --answer', () => {
    journalFile(folder, 'old.jsonl', said('locate/kind.unit', 'person'))
    const both = asked('--answers', 'old.jsonl', '--answer', 'locate/kind=container')
    expect(both.answers).toEqual(new Map([['locate/kind', 'container']]))
  })

  it('is a mistake for no journal, a damaged one, and questions that nobody asks any more', async () => {
    expect(await mistakeOf(() => asked('--answers', 'no.jsonl'))).toContain('there is no journal')
    writeFileSync(join(folder, 'bad.jsonl'), 'x\n{}\n')
    expect(await mistakeOf(() => asked('--answers', 'bad.jsonl'))).toContain('--answers bad.jsonl is no sound journal')
    journalFile(folder, 'old.jsonl', said('locate/gone.unit', 'person'))
    expect(await mistakeOf(() => asked('--answers', 'old.jsonl'))).toContain('names no question')
  })

  it('changes nothing where it is not given', () => {
    const plain = options()
    expect(withAnswers(plain, LIBRARY, testIo({}))).toBe(plain)
  })
})

import { describe, expect, it } from 'vitest'
import { progress } from '../../src/command/progress.ts'
import type { Prompt } from '../../src/guide/action.ts'
import { probe, REQUEST } from '../guide/make.ts'
import { testIo } from './io.ts'

describe('progress', () => {
  const says = (title: string): Prompt => ({
    kind: 'probe',
    node: probe('a/b', { branches: [], blind: 'a/c' }),
    request: REQUEST,
    title,
    suspects: [],
  })

  it('is one line on the terminal, written over and taken away', () => {
    const io = testIo({}, { stderrTty: true })
    const steps = progress(io)
    steps.step(says('Is anything listening?'))
    steps.step({ kind: 'ask', node: 'a/c', title: 'What is it?', why: '', options: [] })
    steps.clear()
    steps.clear()
    expect(io.said()).toBe('\r\u001b[2KIs anything listening?\r\u001b[2KWhat is it?\r\u001b[2K')
    expect(io.printed()).toBe('')
  })

  it('says nothing where standard error is no terminal', () => {
    const io = testIo({}, { stdoutTty: true })
    const steps = progress(io)
    steps.step(says('Is anything listening?'))
    steps.clear()
    expect(io.said()).toBe('')
  })

  it('says nothing for what is no look and no question', () => {
    const io = testIo({}, { stderrTty: true })
    const steps = progress(io)
    steps.step({ kind: 'reached' })
    steps.clear()
    expect(io.said()).toBe('')
  })

  it('stays one line that fits, whatever a title holds', () => {
    const io = testIo({}, { stderrTty: true, columns: 40 })
    progress(io).step(says(`from \u001b]0;owned\u0007 a\nlog\r${'x'.repeat(500)}`))
    const shown = io.said().replace('\r\u001b[2K', '')
    expect(shown).not.toMatch(/[\u0000-\u001f]/)
    expect(shown.length).toBeLessThan(40)
  })
})

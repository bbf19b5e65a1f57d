import { expect, it } from 'vitest'
import { KEYS } from '../pty.ts'
import { endsAfterEach, expectGivenBack, expectWellDrawn, open } from '../support.ts'

// Whole ways through the built program, at a real pseudo-terminal with a real screen.

endsAfterEach()

it('Enter alone leads from the first step to the verdict', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  let before = ''
  for (let step = 0; step < 60; step++) {
    const shown = await pty.until(() => {
      const now = pty.rows().slice(1).join('\n')
      return now !== before && /❯ (Run it|Go on|1\.)/.test(now) ? now : undefined
    }, 'the next step is shown')
    expectWellDrawn(pty)
    if (shown.includes('❯ 1.')) break
    before = shown
    pty.type(KEYS.enter)
  }
  pty.type('q')
  await pty.waitFor('Leave?')
  pty.type(KEYS.enter)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.exit).toBe(0)
  expect(left.text).toContain('process-down')
  expect(home.events('session.ended')).toMatchObject([{ ended: 'complete' }])
})

import { expect, it } from 'vitest'
import { guess, guessIn } from './guess.ts'

it.each([
  ['slow-app\tthe error log\n', { cause: 'slow-app', place: 'app' }],
  ['noise\nblocked\tthe error log\n', { cause: 'blocked', place: 'proxy' }],
  ['unknown\tno rule fits\n', { cause: null, place: null }],
  ['healthy\tit answers 200\n', { cause: null, place: null }],
  ['', { cause: null, place: null }],
])('the last line that the checklist prints is its guess: %j', (printed, wanted) => {
  expect(guessIn(printed)).toEqual(wanted)
})

it('the whole script goes along, and has a minute', async () => {
  const asked: string[][] = []
  await guess('http://shop.test/', async (argv) => {
    asked.push(argv)
    return ''
  })
  expect(asked).toEqual([
    ['timeout', '60', 'bash', '-c', expect.stringContaining('case "$status"'), 'diagnose-502.sh', 'http://shop.test/'],
  ])
})

import { expect, it } from 'vitest'
import { oldAnswers, oldErrors } from './noise.ts'

const NOW = new Date('2026-11-21T01:00:00Z')

it('is older than any window, in the format and the zone of the log', () => {
  const [first = '', ...more] = oldErrors(NOW).trimEnd().split('\n')
  expect(first).toMatch(
    /^2026\/11\/19 22:48:00 \[error\] 811#811: \*1400 upstream timed out \(110: Connection timed out\)/,
  )
  expect(more.at(-1)).toMatch(/^2026\/11\/20 23:06:00 /)
  expect(oldErrors(NOW, 'Asia/Kathmandu')).toMatch(/^2026\/11\/20 04:33:00 /)
})

it('stands in the access log between good answers', () => {
  const lines = oldAnswers(NOW, 'Asia/Kathmandu').trimEnd().split('\n')
  expect(lines[1]).toBe(
    '10.20.0.17 - - [20/Nov/2026:04:33:00 +0545] "GET /checkout HTTP/1.1" 504 559 "-" "Mozilla/5.0"',
  )
  expect(lines[0]).toMatch(/" 200 512 /)
  expect(oldAnswers(NOW)).toContain('[19/Nov/2026:22:48:00 +0000]')
})

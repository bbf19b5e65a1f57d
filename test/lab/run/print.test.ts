import { expect, it } from 'vitest'
import { confusionLines, departed, tableHead, tableRow, totalLines } from './print.ts'
import { rowOf } from './row.ts'
import { caseOf, ranOf, ranWell, wellCase } from './support.ts'
import { aimsOf, totalsOf } from './totals.ts'

const wrong = ranOf({ cause: 'wrong-port', confidence: 'likely' })
const rows = [
  rowOf(caseOf('shop-down'), ranOf()),
  rowOf(wellCase('shop-well'), ranWell()),
  rowOf(caseOf('other'), wrong),
]

it('a row says truth, verdict, confidence, and what of it is right', () => {
  const text = [tableHead(), ...rows.map(tableRow)]
  expect(text).toEqual([
    'case                           truth                  told                   confidence place shape cause cites probes   secs checklist',
    'shop-down                      process-down           process-down           confirmed  ok    ok    ok    ok        10    1.0',
    'shop-well                      healthy                healthy                -          ok    ok    ok    ok        10    1.0',
    'other                          process-down           wrong-port             likely     ok    ok    WRONG ok        10    1.0',
  ])
})

it('a wrong row shows the diagnosis beside the truth: findings and blind spots', () => {
  const row = rows[2]
  const text = row ? departed(row) : ''
  expect(text).toContain('the cause is wrong-port, not process-down')
  expect(text).toContain('1 app/listening.none: 127.0.0.1:3000 refuses')
  expect(text).toContain('dark no-vantage: the kernel log')
})

it('the totals name what was skipped, what could not be made, and each aim', () => {
  const totals = totalsOf(rows, [{ name: 'tls-sni', why: 'missing: openssl' }], [{ name: 'x', why: 'no nginx\nat y' }])
  const text = totalLines(totals, aimsOf(totals, true)).join('\n')
  expect(text).toContain('4 cases, 1 skipped, 1 broken')
  expect(text).toContain('skipped tls-sni: missing: openssl')
  expect(text).toContain('broken  x: no nginx\n')
  expect(text).toContain('FAIL none skipped: 1')
  expect(text).toContain('ok   no false alarm: 0')
  expect(text).not.toContain('the baseline')
})

it('a part of the cases has no aims', () => {
  expect(totalLines(totalsOf(rows, [], []), null).join('\n')).not.toMatch(/^(ok|FAIL) /m)
})

it('what was told as what', () => {
  expect(confusionLines(rows)).toEqual([
    'what was told as what',
    '  healthy                  told as healthy 1',
    '  process-down             told as process-down 1, WRONG wrong-port 1',
  ])
})

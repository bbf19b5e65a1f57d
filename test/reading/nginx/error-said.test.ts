import { describe, expect, it } from 'vitest'
import { OURS, readLog, shopLine } from './error-support.ts'

const upstream = 'fastcgi://127.0.0.1:9000'
const said = (text: string) =>
  shopLine({ says: `FastCGI sent in stderr: "${text}" while reading response header from upstream`, upstream })
const read = (log: string, requests = [OURS]) => readLog(log, { requests }).value

describe('what a FastCGI application wrote to its standard error', () => {
  it('while it answered us', () => {
    const value = read(said('Primary script unknown'))
    expect(value.said).toBe('Primary script unknown')
    // Words are no failure of nginx's.
    expect(value.ours.found).toBe(false)
    expect(value.count).toBe(0n)
  })

  it('over several lines: the first', () => {
    const fatal =
      'PHP message: PHP Fatal error:  Uncaught Error: Call to undefined function nowhere() in /srv/shop/page.php:1\nStack trace:\n#0 {main}\n  thrown in /srv/shop/page.php on line 1'
    expect(read(said(fatal)).said).toBe(
      'PHP message: PHP Fatal error:  Uncaught Error: Call to undefined function nowhere() in /srv/shop/page.php:1',
    )
  })

  it('is not what it wrote for somebody else, or what nobody asked for', () => {
    expect(read(said('Primary script unknown'), []).said).toBe('')
    expect(read(said('Primary script unknown').replaceAll('/cart?x=1', '/other')).said).toBe('')
    const earlier = { ...OURS, startedAt: new Date('2026-11-21T04:01:00Z'), endedAt: new Date('2026-11-21T04:01:01Z') }
    expect(read(said('Primary script unknown'), [earlier]).said).toBe('')
  })

  it('is bounded, and visible', () => {
    expect(read(said(`\u001b[31m${'x'.repeat(5000)}`)).said.length).toBeLessThanOrEqual(300)
    expect(read(said('\u001b[31mred')).said).toBe('red')
  })

  it('is nothing where no line of the kind stands', () => {
    expect(read('').said).toBe('')
    expect(
      read(shopLine({ says: 'upstream prematurely closed FastCGI request while reading upstream', upstream })).said,
    ).toBe('')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../src/report/html.ts'
import { escapeText, markdown } from '../../src/report/markdown.ts'
import { type Block, mapTexts } from '../../src/report/outline.ts'
import { transcript } from '../../src/report/transcript.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { found } from '../guide/make.ts'
import { DIAGNOSED, HEALTHY, INCONCLUSIVE, judged, REFUSED_LINE } from './incident.ts'

const blocks = (events: readonly SessionEvent[]) => {
  const { session, diagnosis } = judged(events)
  return transcript(session, diagnosis)
}
const report = (events: readonly SessionEvent[]) => markdown(blocks(events))

/** The text under a heading. */
function part(text: string, heading: string): string {
  const from = text.indexOf(`## ${heading}\n`)
  if (from < 0) return ''
  const next = text.indexOf('\n## ', from + 3)
  return text.slice(from, next < 0 ? undefined : next)
}

describe('the transcript as Markdown', () => {
  it('begins with what it was', () => {
    expect(report(DIAGNOSED)).toMatch(
      /^# Incident at shop\.example\.com\/checkout\n\n## Summary\n\n\*\*The app listens on 3001; nginx sends to 23099\*\*\n/,
    )
    expect(part(report(DIAGNOSED), 'Summary')).toContain('| Certainty | confirmed: ')
    expect(part(report(DIAGNOSED), 'Summary')).toContain('nginx (proxy) made it \\[finding 1\\]')
  })

  it('tells what happened when, in order, the change before the error before the search', () => {
    const rows = part(report(DIAGNOSED), 'Timeline (UTC)')
      .split('\n')
      .filter((line) => line.startsWith('| 2026'))
    expect(rows).toEqual([
      '| 2026-11-21 02:01:10 | Changed: shop.service started |',
      '| 2026-11-21 02:01:12 | The first error that was seen |',
      '| 2026-11-21 02:03:00 | The search began |',
      expect.stringContaining('| Finding 1: nginx made the 502 |'),
      expect.stringContaining('| Finding 2: nginx was refused by 127.0.0.1:23099, 14 times since 02:01:12Z |'),
      expect.stringContaining('| Finding 3: the app (pid 4242) listens on 3001 |'),
      expect.stringContaining('| The app listens on 3001; nginx sends to 23099 |'),
    ])
  })

  it('has the notes that somebody took', () => {
    const noted: SessionEvent[] = [...DIAGNOSED.slice(0, 8), { type: 'note.added', text: 'called the owner' }]
    expect(part(report(noted), 'Timeline (UTC)')).toContain('| Note: called the owner |')
  })

  it('proves the verdict with the lines that decided', () => {
    const proofs = part(report(DIAGNOSED), 'What proves it')
    expect(proofs).toContain(
      '- Finding 2: nginx was refused by 127.0.0.1:23099, 14 times since 02:01:12Z `tail -n 1000 /var/log/nginx/error.log`',
    )
    expect(proofs).toContain(`\n  \`\`\`text\n  ${REFUSED_LINE}\n  \`\`\`\n`)
    expect(proofs).not.toContain('Finding 1')
  })

  it('tells what was run, from where, how long it took and what came of it', () => {
    const rows = part(report(DIAGNOSED), 'What was looked at')
    expect(rows).toContain('| 3 | local | `ss -ltnpH` | 0 | 12 ms | ok |')
    expect(part(report(INCONCLUSIVE), 'What was looked at')).toContain(
      '| 2 | proxy | `ss -ltnpH` |  | 0 ms | nothing seen (timed-out) |',
    )
  })

  it('tells the fix, and warns of what changes something', () => {
    expect(part(report(DIAGNOSED), 'Fix')).toBe(`## Fix

1. Point proxy\\_pass at 3001
2. Load the new configuration. This changes something: read it before it is run.

   \`\`\`text
   systemctl reload nginx
   \`\`\`

3. Look:

   \`\`\`text
   ss -ltn 'sport = :3001'
   \`\`\`
`)
  })

  it('ends in a list to tick off', () => {
    expect(part(report(DIAGNOSED), 'So that it does not come back')).toContain('- [ ] Keep the port in one place\n')
  })

  it('tells what was ruled out and what stayed dark, with or without a verdict', () => {
    expect(part(report(DIAGNOSED), 'Ruled out')).toContain(
      '- **process-down**: finding 3, the app (pid 4242) listens on 3001',
    )
    expect(part(report(INCONCLUSIVE), 'Could not be seen')).toContain(
      '- **no-vantage**: the upstream is on another machine `app/listening`\n- Nobody answered: Which proxy stands in front?',
    )
    expect(part(report(HEALTHY), 'Fix')).toBe('')
    expect(part(report(HEALTHY), 'What was found')).toContain('all 5 requests were answered')
  })
})

describe('hostile text in Markdown is only text', () => {
  it.each([
    ['a table cell', 'a | b', 'a \\| b'],
    ['code', 'a `b` c', 'a \\`b\\` c'],
    ['a link', '[x](javascript:alert(1))', '\\[x\\](javascript:alert(1))'],
    ['an image', '![x](http://e/)', '\\!\\[x\\](http\\://e/)'],
    ['HTML', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['an entity', '&lt;', '&amp;lt;'],
    ['emphasis', '*a* _b_ ~c~', '\\*a\\* \\_b\\_ \\~c\\~'],
    ['a mention', '@team', '\\@team'],
    ['a heading', '# a', '\\# a'],
    ['a list', '- a', '\\- a'],
    ['a numbered list', '1. a', '1\\. a'],
    ['a rule', '---', '\\---'],
    ['a bare link', 'www.evil.example', 'www\\.evil.example'],
    ['a backslash', 'a\\', 'a\\\\'],
    ['lines', 'a\n\n# b', 'a \\# b'],
  ])('%s', (_, text, escaped) => expect(escapeText(text)).toBe(escaped))

  it('stays in its code span, however many backticks it has', () => {
    const code = (text: string) => markdown([{ kind: 'paragraph', text: [{ code: text }] }])
    expect(code('a')).toBe('`a`\n')
    expect(code('a`b')).toBe('``a`b``\n')
    expect(code('```')).toBe('```` ``` ````\n')
    expect(code('a\n\n# b')).toBe('`a # b`\n')
  })

  it('stays in its cell', () => {
    const table: Block = { kind: 'table', head: ['x'], rows: [[[{ code: 'a|b' }]], [['c|d\ne']]] }
    expect(markdown([table])).toBe('| x |\n| --- |\n| `a\\|b` |\n| c\\|d e |\n')
  })

  it('stays in its fence', () => {
    const text = markdown([{ kind: 'lines', lines: ['```', '````', 'x\n```\n# out'] }])
    expect(text).toBe('`````text\n```\n````\nx ``` # out\n`````\n')
  })

  it('never opens a tag or leaves a control character, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('<img src=x>', '```\n<b>', '|`<b>')),
        (text) => {
          const found_ = found('a/b.c', 1, { finding: { n: 1, says: text, lines: [] } })
          const written = report([...DIAGNOSED.slice(0, 3), found_, { type: 'note.added', text }])
          expect(written).not.toMatch(/<[a-z!/]/i)
          expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('the transcript as HTML', () => {
  it('is one page that loads and runs nothing', () => {
    const page = html(blocks(DIAGNOSED))
    expect(page).toMatch(/^<!doctype html>\n/)
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=/)
    expect(page).toContain('<h2>What proves it</h2>')
    expect(page).toContain('<pre>systemctl reload nginx</pre>')
  })

  it('has no tag that a text brought', () => {
    const ours = new Set(html(blocks(DIAGNOSED)).match(/<\/?[a-z0-9]+/g))
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('</pre><script>', '"><img src=x onerror=1>', "'><b>", '&lt;b')),
        (text) => {
          const says = found('a/b.c', 1, { finding: { n: 1, says: text, lines: [text] } })
          const page = html(blocks([...DIAGNOSED.slice(0, 3), says, { type: 'note.added', text }]))
          for (const tag of page.match(/<\/?[a-z0-9]+/gi) ?? []) expect(ours).toContain(tag)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('shows a text as it is', () => {
    expect(html([{ kind: 'paragraph', text: ['a <b> & "c" \'d\''] }])).toContain(
      '<p>a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>',
    )
  })
})

describe('changing the texts of a report', () => {
  it('reaches every text, and leaves its form', () => {
    const all = blocks(DIAGNOSED)
    const seen: string[] = []
    const look = (text: string) => {
      seen.push(text)
      return text
    }
    expect(mapTexts(all, look)).toEqual(all)
    expect(seen.join('\n')).toContain(REFUSED_LINE)
    const every = markdown(mapTexts(all, () => 'x'))
    expect(every).not.toContain('shop')
  })
})

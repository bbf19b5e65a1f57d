import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../src/report/document.ts'
import { html } from '../../src/report/html.ts'
import { tokenizer } from '../../src/report/levels.ts'
import { escapeText, markdown } from '../../src/report/markdown.ts'
import type { Block } from '../../src/report/outline.ts'
import { plainDiagnosis } from '../../src/report/plain.ts'
import { commandLine, oneLine } from '../../src/report/shown.ts'
import { DIAGNOSED, diagnosisOf } from './incident.ts'

/** What a stranger may have put into a log line, a header, a path or a name. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a terminal’s title', 'x\u001b]0;owned\u0007y'],
  ['a cleared screen', 'x\u001b[2J\u001b[Hy'],
  ['a colour that never ends', '\u001b[31mred'],
  ['an eight-bit CSI', 'x\u009b31my'],
  ['a carriage return', 'good\rbad'],
  ['a line of its own', 'x\nVerdict: all is well\ny'],
  ['a bell and a backspace', 'x\u0007\u0008y'],
  ['NUL', 'x\u0000y'],
  ['DEL', 'x\u007fy'],
  ['text that runs the other way', 'x\u202eexe.gpj\u202cy'],
  ['isolates', 'x\u2066y\u2069'],
  ['zero width', 'pay\u200bpal\u200d\ufeff'],
  ['a line separator', 'x\u2028y\u2029z'],
  ['half a character', 'x\ud800y'],
  ['HTML', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['an attribute’s end', '" onmouseover="alert(1)\' x=\''],
  ['an entity', '&lt;script&gt; &#x3c;'],
  ['a comment', '<!-- --> <![CDATA[ ]]>'],
  ['a link', '[click](javascript:alert(1)) ![x](http://evil.example/x.png)'],
  ['emphasis', '**bold** _em_ ~~gone~~ `code` ``` fence'],
  ['a heading, a list, a quote', '# h\n- l\n> q\n1. o\n---\n***'],
  ['a table’s end', 'x | y || z \\| w'],
  ['a mention and a reference', '@everyone fixes #1 user/repo#2'],
  ['a bare address', 'http://evil.example/ www.evil.example'],
  ['maths', '$x$ $$y$$'],
  ['a path back', '../../../../etc/passwd'],
]

const PLAIN_HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/

/** A diagnosis with the text in every field that holds one from outside. */
function infested(text: string): Diagnosis {
  const diagnosis = diagnosisOf(DIAGNOSED)
  const { verdict } = diagnosis
  if (!verdict) throw new Error('there is a verdict')
  return {
    ...diagnosis,
    url: text,
    verdict: { ...verdict, says: text, fix: [{ say: text, run: [text, text], effect: 'changes' }] },
    alternatives: [{ ...verdict, says: text }],
    blindSpots: [{ probe: 1, node: 'a/b', why: 'cut', says: text }],
    openQuestions: [{ node: 'a/b', says: text }],
    findings: diagnosis.findings.map((finding) => ({ ...finding, says: text, lines: [text] })),
    probes: diagnosis.probes.map((probe) => ({ ...probe, argv: [text, text], at: text })),
    onset: { firstError: null, lastChange: { what: text, at: null }, changes: [] },
    session: text,
  }
}

/** A report with the text in every place that a block has for one. */
function blocks(text: string): Block[] {
  return [
    { kind: 'title', text },
    { kind: 'heading', text },
    { kind: 'paragraph', text: [text, { strong: text }, { code: text }] },
    { kind: 'list', ordered: false, items: [{ text: [text], lines: [text] }] },
    { kind: 'list', ordered: true, items: [{ text: [{ code: text }], lines: [] }] },
    { kind: 'checklist', items: [[text]] },
    { kind: 'table', head: [text, 'b'], rows: [[[text], [{ code: text }]]] },
    { kind: 'lines', lines: [text, text] },
  ]
}

describe('on a terminal', () => {
  it.each(HOSTILE)('%s is only text', (_, text) => {
    const page = plainDiagnosis(infested(text), { color: false, columns: 80 })
    expect(page).not.toMatch(PLAIN_HIDDEN)
    // As many lines begin at the margin as with text that is harmless and as long.
    expect(page).not.toContain('\nVerdict: all is well')
  })

  it.each(HOSTILE)('%s is one line, and stays as it is when shown again', (_, text) => {
    const shown = oneLine(text)
    expect(shown).not.toMatch(/[\n\r]/)
    expect(oneLine(shown)).toBe(shown)
  })

  it.each(HOSTILE)('%s in a command is one quoted word', (_, text) => {
    const line = commandLine(['echo', text])
    expect(line).not.toMatch(PLAIN_HIDDEN)
    expect(line).not.toContain('\n')
    const word = line.slice('echo '.length)
    expect(word.replaceAll("'\\''", '')).toMatch(/^(?:[A-Za-z0-9_@%+=:,./-]+|'[^']*')$/)
  })
})

describe('in HTML', () => {
  it.each(HOSTILE)('%s is only text', (_, text) => {
    const page = html(blocks(text))
    const body = page.slice(page.indexOf('<body>'))
    const tags = [...body.matchAll(/<\/?([^\s>]*)/g)].map(([, name]) => name)
    const ours = 'body h1 h2 p strong code ul ol li pre input table thead tbody tr th td html'.split(' ')
    expect(tags.filter((name) => !ours.includes(name ?? ''))).toEqual([])
    expect(body).not.toMatch(/<[^>]*\son\w+=/i)
    expect(body).not.toMatch(PLAIN_HIDDEN)
  })

  it('loads nothing and runs nothing, by its own policy', () => {
    expect(html([])).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
  })
})

describe('in Markdown', () => {
  it.each(HOSTILE)('%s is only text', (_, text) => {
    const page = markdown(blocks(text))
    const outside = page.replace(/(`{1,})[\s\S]*?\1/g, '')
    expect(outside).not.toMatch(/<[a-z!/]/i)
    expect(outside).not.toMatch(/(?<!\\)\]\(/)
    expect(outside).not.toMatch(/(?<![\\\w])[@#](?:everyone|1)/)
    expect(outside).not.toMatch(/https?:\/\//)
    expect(page).not.toMatch(PLAIN_HIDDEN)
  })

  it.each([
    ['**bold**', '\\*\\*bold\\*\\*'],
    ['_em_', '\\_em\\_'],
    ['`code`', '\\`code\\`'],
    ['[a](b)', '\\[a\\](b)'],
    ['<b>', '&lt;b&gt;'],
    ['a & b', 'a &amp; b'],
    ['a | b', 'a \\| b'],
    ['# h', '\\# h'],
    ['- l', '\\- l'],
    ['+ l', '\\+ l'],
    ['= h', '\\= h'],
    ['1. o', '1\\. o'],
    ['12) o', '12\\) o'],
    ['1.5 s', '1\\.5 s'],
    ['> q', '&gt; q'],
    ['@ann', '\\@ann'],
    ['http://a.example/', 'http\\://a.example/'],
    ['www.a.example', 'www\\.a.example'],
    ['a\\b', 'a\\\\b'],
    ['two\nlines', 'two lines'],
    ['plain text, (in brackets): fine.', 'plain text, (in brackets): fine.'],
  ])('%j is written %j', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped)
  })
})

describe('by level', () => {
  const TEXTS: readonly (readonly [text: string, team: string, publicly: string])[] = [
    ['ann@corp.example wrote', 'mail-1 wrote', 'mail-1 wrote'],
    ['arn:aws:elb:eu-west-1:123456789012:x', 'arn:aws:elb:eu-west-1:account-1:x', 'arn:aws:elb:eu-west-1:account-1:x'],
    ['10.0.0.5:3000', '10.0.0.5:3000', 'addr-1:3000'],
    ['127.0.0.1:3000', '127.0.0.1:3000', 'loopback-1:3000'],
    ['[::1]:3000', '[::1]:3000', '[loopback-1]:3000'],
    ['0.0.0.0:3000', '0.0.0.0:3000', '0.0.0.0:3000'],
    ['[2001:db8::1]:443', '[2001:db8::1]:443', '[addr-1]:443'],
    ['https://shop.acme/x', 'https://shop.acme/x', 'https://host-1/x'],
    ['host: "shop.acme"', 'host: "shop.acme"', 'host: "host-1"'],
    ['db.prod.internal', 'db.prod.internal', 'host-1'],
    ['/etc/nginx/nginx.conf', '/etc/nginx/nginx.conf', '/etc/nginx/nginx.conf'],
    ['nginx/1.22.1', 'nginx/1.22.1', 'nginx/1.22.1'],
    [
      'connect() failed (111: Connection refused)',
      'connect() failed (111: Connection refused)',
      'connect() failed (111: Connection refused)',
    ],
  ]

  it.each(TEXTS)('%s: to the team %s, to all %s', (text, team, publicly) => {
    const none = { hosts: [], session: '' }
    expect(tokenizer('local', none)(text)).toBe(text)
    expect(tokenizer('team', none)(text)).toBe(team)
    expect(tokenizer('public', none)(text)).toBe(publicly)
  })
})

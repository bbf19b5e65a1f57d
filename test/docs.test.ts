import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { helpFor } from '../src/command/help.ts'
import { loadShipped } from '../src/command/library.ts'
import { READERS } from '../src/reading/index.ts'
import { BLIND_REASONS, CAUSES } from '../src/words/vocabulary.ts'
import { runAsScript } from './replay.ts'

// What is written for people is held against what the program does.

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const read = (name: string) => readFileSync(join(root, name), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'triage502-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (argv: string[]) => runAsScript(argv, { env: {}, cwd: folder, now: () => new Date() })

/** The first YAML block: the worked example. */
const example = /```yaml\n([\s\S]*?)```/.exec(read('docs/flow-language.md'))?.[1] ?? ''

describe('the worked example of the flow language', { timeout: 60_000 }, () => {
  it('passes the checker as it stands', async () => {
    writeFileSync(join(folder, 'disk.yaml'), example)
    const { exit, err } = await run(['flows', 'check', '--flows', folder])
    expect(err).toBe('')
    expect(exit).toBe(0)
  })

  it('gets the complaints that are shown when it is misspelt', async () => {
    const shown = [...read('docs/flow-language.md').matchAll(/^mine\/(disk\.yaml:.*)$/gm)].map(([, line]) => line)
    const misspelt = example
      .replace('"df -Pk', '"dff -Pk')
      .replace('fullest_permille >= 990', 'fullest_permile >= 990')
      .replace('df tells of no disk", go: unexplained', 'df tells of no disk", go: unexplaned')
    writeFileSync(join(folder, 'disk.yaml'), misspelt)
    const { exit, err } = await run(['flows', 'check', '--flows', folder])
    expect(exit).toBe(1)
    expect(err.trim().split('\n')).toEqual(shown.map((line) => `${folder}/${line}`))
  })
})

describe('what documents name is there', () => {
  it.each(documents)('%s: every link leads to a file', (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target]) => target ?? '')
    const broken = links.filter((target) => !existsSync(resolve(root, dirname(name), target)))
    expect(broken).toEqual([])
  })

  it.each(documents)('%s: every path of the checkout is there', (name) => {
    const paths = [...read(name).matchAll(/`((?:src|flows|scripts|test|schema|docs|bin)\/[\w./-]+?)\/?`/g)]
    const missing = paths.map(([, path]) => path ?? '').filter((path) => !existsSync(join(root, path)))
    expect(missing).toEqual([])
  })

  it.each(documents)('%s: every npm script is there', (name) => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = [...read(name).matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, script]) => script ?? '')
    expect(named.filter((script) => !(script in scripts))).toEqual([])
  })
})

it('the verdicts page names every cause, and every verdict that the flows have', () => {
  const page = read('docs/verdicts.md')
  expect(CAUSES.filter((cause) => !page.includes(`\`${cause}\``))).toEqual([])
  const verdicts = Object.values(loadShipped().nodes).filter((node) => node.kind === 'verdict')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const told = (id: string, cause: string) =>
    rows.some((row) => row.startsWith(`| \`${cause}\` `) && row.includes(`\`${id}\``))
  expect(verdicts.filter((node) => !told(node.id, node.cause)).map((node) => `${node.id} (${node.cause})`)).toEqual([])
  const withVerdict = new Set<string>(verdicts.map((node) => node.cause))
  const without = /no verdict yet\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
  expect(CAUSES.filter((cause) => without.includes(`\`${cause}\``) === withVerdict.has(cause))).toEqual([])
})

it('the contract names every option of diagnose, and every reason to be blind', () => {
  const page = read('docs/contract.md')
  const options = [...helpFor('diagnose').matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option)
  expect(options.length).toBeGreaterThan(20)
  expect([...new Set(options)].filter((option) => !page.includes(`\`${option}`))).toEqual([])
  expect(BLIND_REASONS.filter((why) => !page.includes(`\`${why}\``))).toEqual([])
})

it('the flow language names every kind of node, probe and fact type, and no reader that is not there', () => {
  const page = read('docs/flow-language.md')
  for (const kind of ['probe', 'fork', 'ask', 'verdict', 'end']) expect(page).toContain(`### ${kind}\n`)
  const readers = [...example.matchAll(/read: ([a-z-]+)/g)].map(([, name]) => name ?? '')
  expect(readers.filter((name) => !(name in READERS))).toEqual([])
})

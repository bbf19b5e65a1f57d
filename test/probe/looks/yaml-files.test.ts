import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { FileReader, parsedYaml } from '../../../src/probe/looks/yaml-files.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yaml-files-'))
  mkdirSync(join(folder, 'dynamic'))
  for (const [name, text] of Object.entries({
    'a.yaml': 'a: { b: [1, two] }\n',
    'a.json': '{"a": true}',
    'a.toml': '[a]\nb = 1\n',
    'broken.toml': 'a: 1\n',
    'broken.yaml': 'a: [1\n',
    'list.yaml': '- 1\n',
    'dynamic/two.yml': 'b: 2\n',
    'dynamic/one.yaml': 'a: 1\n',
    'dynamic/notes.txt': 'no',
  })) {
    writeFileSync(join(folder, name), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reader = (over = () => false) => new FileReader(new Beneath(''), over)

describe('a configuration file', () => {
  it('of YAML or JSON', async () => {
    const files = reader()
    expect(await files.content(join(folder, 'a.yaml'))).toEqual({ a: { b: [1, 'two'] } })
    expect(await files.content(join(folder, 'a.json'))).toEqual({ a: true })
    expect(files.read.map(({ path }) => path)).toEqual([join(folder, 'a.yaml'), join(folder, 'a.json')])
    expect(files.gaps).toEqual([])
  })

  it('of TOML', async () => {
    expect(await reader().content(join(folder, 'a.toml'))).toEqual({ a: { b: 1 } })
  })

  it.each(['broken.yaml', 'broken.toml', 'list.yaml'])('%s is of no form that is read', async (name) => {
    const files = reader()
    expect(await files.content(join(folder, name))).toBeUndefined()
    expect(files.gaps[0]).toContain(`${name} is of no form`)
  })

  it('that is not there is nothing to tell of; one that is no file may not be read', async () => {
    const files = reader()
    expect(await files.content(join(folder, 'none.yaml'))).toBeUndefined()
    expect([files.read, files.unreadable, files.gaps]).toEqual([[], [], []])
    expect(await files.content(join(folder, 'dynamic'))).toBeUndefined()
    expect(files.unreadable).toEqual([join(folder, 'dynamic')])
  })

  it('is not read when the time is over', async () => {
    const files = reader(() => true)
    expect(await files.content(join(folder, 'a.yaml'))).toBeUndefined()
    expect(files.gaps[0]).toContain('was not read')
  })

  it('of a folder, by name and ending', async () => {
    const names = await reader().folder(join(folder, 'dynamic'), ['.yml', '.yaml'])
    expect(names).toEqual([join(folder, 'dynamic/one.yaml'), join(folder, 'dynamic/two.yml')])
    expect(await reader().folder(join(folder, 'none'), ['.yml'])).toEqual([])
  })
})

describe('YAML of a stranger', () => {
  it('that stands for more than it is, is not made', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`)
    expect(parsedYaml(lines.join('\n'))).toBeUndefined()
  })

  it.each(['', 'null', '7', '[', '{a: 1', '!!js/function x', '\u0000'])('%j is no configuration', (text) => {
    expect(parsedYaml(text)).toBeUndefined()
  })
})

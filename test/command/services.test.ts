import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseLooking } from '../../src/command/options.ts'
import { openPreferences } from '../../src/command/preferences.ts'
import { withService } from '../../src/command/service-facts.ts'
import { run } from '../../src/command/services.ts'
import { library } from '../guide/make.ts'
import { testIo } from './io.ts'
import { mistakeOf } from './mistake.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-services-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'config.json')
const ioHere = () => testIo({ TRIAGE502_CONFIG_DIR: folder })

async function services(...argv: string[]): Promise<string> {
  const io = ioHere()
  expect(await run(argv, io)).toBe(0)
  expect(io.said()).toBe('')
  return io.printed()
}
const mistake = (...argv: string[]) => mistakeOf(() => run(argv, ioHere()))

describe('triage502 services', () => {
  it('says how to begin when there is none', async () => {
    expect(await services()).toBe('No services are saved. Add one: triage502 services add NAME URL\n')
    expect(JSON.parse(await services('list', '--json'))).toEqual({})
  })

  it('saves a URL with facts, parsed as their types, and lists it', async () => {
    const said = await services(
      'add',
      'shop',
      'shop.example.com/checkout',
      'app.unit=shop.service',
      'upstream.port=3000',
    )
    expect(said).toBe('Saved. Ask about it with: triage502 diagnose --service shop\n')
    expect(await services('list')).toBe('shop                 https://shop.example.com/checkout\n')
    expect(JSON.parse(await services('--json'))).toEqual({
      shop: { url: 'https://shop.example.com/checkout', facts: { 'app.unit': 'shop.service', 'upstream.port': 3000 } },
    })
  })

  it('keeps them readable by their owner alone', async () => {
    await services('add', 'shop', 'https://shop.example.com/')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readFileSync(file(), 'utf8')).toContain('shop.example.com')
  })

  it('replaces one of the same name, keeps the others, and removes', async () => {
    await services('add', 'shop', 'https://one.example/')
    await services('add', 'blog', 'https://blog.example/')
    await services('add', 'shop', 'https://two.example/')
    expect(Object.keys(JSON.parse(await services('--json')))).toEqual(['shop', 'blog'])
    expect(await services()).toContain('https://two.example/')
    expect(await services('remove', 'shop')).toBe('')
    expect(Object.keys(JSON.parse(await services('--json')))).toEqual(['blog'])
  })

  it('takes a dot in a name as a part of it', async () => {
    await services('add', 'shop.eu', 'https://shop.example.com/')
    expect(Object.keys(JSON.parse(await services('--json')))).toEqual(['shop.eu'])
    await services('remove', 'shop.eu')
    expect(JSON.parse(await services('--json'))).toEqual({})
  })

  it.each([
    [['dance'], 'services cannot "dance"', 'Use list, add or remove'],
    [['add'], '"" is no name for a service', 'Use letters, digits'],
    [['add', '../x', 'https://a.example/'], '"../x" is no name for a service', 'Use letters, digits'],
    [['add', '__proto__', 'https://a.example/'], 'is no name for a service', ''],
    [['add', 'diagnose', 'https://a.example/'], 'diagnose is a command', 'choose another'],
    [['add', 'explain', 'https://a.example/'], 'explain is a command', ''],
    [['add', 'shop'], '"" is not a URL', 'Give it as https://'],
    [['add', 'shop', 'ftp://a.example/'], 'is neither http nor https', ''],
    [['add', 'shop', 'a.example', 'no.such=1'], 'there is no fact "no.such"', 'flows/facts.yaml'],
    [['add', 'shop', 'a.example', 'constructor=1'], 'there is no fact "constructor"', ''],
    [['add', 'shop', 'a.example', 'upstream.port=99999'], 'upstream.port: the value is not a port', 'For example'],
    [['add', 'shop', 'a.example', 'upstream.port'], 'upstream.port: the value is not a port', 'For example'],
    [['remove', 'shop'], 'there is no service "shop"', 'See `triage502 services`'],
    [['remove', 'constructor'], 'there is no service "constructor"', ''],
    [['list', '--jsom'], 'there is no option --jsom', 'Did you mean --json?'],
  ])('%j is a mistake, and said what to do', async (argv, says, todo) => {
    const told = await mistake(...argv)
    expect(told).toContain(says)
    expect(told).toContain(todo)
  })

  it('saves nothing when a part of it is wrong', async () => {
    await mistake('add', 'shop', 'a.example', 'upstream.port=0')
    expect(JSON.parse(await services('--json'))).toEqual({})
  })
})

describe('a file of services that somebody edited', () => {
  it('tells where it is broken, and names the file', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file(), '{ "services": ')
    const told = await mistake()
    expect(told).toContain('the saved services cannot be read')
    expect(told).toContain(`Mend or remove config.json in ${folder}`)
  })

  it('is used as far as it makes sense', async () => {
    writeFileSync(
      file(),
      JSON.stringify({ services: { a: 5, b: null, c: { url: 1 }, d: { url: 'https://d.example/', facts: [] } } }),
    )
    expect(openPreferences(folder).services()).toEqual({ d: { url: 'https://d.example/', facts: {} } })
    writeFileSync(file(), JSON.stringify({ services: 'none' }))
    expect(openPreferences(folder).services()).toEqual({})
  })
})

describe('--service NAME', () => {
  const LIBRARY = library([])
  const looking = (...argv: string[]) => withService(parseLooking(argv, LIBRARY, {}), LIBRARY, ioHere())

  beforeEach(() => {
    openPreferences(folder).save('shop', {
      url: 'https://shop.example.com/',
      facts: { 'upstream.port': 3000, 'app.unit': 'shop.service', 'no.longer': 1, 'app.pid': 'x' },
    })
  })

  it('gives the URL and the facts, marked as the service’s', async () => {
    const options = await looking('--service', 'shop')
    expect(options.url).toBe('https://shop.example.com/')
    expect(options.facts).toEqual([
      { name: 'upstream.port', value: 3000, origin: { by: 'service' } },
      { name: 'app.unit', value: 'shop.service', origin: { by: 'service' } },
    ])
  })

  it('yields to what the command line says', async () => {
    const options = await looking('https://other.example/', '--service', 'shop', '--fact', 'upstream.port=4000')
    expect(options.url).toBe('https://other.example/')
    expect(options.facts.filter((fact) => fact.name === 'upstream.port')).toEqual([
      { name: 'upstream.port', value: 4000, origin: { by: 'flag' } },
    ])
  })

  it('changes nothing where none is named', async () => {
    const options = parseLooking([], LIBRARY, {})
    expect(await withService(options, LIBRARY, ioHere())).toBe(options)
  })

  it('that nobody saved is a mistake, with the nearest', async () => {
    expect(await mistakeOf(() => looking('--service', 'shpo'))).toBe('there is no service "shpo". Did you mean shop?')
    expect(await mistakeOf(() => looking('--service', 'constructor'))).toContain('Save one: triage502 services add')
  })
})

import { describe, expect, it } from 'vitest'
import { type Traits, tiesOf } from '../../../src/reading/process/ties.ts'

const NAMES = ['shop.example.com', 'shop', 'shop_api']
const ties = (traits: Partial<Traits>, names: string[] = NAMES, port = 3000) =>
  tiesOf({ cwd: '/', command: ['node'], unit: '', environment: [], ...traits }, names, port)

describe('ties by name', () => {
  it.each<[string, Partial<Traits>, string[]]>([
    ['its folder', { cwd: '/srv/shop' }, ['folder shop']],
    ['a folder on its program’s path', { command: ['node', '/srv/shop/server.js'] }, ['folder shop']],
    ['its program’s file', { command: ['node', 'shop.js'] }, ['file shop.js']],
    ['a word of its folder', { cwd: '/srv/shop-v2/current' }, ['folder shop-v2']],
    ['the whole server name', { cwd: '/var/www/shop.example.com/current' }, ['folder shop.example.com']],
    ['a dash for an underscore', { cwd: '/srv/x', unit: 'shop-api.service' }, ['unit shop-api.service']],
    ['its unit', { unit: 'shop.service' }, ['unit shop.service']],
    ['its unit’s template', { unit: 'shop@3001.service' }, ['unit shop@3001.service']],
    ['its name beside a plain word', { cwd: '/srv/shop-web' }, ['folder shop-web']],
    ['in part: something else of that name', { cwd: '/srv/shop-admin' }, ['folder shop-admin in part']],
    [
      'in part: a copy',
      { cwd: '/srv/shop-dev', command: ['node', 'shop-worker.js'] },
      ['folder shop-dev in part', 'file shop-worker.js in part'],
    ],
    ['in part: its unit', { unit: 'shop-metrics@2.service' }, ['unit shop-metrics@2.service in part']],
    ['no tie: part of a word', { cwd: '/srv/workshop', command: ['node', 'shopping.js'] }, []],
    ['no tie: another site', { cwd: '/srv/blog', unit: 'blog.service' }, []],
  ])('%s', (_, traits, expected) => {
    expect(ties(traits)).toEqual(expected)
  })

  it('words that stand in every project tie nothing', () => {
    expect(
      ties({ cwd: '/srv/app/current', command: ['node', '/srv/app/server.js'], unit: 'backend.service' }, [
        'app',
        'backend',
        'current',
        'server',
        'www',
      ]),
    ).toEqual([])
  })

  it('ties are many or none, each once', () => {
    expect(ties({ cwd: '/srv/shop', command: ['node', '/srv/shop/shop.js'], unit: 'shop.service' })).toEqual([
      'folder shop',
      'file shop.js',
      'unit shop.service',
    ])
  })
})

describe('ties by environment', () => {
  it('names one of the site’s hosts as a whole', () => {
    const environment = ['BASE_URL=https://shop.example.com/x', 'TOKEN=s3cr3t']
    expect(ties({ environment })).toEqual(['environment names shop.example.com'])
    expect(ties({ environment: ['BASE_URL=https://old-shop.example.com/', 'X=shop.example.com.evil.test'] })).toEqual(
      [],
    )
    expect(ties({ environment: ['NAME=shop'] })).toEqual([])
  })

  it('was told the upstream’s port as its own', () => {
    expect(ties({ environment: ['PORT=3000'] })).toEqual(['environment PORT=3000'])
    expect(ties({ environment: ['PORT=3001', 'API_PORT=3000', 'UPSTREAM=127.0.0.1:3000'] })).toEqual([])
  })
})

describe('ties by arguments', () => {
  it.each([
    [['app', '--port', '3000'], 'argument --port 3000'],
    [['app', '--port=3000'], 'argument --port=3000'],
    [['app', '-b', '127.0.0.1:3000'], 'argument -b 127.0.0.1:3000'],
    [['app', 'PORT=3000'], 'argument PORT=3000'],
    [['app', ':3000'], 'argument :3000'],
  ])('%j', (command, tie) => {
    expect(ties({ command })).toEqual([tie])
  })

  it.each([
    [['app', '--port', '13000']],
    [['app', '--upstream', '127.0.0.1:3000']],
    [['app', '--backend=http://127.0.0.1:3000']],
    [['app', '3000']],
  ])('a peer’s port or a mere number is none: %j', (command) => {
    expect(ties({ command })).toEqual([])
  })
})

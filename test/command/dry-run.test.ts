import { describe, expect, it } from 'vitest'
import { commandOf, dryRun } from '../../src/command/dry-run.ts'
import { parseLooking } from '../../src/command/options.ts'
import { ask, asks, branch, end, library, looksAt, option, probe, readsLog, runs } from '../guide/make.ts'
import { testIo } from './io.ts'

const SHOP = new URL('https://shop.example.com/')
const ways = { branches: [branch('x', 'locate/end')], blind: 'locate/end' }
const LIBRARY = library([
  probe('locate/sockets', {
    probe: runs(['ss', '-ltnpH'], {
      commands: [
        ['ss', '-ltnpH'],
        ['lsof', '-i'],
      ],
      at: 'proxy',
    }),
    ...ways,
  }),
  probe('locate/request', { probe: asks('{url.text}', { own: true, times: 5 }), ...ways }),
  probe('locate/log', { probe: readsLog('proxy.log', { at: 'proxy' }), ...ways }),
  probe('locate/process', { probe: looksAt('process', { with: { pid: 'app.pid' }, at: 'app' }), ...ways }),
  ask('locate/kind', 'What is it?', [option('unit', 'locate/end'), option('container', 'locate/end')]),
  end('locate/end'),
])
const options = (...argv: string[]) => parseLooking(argv, LIBRARY, {})

describe('--dry-run', () => {
  it('prints every command that might run, with effect and vantage, and runs none', () => {
    const io = testIo({})
    expect(dryRun(SHOP, options(), LIBRARY, io)).toBe(0)
    expect(
      io.printed(),
    ).toBe(`4 ways to look at https://shop.example.com/ (which ones depends on what is found); nothing was run.

  reads · proxy · locate/sockets
      ss -ltnpH   or: lsof -i
  reads · here  · locate/request
      curl (5 times) {url.text}
  reads · proxy · locate/log
      tail {proxy.log}
  reads · app   · locate/process
      look process (app.pid): files and /proc, read
`)
  })

  it('prints the same as JSON', () => {
    const io = testIo({})
    dryRun(SHOP, options('--json'), LIBRARY, io)
    const document = JSON.parse(io.printed())
    expect(document.url).toBe('https://shop.example.com/')
    expect(document.probes).toHaveLength(4)
    expect(document.probes[0]).toEqual({
      node: 'locate/sockets',
      at: 'proxy',
      command: 'ss -ltnpH   or: lsof -i',
      effect: 'reads',
    })
  })

  it('shows a single request without its count', () => {
    expect(commandOf(asks('http://a.example/'))).toBe('curl http://a.example/')
  })
})

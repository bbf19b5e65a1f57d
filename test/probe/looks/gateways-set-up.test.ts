import { describe, expect, it } from 'vitest'
import { unitStates } from '../../../src/probe/looks/gateway-units.ts'
import { gatewaysSetUpLook } from '../../../src/probe/looks/gateways-set-up.ts'
import { tools } from './support.ts'

// What is set up on the machine of the tests differs: the lab (theme `chains`) has all kinds. Here: the form, and the limits.

describe('gateways that are set up', () => {
  it('wants a port', async () => {
    for (const port of [undefined, 0, 70_000, 'http'] as const) {
      const outcome = await gatewaysSetUpLook(port === undefined ? {} : { port }, tools())
      expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    }
  })

  it('tells of a port that nobody has that none is', async () => {
    const outcome = await gatewaysSetUpLook({ port: 47_113, host: 'shop.example.com' }, tools())
    expect(outcome.outcome).toBe('ok')
    expect(JSON.parse(outcome.out)).toMatchObject({ asked: true, gateways: [] })
  })

  it('writes down no command line', async () => {
    const outcome = await gatewaysSetUpLook({ port: 80, host: 'shop.example.com' }, tools())
    expect(outcome.out).not.toContain('argv[]')
    expect(outcome.out).not.toContain('"command"')
  })

  it('ends early when it is told to', async () => {
    const signal = AbortSignal.abort()
    expect(await gatewaysSetUpLook({ port: 80 }, tools({ signal }))).toMatchObject({ outcome: 'blind' })
  })
})

describe('what systemd says of their units', () => {
  it('nothing, where it does not run the machine; else each by its name', async () => {
    const { systemd, asked, states } = await unitStates(['nginx.service'], tools())
    if (!systemd) expect([...states]).toEqual([])
    else if (asked) expect(states.get('nginx.service')?.unit).toBe('nginx.service')
  })
})

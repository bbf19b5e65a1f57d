import { describe, expect, it } from 'vitest'
import { DOWN, RECOVERED, SLOW } from './faults.ts'
import { clock } from './http.ts'
import { blind, changes, cut, late, sight } from './looks.ts'
import { errorLine, errorLog, MESSAGES } from './text.ts'
import { diagnose, type World } from './world.ts'

describe('what changed just before', () => {
  const at = async (look: World['changes'], parts: Partial<World> = DOWN) =>
    (await diagnose({ ...parts, changes: look })).at('deploy/changes')

  it('a start, seconds before the first error', async () => {
    expect(await at(changes([{ at: clock(-10), what: 'shop.service started' }]))).toEqual({
      branch: 'changed',
      says: 'shop.service started at 02:03:02Z, 10 s before the first error',
      learns: {
        'onset.change': 'shop.service started',
        'onset.change_at': '2026-11-21T02:03:02.000Z',
        'onset.changes': ['2026-11-21T02:03:02.000Z unit-start shop.service started'],
      },
      go: 'back',
    })
  })

  it('the last one before the first error, not the last of all', async () => {
    const log = errorLog([
      errorLine(MESSAGES.refused, { at: clock(-300), connection: 5, client: '10.0.0.9' }),
      errorLine(MESSAGES.refused),
    ])
    const list = changes([
      { at: clock(-305), what: '/etc/nginx/sites-enabled/shop changed', kind: 'config' },
      { at: clock(-20), what: 'shop.service started' },
    ])
    expect(await at(list, { ...DOWN, errorLog: log })).toMatchObject({
      says: '/etc/nginx/sites-enabled/shop changed at 01:58:07Z, 5 s before the first error',
      learns: {
        'onset.change': '/etc/nginx/sites-enabled/shop changed',
        'onset.change_at': '2026-11-21T01:58:07.000Z',
      },
    })
  })

  it('nothing', async () => {
    expect(await at(changes([]))).toEqual({
      branch: 'none',
      says: 'no start, reload, file, certificate, unit or package changed in the window before',
      go: 'back',
    })
  })

  it('only what came after: an attempt to mend it is no reason', async () => {
    expect(await at(changes([{ at: clock(30), what: 'shop.service started' }]))).toMatchObject({ branch: 'none' })
  })

  it.each<[string, World['changes']]>([
    ['the unit could not be asked', changes([], { unread: ['shop.service'] })],
    ['it was cut', cut(changes([]))],
    ['it took too long', late(changes([]))],
    ['nothing could be seen', blind('no-permission')],
  ])('nobody knows: %s', async (_, look) => {
    const seen = await diagnose({ ...DOWN, changes: look })
    expect(seen.path).toContain('deploy/changes.blind')
    expect(seen.short).toBe('process-down confirmed')
  })

  it('is asked with everything that is known by then', async () => {
    const seen = await diagnose(SLOW)
    const asked = seen.requests.filter((request) => request.kind === 'look' && request.name === 'changes')
    expect(asked.at(-1)).toMatchObject({
      args: { proxy_pid: 812, app_pid: 4242, unit: 'shop.service', since_seconds: 900 },
    })
  })

  it('comes back to where the walk was going', async () => {
    for (const parts of [DOWN, SLOW, RECOVERED]) {
      const { path, session } = await diagnose(parts)
      expect(path.at(-2)).toBe('deploy/changes.none')
      expect(session.asides).toEqual([])
      expect(session.reached?.node).toBe(path.at(-1))
    }
  })
})

describe('what this account can see', () => {
  const at = async (look: World['sight']) => (await diagnose({ sight: look })).at('sight/account')

  it('everything', async () => {
    expect(await at(sight())).toEqual({
      branch: 'full',
      says: 'root can see processes, sockets and logs here',
      go: 'back',
    })
  })

  it('not everything: what is missing is said', async () => {
    expect(
      await at(
        sight({
          root: false,
          user: 'oncall',
          processes: 'no-permission',
          kernel_log: 'no-permission',
          journal: 'no-such-file',
          sockets: 'no-permission',
        }),
      ),
    ).toEqual({
      branch: 'limited',
      says: 'oncall cannot see everything here',
      learns: {
        'sight.journal': 'no-such-file',
        'sight.kernel_log': 'no-permission',
        'sight.processes': 'no-permission',
        'sight.sockets': 'no-permission',
      },
      dark: [
        'programs, folders and open files of other users’ processes cannot be read here',
        'the kernel’s log (out-of-memory kills) cannot be read here',
        'the system’s journal cannot be read here',
        'the owners of other users’ sockets cannot be read here',
      ],
      go: 'back',
    })
  })

  it.each([
    ['processes', 'sight.processes'],
    ['kernel_log', 'sight.kernel_log'],
    ['journal', 'sight.journal'],
    ['sockets', 'sight.sockets'],
  ])('only %s are closed', async (name, fact) => {
    const seen = await diagnose({ sight: sight({ [name]: 'no-permission' }) })
    expect(seen.at('sight/account')).toMatchObject({ branch: 'limited', learns: { [fact]: 'no-permission' } })
    const held = [...seen.session.facts.keys()].filter((each) => each.startsWith('sight.'))
    expect(held).toEqual([fact])
  })

  it('nobody knows', async () => {
    expect(await at(blind('timed-out'))).toEqual({ blind: 'timed-out', says: 'timed-out here', go: 'back' })
    expect(await at({ ...sight(), out: 'not what it should be' })).toMatchObject({ blind: 'not-understood' })
  })

  it('changes no verdict by itself', async () => {
    const limited = sight({
      processes: 'no-permission',
      kernel_log: 'no-permission',
      journal: 'no-permission',
      sockets: 'no-permission',
    })
    expect((await diagnose({ ...DOWN, sight: limited })).short).toBe((await diagnose(DOWN)).short)
  })
})

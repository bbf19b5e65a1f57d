import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/words/json.ts'
import { failingCheck, machine, NOT_STARTED } from '../../documented/platforms/fly.ts'
import { app, dyno } from '../../documented/platforms/heroku.ts'
import { HOSTILE, read } from './support.ts'

const dynos = (...list: JsonObject[]) => read('heroku-dynos', JSON.stringify(list)).value
const machines = (...list: JsonObject[]) => read('fly-machines', JSON.stringify(list)).value

describe('dynos', () => {
  it.each<[states: string[], state: string, says: string]>([
    [[], 'none', 'no web dyno'],
    [['up'], 'up', '1 web dyno: 1 up'],
    [['up', 'crashed'], 'some', '2 web dynos: 1 up, 1 crashed'],
    [['crashed', 'starting'], 'crashed', '2 web dynos: 1 starting, 1 crashed'],
    [['starting'], 'starting', '1 web dyno: 1 starting'],
    [['idle'], 'asleep', '1 web dyno: 1 asleep'],
    [['down', 'down'], 'stopped', '2 web dynos: 2 stopped'],
    [['of a later API'], 'starting', '1 web dyno: 1 starting'],
  ])('%o: %s', (states, state, says) => {
    expect(dynos(...states.map((each, i) => dyno(`web.${i + 1}`, each)))).toMatchObject({ complete: true, state, says })
  })

  it('only the type web counts', () => {
    expect(dynos(dyno('worker.1', 'up'), dyno('run.7', 'up'))).toMatchObject({ state: 'none', total: 0n })
  })

  it('tells the release and the time of the last change', () => {
    expect(dynos(dyno('web.1', 'up'))).toMatchObject({
      release: 'v42',
      since: new Date('2026-11-21T02:00:00Z'),
      exit: -1n,
    })
  })
})

describe('the application on Heroku', () => {
  it('tells whether it is in maintenance', () => {
    const told = (more: JsonObject) => read('heroku-app', JSON.stringify({ app: app(more), dynos: [] })).value
    expect(told({ maintenance: true })).toMatchObject({ complete: true, name: 'shop', region: 'eu', maintenance: true })
    expect(told({})).toMatchObject({ complete: true, maintenance: false })
    expect(told({ maintenance: 'perhaps' })).toMatchObject({ complete: false, maintenance: false })
  })

  it('keeps nobody’s address', () => {
    const out = JSON.stringify({ app: app(), collaborators: [{ user: { email: 'ann@example.com' } }] })
    expect(JSON.stringify(read('heroku-app', out).lines)).not.toContain('@')
  })

  it('tells what Heroku says of itself', () => {
    const told = (status: string, incidents: JsonObject[] = []) =>
      read(
        'heroku-status',
        JSON.stringify({
          status: [
            { system: 'Apps', status },
            { system: 'Data', status: 'red' },
          ],
          incidents,
        }),
      ).value
    expect(told('green')).toMatchObject({ complete: true, trouble: false, says: 'Apps: green' })
    expect(told('red', [{ title: 'Routing errors' }])).toMatchObject({
      trouble: true,
      says: 'Apps: red; Routing errors',
    })
    expect(read('heroku-status', '{"status":[]}').value).toMatchObject({ complete: false, trouble: false })
  })
})

describe('machines', () => {
  it.each<[says: string, list: JsonObject[], expected: Record<string, unknown>]>([
    ['none', [], { state: 'none' }],
    ['up', [machine('started')], { state: 'up', port: 8080n, release: 'v42' }],
    [
      'a check fails',
      [machine('started', failingCheck('connect: connection refused'))],
      { state: 'failing', failing: 1n, reason: 'check servicecheck-00-http-8080 fails: connect: connection refused' },
    ],
    [
      'stopped in order, woken by requests',
      [machine('stopped', {}, { exit_code: 0, requested_stop: true })],
      { state: 'asleep', asleep: 1n },
    ],
    [
      'stopped in order, woken by nobody',
      [machine('stopped', NOT_STARTED, { exit_code: 0, requested_stop: true })],
      { state: 'stopped', asked: true },
    ],
    [
      'ended by itself with an error',
      [machine('stopped', {}, { exit_code: 1, requested_stop: false })],
      { state: 'crashed', exit: 1n, oom: false },
    ],
    [
      'ended for memory',
      [machine('stopped', {}, { exit_code: 137, oom_killed: true })],
      { state: 'crashed', oom: true, exit: 137n },
    ],
    ['suspended', [machine('suspended')], { state: 'asleep' }],
    ['failed', [machine('failed')], { state: 'crashed' }],
    ['gone ones do not count', [machine('destroyed'), machine('started')], { state: 'up', total: 1n }],
    [
      'a worker beside it does not count',
      [machine('started', { config: { services: [] } }), machine('failed')],
      { state: 'crashed', total: 1n },
    ],
    [
      'without services at all, all count',
      [machine('started', { config: { services: [] } })],
      { state: 'up', total: 1n, port: 0n },
    ],
  ])('%s', (_, list, expected) => {
    expect(machines(...list)).toMatchObject({ complete: true, ...expected })
  })

  it('the newest exit counts', () => {
    const events = [
      { type: 'exit', timestamp: 1, request: { exit_event: { exit_code: 1 } } },
      { type: 'exit', timestamp: 3, request: { exit_event: { exit_code: 9 } } },
      { type: 'start', timestamp: 4 },
      { type: 'exit', timestamp: 2, request: { exit_event: { exit_code: 2 } } },
    ]
    expect(machines(machine('failed', { events }))).toMatchObject({ exit: 9n })
  })
})

describe('whatever comes', () => {
  it.each(['heroku-dynos', 'heroku-app', 'heroku-status', 'fly-machines'])('%s claims nothing of it', (name) => {
    for (const out of HOSTILE) {
      const { value } = read(name, out, { exit: 1, err: 'Error: something' })
      expect(value.complete).toBe(false)
    }
    expect(() => HOSTILE.map((out) => read(name, out))).not.toThrow()
  })

  it.each(['heroku-dynos', 'fly-machines'])('%s: a complaint is told, and no state', (name) => {
    const { value, dark } = read(name, '', { exit: 100, err: ' ›   Error: not logged in\n' })
    expect(value).toMatchObject({ complete: false, state: '' })
    expect(dark).toMatchObject([{ why: 'no-credentials' }])
  })
})

import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadLibrary } from '../../src/flow/load.ts'
import { defaultOf, layerName } from '../../src/flow/timeouts.ts'
import { LOOKS } from '../../src/probe/looks/index.ts'
import { READERS } from '../../src/reading/index.ts'
import type { Diagnosis } from '../../src/report/document.ts'
import { ladderOf } from '../../src/report/ladder.ts'
import { columnsOf, ladderTable } from '../../src/report/ladder-table.ts'
import type { Session } from '../../src/session/session.ts'
import type { Json } from '../../src/words/json.ts'
import type { Shape } from '../../src/words/vocabulary.ts'
import { session } from '../guide/make.ts'
import { DIAGNOSED, diagnosisOf } from './incident.ts'

const { library } = loadLibrary(fileURLToPath(new URL('../../flows', import.meta.url)), {
  readers: READERS,
  looks: Object.keys(LOOKS),
  recorded: null,
})

/** A session in which a probe taught these facts. */
function knowing(facts: Record<string, Json>): Session {
  const known = Object.entries(facts).map(
    ([name, value]) => [name, { value, origin: { by: 'probe', n: 1 }, visit: 0 }] as const,
  )
  return { ...session(), facts: new Map(known) }
}
const ladder = (facts: Record<string, Json>) => ladderOf(knowing(facts), library)
const NGINX = {
  'gateway.name': 'nginx',
  'config.connect_timeout': 5000,
  'config.read_timeout': 30_000,
  'config.reuse_ms': 60_000,
  'config.reuse_at': '/etc/nginx/nginx.conf:3',
  'config.keeps_ms': 75_000,
  'config.keeps_at': '',
}
const inverted = (facts: Record<string, Json>) =>
  ladder(facts).flatMap(({ inversions }) =>
    inversions.map(({ cause, known }) => `${cause} ${known ? 'known' : 'perhaps'}`),
  )

describe('the ladder', () => {
  it('has a rung for each hop that is known, from the outside in', () => {
    const rungs = ladder({ ...NGINX, 'answer.cdn': 'cloudflare', 'answer.balancer': 'aws-alb', 'app.program': 'node' })
    expect(rungs.map(({ hop, name }) => [hop, name])).toEqual([
      ['cdn', 'Cloudflare'],
      ['load-balancer', 'AWS ALB'],
      ['proxy', 'nginx'],
      ['app', 'Node'],
    ])
  })

  it('says of each value where it is from', () => {
    const [nginx, node] = ladder({ ...NGINX, 'app.program': 'node', 'app.keeps_ms': 5003, 'app.keeps_how': 'measured' })
    expect(nginx).toMatchObject({
      connect: { ms: 5000, from: 'configuration', at: '' },
      reuse: { ms: 60_000, from: 'configuration', at: '/etc/nginx/nginx.conf:3' },
    })
    expect(node).toMatchObject({ read: null, keeps: { ms: 5003, from: 'measured', at: '' } })
  })

  it('takes what a layer does by itself where nothing else is known, by its name', () => {
    expect(ladder({ ...NGINX, 'answer.balancer': 'aws-alb' })[0]).toMatchObject({
      read: { ms: 60_000, from: 'known-default', at: 'idle_timeout.timeout_seconds' },
    })
    expect(ladder({ ...NGINX, 'answer.balancer': 'google-lb' })[0]?.reuse?.from).toBe('unconfirmed-default')
  })

  it('an interpreter is called by what it runs', () => {
    const known = { 'app.program': 'python3.11', 'app.script': 'gunicorn', 'app.limit_ms': 120_000 }
    expect(ladder({ ...NGINX, ...known })[1]).toMatchObject({
      name: 'gunicorn',
      read: { ms: 120_000, from: 'command-line' },
      keeps: { ms: 2000, from: 'known-default', at: '--keep-alive' },
    })
  })

  it('is empty where nothing but defaults is known', () => {
    expect(ladder({})).toEqual([])
    expect(ladder({ 'answer.cdn': 'cloudflare', 'app.program': 'node' })).toEqual([])
  })

  it("a balancer's own setting, where AWS was asked", () => {
    expect(ladder({ ...NGINX, 'answer.balancer': 'aws-alb', 'balancer.idle': 4000 })[0]).toMatchObject({
      read: { ms: 4000, from: 'configuration' },
      reuse: { ms: 4000, from: 'configuration' },
    })
  })

  it('a front that gave up on our own request waited so long', () => {
    const gaveUp = { 'hop.gave_up': true, 'answer.made_kind': 'load-balancer', 'answer.ms': 1502 }
    expect(ladder({ ...NGINX, ...gaveUp, 'answer.balancer': 'aws-alb' })[0]?.read).toEqual({
      ms: 1502,
      from: 'measured',
      at: '',
    })
  })
})

describe('what is in the wrong order', () => {
  const node = { ...NGINX, 'app.program': 'node' }
  it.each<[string, Record<string, Json>, string[]]>([
    [
      'an application that closes sooner',
      { 'app.keeps_ms': 5003, 'app.keeps_how': 'measured' },
      ['keepalive-race known'],
    ],
    ['one that says so', { 'app.keeps_ms': 5000, 'app.keeps_how': 'said' }, ['keepalive-race known']],
    ['one that closes just then', { 'app.keeps_ms': 60_000, 'app.keeps_how': 'said' }, ['keepalive-race known']],
    ['one that does by itself', {}, ['keepalive-race perhaps']],
    ['one that keeps longer', { 'app.keeps_ms': 65_000, 'app.keeps_how': 'said' }, []],
    ['one that was still open', { 'app.keeps_ms': 12_000, 'app.keeps_how': 'longer' }, []],
    ['a gateway that keeps none', { 'config.reuse_ms': 0, 'app.keeps_ms': 5003, 'app.keeps_how': 'measured' }, []],
    ['a gateway that is quicker', { 'config.reuse_ms': 3000, 'app.keeps_ms': 5003, 'app.keeps_how': 'measured' }, []],
  ])('%s', (_, more, expected) => {
    expect(inverted({ ...node, ...more })).toEqual(expected)
  })

  it.each<[string, Record<string, Json>, string[]]>([
    ['a server that works on after the gateway gave up', { 'app.limit_ms': 90_000 }, ['timeout-order known']],
    ['one that ends first', { 'app.limit_ms': 20_000 }, []],
    ['as long is in order', { 'app.limit_ms': 30_000 }, []],
  ])('%s', (_, more, expected) => {
    expect(inverted({ ...NGINX, 'config.reuse_ms': 0, 'app.program': 'x', ...more })).toEqual(expected)
  })

  const BALANCER = { ...NGINX, 'config.keeps_ms': 75_000, 'answer.balancer': 'aws-alb', 'balancer.idle': 60_000 }
  const POOL = { 'pool.members': ['a:1', 'b:1', 'c:1'], 'config.next_upstream': 'error timeout' }
  it('the tries of a pool together are longer than the hop in front waits', () => {
    expect(ladder({ ...BALANCER, ...POOL })[1]?.inversions).toEqual([
      {
        cause: 'timeout-order',
        says: 'AWS ALB waits 60000 ms, and nginx behind it 3 times 30000 ms, one for each server that it may ask: the outer one gives up first',
        known: true,
      },
    ])
    expect(inverted({ ...BALANCER, ...POOL, 'config.next_upstream': 'error' })).toEqual([])
    expect(inverted({ ...BALANCER, ...POOL, 'config.read_timeout': 20_000 })).toEqual([])
  })

  it('a gateway that waits for ever, and one that closes sooner than the balancer', () => {
    expect(inverted({ ...BALANCER, 'config.read_timeout': 0 })).toEqual(['timeout-order known'])
    expect(inverted({ ...BALANCER, 'config.keeps_ms': 15_000 })).toEqual(['keepalive-race known'])
  })

  it('two defaults, or one that nobody confirms, are nothing that was found', () => {
    expect(inverted({ 'gateway.name': 'Varnish', 'config.read_timeout': 1000, 'app.program': 'node' })).toEqual([])
    expect(inverted({ ...NGINX, 'answer.balancer': 'google-lb' })).toEqual([])
  })
})

describe('the table', () => {
  const told = (facts: Record<string, Json>, shape: Shape | null = 'reset'): Diagnosis => {
    const diagnosis = { ...diagnosisOf(DIAGNOSED), ladder: ladder(facts) }
    return { ...diagnosis, verdict: diagnosis.verdict && shape ? { ...diagnosis.verdict, shape } : null }
  }
  const RACE = { ...NGINX, 'app.program': 'node', 'app.keeps_ms': 5003, 'app.keeps_how': 'measured' }

  it('has a row for each hop, and a sentence for each pair in the wrong order', () => {
    const table = ladderTable(told({ ...RACE, 'answer.balancer': 'google-lb' }))
    expect(table && columnsOf(table)).toEqual([
      'hop                   connects  waits  uses idle again  keeps idle',
      'Google load balancer  -         30 s?  600 s?           -',
      'nginx                 5 s       30 s   60 s             75 s',
      'Node                  -         -      -                5.0 s measured',
    ])
    expect(table?.notes).toEqual([
      'nginx uses an idle connection again for 60000 ms, and Node closes it after 5003 ms (keepalive-race)',
    ])
  })

  it('says never, for ever, and what was not waited for', () => {
    const more = { 'config.reuse_ms': 0, 'config.read_timeout': 0, 'app.keeps_ms': 12_000, 'app.keeps_how': 'longer' }
    expect(ladderTable(told({ ...RACE, ...more }))?.rows).toEqual([
      ['nginx', '5 s', 'for ever', 'never', '75 s'],
      ['Node', '-', '-', '-', 'over 12 s'],
    ])
  })

  it('is shown where it says something', () => {
    const IN_ORDER = { ...RACE, 'config.reuse_ms': 0 }
    expect(ladderTable(told(IN_ORDER, 'slow'))).not.toBeNull()
    expect(ladderTable(told(IN_ORDER, 'unreachable'))).toBeNull()
    expect(ladderTable(told(IN_ORDER, null))).toBeNull()
    expect(ladderTable(told(RACE, null))).not.toBeNull()
    expect(ladderTable(told({}, 'slow'))).toBeNull()
  })
})

describe('what layers do by themselves', () => {
  it('every layer is found by each of its words, however it is written', () => {
    for (const { layer, is } of library.timeouts)
      for (const word of is) expect(layerName(library, word.toUpperCase())).toBe(layer)
    expect(layerName(library, 'php-fpm8.2')).toBe('PHP')
    expect(layerName(library, 'thttpd')).toBe('thttpd')
  })

  it.each([
    ['nginx', 'read', 60_000],
    ['haproxy', 'read', 0],
    ['cloudflare', 'read', 120_000],
    ['apache', 'keeps', 5000],
    ['caddy', 'reuse', 120_000],
    ['varnish', 'keeps', 5000],
    ['node', 'keeps', 5000],
    ['gunicorn', 'keeps', 2000],
    ['uvicorn', 'keeps', 5000],
  ] as const)('%s: %s', (word, of, ms) => {
    expect(defaultOf(library, word, of)?.ms).toBe(ms)
  })

  it('has a source, or says that it has none', () => {
    for (const { limits } of library.timeouts)
      for (const { source, unconfirmed } of limits)
        expect((source === undefined) !== (unconfirmed === undefined)).toBe(true)
  })
})

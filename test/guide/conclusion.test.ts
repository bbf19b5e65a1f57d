import { describe, expect, it } from 'vitest'
import type { FlowNode, VerdictNode } from '../../src/flow/types.ts'
import { conclude, concludeSession } from '../../src/guide/conclusion.ts'
import { createLanguage } from '../../src/guide/language.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import type { Cause } from '../../src/words/vocabulary.ts'
import { found, library, session, verdict } from './make.ts'

const REFUSED = 'nginx/error-log.refused'
const ELSEWHERE = 'app/listening.elsewhere'

const reached = (node: string): SessionEvent => ({ type: 'verdict.reached', visit: 9, node })
const ended = (end: 'healthy' | 'inconclusive'): SessionEvent => ({
  type: 'end.reached',
  visit: 9,
  node: `locate/${end}`,
  end,
  says: 'so it is',
})
const learned = (name: string, value: string | number): SessionEvent => ({
  type: 'fact.learned',
  name,
  value,
  origin: { by: 'probe', n: 1 },
  visit: 1,
})

function judge(nodes: FlowNode[], ...events: SessionEvent[]) {
  const known = library(nodes)
  return conclude(session(...events), known, createLanguage(known))
}

/** A verdict with this cause, proven by these findings and by nothing else. */
const of = (cause: Cause, proof: string[], more: Partial<VerdictNode> = {}): VerdictNode =>
  verdict({ id: `app/${cause}`, flow: 'app', cause, proof: proof.map((id) => [id]), rivals: [], ...more })

const WRONG_PORT = of('wrong-port', [REFUSED, ELSEWHERE], { id: 'nginx/wrong-port', flow: 'nginx' })
const refused = found(REFUSED, 1)
const elsewhere = found(ELSEWHERE, 2)

describe('the outcome', () => {
  it('is diagnosed when the verdict is confirmed', () => {
    const judged = judge([WRONG_PORT], refused, elsewhere, reached('nginx/wrong-port'))
    expect(judged).toMatchObject({ outcome: 'diagnosed', state: 'failing', alternatives: [] })
    expect(judged.verdict?.assessment.confidence).toBe('confirmed')
  })

  it('is diagnosed when the verdict is likely', () => {
    const judged = judge([WRONG_PORT], refused, reached('nginx/wrong-port'))
    expect(judged.outcome).toBe('diagnosed')
    expect(judged.verdict?.assessment).toMatchObject({ confidence: 'likely', missing: [[ELSEWHERE]] })
  })

  it('is suspected when a needed proof is only what a person said', () => {
    const judged = judge([WRONG_PORT], refused, { ...elsewhere, by: 'person' }, reached('nginx/wrong-port'))
    expect(judged.outcome).toBe('suspected')
    expect(judged.verdict?.assessment.confidence).toBe('reported')
  })

  it('is suspected when another verdict is as good: it stands beside the first', () => {
    const rival = of('process-down', [REFUSED], { rivals: ['host-down'] })
    const main = of('wrong-port', [REFUSED], { rivals: ['host-down'] })
    const judged = judge(
      [main, rival],
      found(REFUSED, 1, { suspects: ['process-down', 'wrong-port'] }),
      reached('app/wrong-port'),
    )
    expect(judged.outcome).toBe('suspected')
    expect(judged.verdict?.node.id).toBe('app/wrong-port')
    expect(judged.alternatives.map((other) => [other.node.id, other.assessment.confidence])).toEqual([
      ['app/process-down', 'likely'],
    ])
  })

  it('is never diagnosed while another verdict is better', () => {
    const better = of('process-down', [REFUSED])
    const main = of('wrong-port', [REFUSED, ELSEWHERE])
    const judged = judge([main, better], found(REFUSED, 1, { suspects: ['process-down'] }), reached('app/wrong-port'))
    expect(judged.outcome).toBe('suspected')
    expect(judged.alternatives[0]?.assessment.confidence).toBe('confirmed')
  })

  it('stays diagnosed beside a weaker one', () => {
    const weaker = of('process-down', [REFUSED, 'app/process.gone'])
    const judged = judge(
      [WRONG_PORT, weaker],
      found(REFUSED, 1, { suspects: ['process-down'] }),
      elsewhere,
      reached('nginx/wrong-port'),
    )
    expect(judged.outcome).toBe('diagnosed')
    expect(judged.alternatives.map((other) => other.assessment.confidence)).toEqual(['reported'])
  })

  it('is healthy when the walk ended well, in the state that was observed', () => {
    expect(judge([], ended('healthy'))).toEqual({ outcome: 'healthy', state: 'well', verdict: null, alternatives: [] })
    expect(judge([], learned('state.observed', 'degraded'), ended('healthy'))).toMatchObject({
      outcome: 'healthy',
      state: 'degraded',
    })
  })

  it('is inconclusive when it ended without a verdict, or did not end', () => {
    expect(judge([], ended('inconclusive'))).toMatchObject({
      outcome: 'inconclusive',
      state: 'failing',
      verdict: null,
    })
    expect(judge([], refused)).toMatchObject({ outcome: 'inconclusive', verdict: null })
    expect(judge([], learned('state.observed', 'intermittent'), ended('inconclusive')).state).toBe('intermittent')
    expect(judge([], learned('state.observed', 'splendid'), ended('inconclusive')).state).toBe('failing')
  })

  it('offers, when inconclusive, what the findings leave possible', () => {
    const judged = judge([WRONG_PORT], found(REFUSED, 1, { suspects: ['wrong-port'] }), ended('inconclusive'))
    expect(judged.alternatives.map((other) => other.node.id)).toEqual(['nginx/wrong-port'])
    expect(judged.verdict).toBeNull()
  })

  it('is inconclusive when the verdict that was reached is in no flow any more', () => {
    expect(judge([], refused, reached('nginx/gone')).outcome).toBe('inconclusive')
  })

  it('is diagnosed, in the state recovered, for what is over', () => {
    const over = of('recovered', [REFUSED], { state: 'recovered', shapes: ['none'] })
    const judged = judge([over], refused, reached('app/recovered'))
    expect(judged).toMatchObject({ outcome: 'diagnosed', state: 'recovered' })
    expect(judged.verdict?.shape).toBe('none')
  })
})

describe('alternatives', () => {
  const main = reached('nginx/wrong-port')
  const idsOf = (nodes: FlowNode[], ...events: SessionEvent[]) =>
    judge([WRONG_PORT, ...nodes], ...events, main).alternatives.map((other) => other.node.id)

  it('are suspected by a finding', () => {
    const down = of('process-down', [REFUSED])
    expect(idsOf([down], refused, elsewhere)).toEqual([])
    expect(idsOf([down], found(REFUSED, 1, { suspects: ['process-down'] }), elsewhere)).toEqual(['app/process-down'])
  })

  it('are excluded by none', () => {
    const down = of('process-down', [REFUSED])
    const excluding = found(ELSEWHERE, 2, { rulesOut: ['process-down'] })
    expect(idsOf([down], found(REFUSED, 1, { suspects: ['process-down'] }), excluding)).toEqual([])
  })

  it('have at least one of their proofs', () => {
    const crashed = of('crash-loop', ['systemd/unit.crashed'])
    expect(idsOf([crashed], found(REFUSED, 1, { suspects: ['crash-loop'] }), elsewhere)).toEqual([])
  })

  it('are not of the cause that was found, nor of one that it explains', () => {
    const again = of('wrong-port', [REFUSED], { id: 'other/wrong-port', flow: 'other' })
    const suspecting = found(REFUSED, 1, { suspects: ['wrong-port', 'process-down'] })
    expect(idsOf([again], suspecting, elsewhere)).toEqual([])
    const explaining = { ...WRONG_PORT, symptoms: ['process-down'] as Cause[] }
    const judged = judge([explaining, of('process-down', [REFUSED])], suspecting, elsewhere, main)
    expect(judged.alternatives).toEqual([])
  })

  it('are at most reported while a proof is missing, for nobody walked their way', () => {
    const down = of('process-down', [REFUSED, 'app/process.gone'])
    const [other] = judge([WRONG_PORT, down], found(REFUSED, 1, { suspects: ['process-down'] }), main).alternatives
    expect(other?.assessment).toMatchObject({ confidence: 'reported', missing: [['app/process.gone']] })
  })

  it('are one for each cause: the one with more proofs', () => {
    const weak = of('process-down', [REFUSED, 'x/y.z'], { id: 'app/down-1' })
    const strong = of('process-down', [REFUSED, ELSEWHERE, 'x/y.z'], { id: 'app/down-2' })
    const suspecting = found(REFUSED, 1, { suspects: ['process-down'] })
    expect(idsOf([weak, strong], suspecting, elsewhere)).toEqual(['app/down-2'])
    expect(idsOf([strong, weak], suspecting, elsewhere)).toEqual(['app/down-2'])
  })

  it('stand best first: by confidence, then by proofs, then by how often they are suspected', () => {
    const nodes = [
      of('host-down', [REFUSED, 'x/y.z']),
      of('port-in-use', [REFUSED, 'x/y.z']),
      of('not-ready', [REFUSED, ELSEWHERE, 'x/y.z']),
      of('process-down', [REFUSED], { rivals: ['blocked'] }),
    ]
    const suspecting = found(REFUSED, 1, { suspects: ['host-down', 'port-in-use', 'not-ready', 'process-down'] })
    const again = found('app/a.b', 3, { suspects: ['port-in-use'] })
    expect(idsOf(nodes, suspecting, elsewhere, again)).toEqual([
      'app/process-down',
      'app/not-ready',
      'app/port-in-use',
      'app/host-down',
    ])
  })
})

describe('a verdict is told with', () => {
  const tell = (node: VerdictNode, ...events: SessionEvent[]) => judge([node], ...events, reached(node.id)).verdict
  const made = (kind: 'proxy' | 'cdn' | 'app', role: 'made' | 'passed' = 'made') => ({ kind, vendor: 'x', role })

  it('the hop that made the error, as the latest finding knows it', () => {
    const early = found(REFUSED, 1, { hops: [made('cdn')] })
    const late = found(ELSEWHERE, 2, { hops: [made('app', 'passed'), made('proxy')] })
    expect(tell(WRONG_PORT, early, late)?.bornAt).toBe('proxy')
    expect(tell(WRONG_PORT, early)?.bornAt).toBe('cdn')
  })

  it('the proxy where no finding names a maker, and its own word where it has one', () => {
    expect(tell(WRONG_PORT, found(REFUSED, 1, { hops: [made('cdn', 'passed')] }))?.bornAt).toBe('proxy')
    const edge = { ...WRONG_PORT, bornAt: 'load-balancer' as const }
    expect(tell(edge, found(REFUSED, 1, { hops: [made('cdn')] }))?.bornAt).toBe('load-balancer')
  })

  it('the shape that was observed, where it is one of its shapes', () => {
    const node = { ...WRONG_PORT, shapes: ['unreachable', 'reset'] as VerdictNode['shapes'] }
    expect(tell(node, refused, learned('failure.shape', 'reset'))?.shape).toBe('reset')
    expect(tell(node, refused, learned('failure.shape', 'slow'))?.shape).toBe('unreachable')
    expect(tell(node, refused, learned('failure.shape', 'wobbly'))?.shape).toBe('unreachable')
    expect(tell(node, refused)?.shape).toBe('unreachable')
    expect(tell({ ...node, shapes: [] }, refused)?.shape).toBe('none')
  })

  it('its sentence, filled with the facts held', () => {
    const node = { ...WRONG_PORT, says: 'The app listens on {app.port}; nginx sends to {upstream.port}' }
    const says = tell(node, refused, learned('app.port', 3001), learned('upstream.port', 3000))?.says
    expect(says).toBe('The app listens on 3001; nginx sends to 3000')
    expect(tell(node, refused)?.says).toBe('The app listens on …; nginx sends to …')
  })
})

describe('the journal keeps', () => {
  it('the outcome, and of the verdict what a list of sessions shows', () => {
    const known = library([WRONG_PORT])
    const judged = session(refused, elsewhere, reached('nginx/wrong-port'))
    expect(concludeSession(judged, known, createLanguage(known))).toEqual({
      outcome: 'diagnosed',
      state: 'failing',
      verdict: {
        id: 'nginx/wrong-port',
        bornAt: 'proxy',
        place: 'proxy',
        shape: 'unreachable',
        cause: 'wrong-port',
        confidence: 'confirmed',
        says: 'it listens elsewhere',
      },
    })
  })

  it('no verdict where there is none', () => {
    const known = library([])
    expect(concludeSession(session(ended('healthy')), known, createLanguage(known))).toEqual({
      outcome: 'healthy',
      state: 'well',
      verdict: null,
    })
  })
})

describe('what to do', () => {
  const on = (name: string) => `has(app.word) && app.word == "${name}"`
  const fix = [
    { say: 'Mend it' },
    { when: on('nginx'), run: ['nginx', '-t'], effect: 'changes' as const },
    { when: on('Caddy'), run: ['caddy', 'reload'], effect: 'changes' as const },
  ]
  const steps = (...events: SessionEvent[]) =>
    judge([of('wrong-port', [REFUSED], { fix })], refused, ...events, reached('app/wrong-port')).verdict?.node.fix

  it('are the steps whose condition holds, and those without one', () => {
    expect(steps(learned('app.word', 'nginx'))).toEqual(fix.slice(0, 2))
    expect(steps(learned('app.word', 'Caddy'))).toEqual([fix[0], fix[2]])
  })

  it('are those without a condition where nothing is known', () => {
    expect(steps()).toEqual([fix[0]])
  })

  it('leaves out a step whose condition cannot be judged', () => {
    const broken = [{ when: 'app.word == "nginx"', say: 'Never' }]
    const judged = judge([of('wrong-port', [REFUSED], { fix: broken })], refused, reached('app/wrong-port'))
    expect(judged.verdict?.node.fix).toEqual([])
  })
})

import { evolve } from '../session/evolve.ts'
import type { Session } from '../session/session.ts'
import type { Prober } from '../words/look.ts'
import type { OfferedOption, Prompt } from './action.ts'
import { lookAhead, NEAR_LOOKS, OTHER_REQUESTS, OWN_REQUEST } from './ahead.ts'
import { conclude } from './conclusion.ts'
import type { Engine } from './engine.ts'
import type { Guide } from './guide.ts'
import type { Language } from './judge.ts'
import { createLooks, type Looks } from './looks.ts'
import { renderRequest } from './request.ts'

/** A request that takes longer than this lets the next request start beside it. */
const PATIENCE_MS = 1000
/** No walk of a checked library is longer; a longer one is a bug and ends honestly. */
const MOST_STEPS = 400

export interface Headless {
  guide: Guide
  language: Language
  engine: Engine
  prober: Prober
  /** Node -> option, from --answer. */
  answers: ReadonlyMap<string, string>
  /** Run every read-only probe that applies, not only those on the path. */
  sweep: boolean
  /** Aborts when the budget ends or the person interrupts. */
  signal: AbortSignal
  onStep?(prompt: Prompt): void
}

/**
 * Walks without a person: runs probes, answers questions from evidence, and stops at a verdict, an
 * end, or the budget. Does not end the session; the caller knows why it ended.
 */
export async function walk(job: Headless): Promise<Session> {
  const { engine, guide } = job
  const over = new AbortController()
  const looks = createLooks(engine, job.prober, AbortSignal.any([job.signal, over.signal]))
  try {
    lookAhead(OWN_REQUEST, engine.session, guide.library, looks)
    await follow(job, engine, looks, 0)
    if (job.sweep && !job.signal.aborted) await sweep(job, looks)
    return engine.session
  } finally {
    // What was asked ahead and still runs has nobody who waits for it.
    over.abort()
  }
}

async function follow(job: Headless, engine: Engine, looks: Looks, depth: number): Promise<void> {
  const { guide, signal } = job
  for (let step = 0; step < MOST_STEPS && !signal.aborted; step++) {
    const prompt = guide.next(engine.session)
    job.onStep?.(prompt)
    switch (prompt.kind) {
      case 'probe': {
        const n = await lookHere(job, engine, looks, prompt)
        if (!signal.aborted) engine.dispatch({ type: 'judge', n })
        break
      }
      case 'fact': {
        const says = `${prompt.node.id} needs ${prompt.name}, which is not known`
        engine.dispatch({ type: 'skip', why: 'declined', says })
        break
      }
      case 'vantage':
        engine.dispatch({ type: 'skip', why: 'no-vantage', says: prompt.says })
        break
      case 'ask': {
        const option = await choose(job, engine, looks, prompt, depth)
        if (option) engine.dispatch({ type: 'answer', ...option })
        else if (!signal.aborted) engine.dispatch({ type: 'leave.open' })
        break
      }
      case 'begin':
      case 'reached':
      case 'ended':
        return
    }
  }
}

async function lookHere(
  job: Headless,
  engine: Engine,
  looks: Looks,
  prompt: Extract<Prompt, { kind: 'probe' }>,
): Promise<number> {
  const { library } = job.guide
  const look = looks.ensure(prompt.node.id, prompt.request)
  if (prompt.request.kind !== 'http') {
    lookAhead(NEAR_LOOKS, engine.session, library, looks)
    return until(look, job.signal)
  }
  // A quick answer says which way to go: only while it does not come is looking ahead worth the work.
  const timer = setTimeout(() => {
    lookAhead(OTHER_REQUESTS, engine.session, library, looks)
    lookAhead(NEAR_LOOKS, engine.session, library, looks)
  }, PATIENCE_MS)
  try {
    return await until(look, job.signal)
  } finally {
    clearTimeout(timer)
  }
}

/** The look's probe number, or 0 at the abort, whichever comes first: a stuck look never holds the walk. */
function until(look: Promise<number>, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return Promise.resolve(0)
  return new Promise((resolve, reject) => {
    const stop = () => resolve(0)
    signal.addEventListener('abort', stop, { once: true })
    look.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

type Answer = { option: string; by: 'evidence' | 'flag' }

/** --answer first; then the one option whose condition holds; then the one that leads to a verdict. */
async function choose(
  job: Headless,
  engine: Engine,
  looks: Looks,
  prompt: Extract<Prompt, { kind: 'ask' }>,
  depth: number,
): Promise<Answer | null> {
  const given = job.answers.get(prompt.node)
  if (given !== undefined) return { option: given, by: 'flag' }
  const supported = prompt.options.filter((offered) => offered.supported)
  const [only] = supported
  if (only && supported.length === 1) return { option: only.option.id, by: 'evidence' }
  // Questions within questions are not tried out: the number of ways would multiply.
  if (depth > 0) return null
  return tryOut(job, engine, looks, prompt.options)
}

/** Walks each option on a copy of the session; looks are shared, so nothing is asked twice. */
async function tryOut(job: Headless, engine: Engine, looks: Looks, options: OfferedOption[]): Promise<Answer | null> {
  const good: string[] = []
  for (const { option } of options) {
    if (job.signal.aborted) return null
    const copy = scratch(job.guide, engine)
    copy.dispatch({ type: 'answer', option: option.id, by: 'evidence' })
    await follow(job, copy, looks, 1)
    const { verdict } = conclude(copy.session, job.guide.library, job.language)
    if (verdict && verdict.assessment.confidence !== 'reported') good.push(option.id)
  }
  const [only] = good
  return only !== undefined && good.length === 1 ? { option: only, by: 'evidence' } : null
}

/** An engine on a copy of the session: it writes nothing, and sees the probes of the real one. */
function scratch(guide: Guide, real: Engine): Engine {
  let session = real.session
  return {
    get session() {
      return session
    },
    dispatch(action) {
      session = { ...session, probes: real.session.probes }
      for (const event of guide.decide(session, action)) {
        session = evolve(session, { v: 1, seq: session.seq + 1, at: session.lastAt, event })
      }
      return session
    },
  }
}

async function sweep(job: Headless, looks: Looks): Promise<void> {
  const { engine, guide } = job
  for (const node of Object.values(guide.library.nodes)) {
    if (job.signal.aborted) return
    // Whoever is asked over the network by a client is asked where the walk leads there, and not otherwise.
    if (node.kind !== 'probe' || (node.probe.kind === 'run' && node.probe.asks)) continue
    if (node.probe.at !== 'here' && !engine.session.vantages[node.probe.at]) continue
    const rendered = renderRequest(node, engine.session, guide.library.facts)
    if (rendered.ok) await until(looks.ensure(node.id, rendered.request), job.signal)
  }
  await until(
    looks.settled().then(() => 0),
    job.signal,
  )
}

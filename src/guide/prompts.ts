import type { ProbeNode } from '../flow/types.ts'
import type { Session } from '../session/session.ts'
import type { KnownWay, OfferedOption, Prompt } from './action.ts'
import { suspects } from './confidence.ts'
import type { Ground } from './ground.ts'
import { renderRequest } from './request.ts'
import { factValues } from './scope.ts'

interface Prompts {
  /** What the session waits for. */
  next(session: Session): Prompt
  /** What a person may answer at the probe where the session stands, instead of looking. */
  ways(session: Session): KnownWay[]
}

/** Tells what a session waits for, on the ground that it walks. */
export function createPrompts({ library, language, nodeAt, holds }: Ground): Prompts {
  return { next, ways }

  function next(session: Session): Prompt {
    if (session.ended) return { kind: 'ended' }
    if (session.reached) return { kind: 'reached' }
    if (session.here === null) return { kind: 'begin' }
    const node = nodeAt(session.here)
    switch (node.kind) {
      case 'probe':
        return promptProbe(node, session)
      case 'ask': {
        const facts = factValues(session, library.facts)
        const options = node.options.map(
          (option): OfferedOption => ({
            option,
            label: language.render(option.label, facts),
            supported: option.when !== undefined && holds(option.when, session),
          }),
        )
        options.sort((a, b) => Number(b.supported) - Number(a.supported))
        return { kind: 'ask', node: node.id, title: language.render(node.title, facts), why: node.why, options }
      }
      case 'fork':
      case 'verdict':
      case 'end':
        return { kind: 'reached' }
    }
  }

  function promptProbe(node: ProbeNode, session: Session): Prompt {
    const title = language.render(node.title, factValues(session, library.facts))
    const { at } = node.probe
    const rendered = renderRequest(node, session, library.facts)
    const pattern = rendered.ok ? rendered.request : rendered.pattern
    if (at !== 'here' && session.vantages[at] === null) {
      const whose = at === 'proxy' ? "the gateway's" : "the upstream's"
      const says = `${title} It is not proven that this is ${whose} machine.`
      return { kind: 'vantage', node, title, role: at, says, pattern }
    }
    if (rendered.ok) {
      return { kind: 'probe', node, request: rendered.request, title, suspects: suspects(session).map((s) => s.cause) }
    }
    const spec = library.facts[rendered.needs]
    return {
      kind: 'fact',
      node,
      title,
      pattern,
      name: rendered.needs,
      question: spec?.question ?? `What is ${rendered.needs}?`,
      example: spec?.example ?? '',
      askable: spec?.askable ?? false,
    }
  }

  function ways(session: Session): KnownWay[] {
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'probe') return []
    const facts = factValues(session, library.facts)
    return node.branches.map(({ id, found }) => ({
      id,
      label: found === undefined ? id.replaceAll('-', ' ') : language.render(found, facts),
    }))
  }
}

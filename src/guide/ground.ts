import type { FlowNode, Library, ProbeNode } from '../flow/types.ts'
import type { Session } from '../session/session.ts'
import type { Language } from './judge.ts'
import { factValues } from './scope.ts'

/** What a walk walks on: the nodes of a library, in its language. */
export interface Ground {
  library: Library
  language: Language
  /** Throws for an id that no flow has, which the checker would have refused. */
  nodeAt(id: string): FlowNode
  /** The node where the session stands. Throws unless that is a probe. */
  probeHere(session: Session): ProbeNode
  /** Does a condition hold for what the session knows? One that cannot be told does not. */
  holds(when: string, session: Session): boolean
}

export function createGround(library: Library, language: Language): Ground {
  return { library, language, nodeAt, probeHere, holds }

  function holds(when: string, session: Session): boolean {
    try {
      return language.evaluate(when, factValues(session, library.facts)) === true
    } catch {
      return false
    }
  }

  function nodeAt(id: string): FlowNode {
    const node = library.nodes[id]
    if (!node) throw new Error(`there is no node ${id}`)
    return node
  }

  function probeHere(session: Session): ProbeNode {
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'probe') throw new Error(`${session.here ?? 'nothing'} is not a probe`)
    return node
  }
}

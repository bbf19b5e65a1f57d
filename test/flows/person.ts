import { concludeSession } from '../../src/guide/conclusion.ts'
import { ruledOut } from '../../src/guide/confidence.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { createLanguage } from '../../src/guide/language.ts'
import { factsOfUrl } from '../../src/guide/url-facts.ts'
import { READERS } from '../../src/reading/index.ts'
import { fold } from '../../src/session/evolve.ts'
import { readJournal } from '../../src/session/journal.ts'
import type { Session } from '../../src/session/session.ts'
import { Walker } from '../guide/walker.ts'
import { SHIPPED } from './world.ts'

const LANGUAGE = createLanguage(SHIPPED.library)

/** A person who has no machine to look at: answers, pastes and skips, through the shipped flows and the real readers. */
export class Person extends Walker {
  override readonly guide = createGuide(SHIPPED.library, READERS, LANGUAGE)

  constructor(url = 'http://shop.example.com/checkout', session?: Session) {
    super(SHIPPED.library, session)
    const given = factsOfUrl(new URL(url)).map(({ name, value, origin }) => ({ name, value, origin }))
    const now = { name: 'window.now', value: this.session.startedAt, origin: { by: 'url' } as const }
    const seconds = { name: 'window.seconds', value: 900, origin: { by: 'url' } as const }
    this.do({ type: 'begin', facts: [...given, now, seconds], vantages: [] })
  }

  /** Pastes an output at the look where the walk stands, whatever is missing for it. */
  paste(text: string): this {
    const { prompt } = this
    if (prompt.kind !== 'probe' && prompt.kind !== 'fact' && prompt.kind !== 'vantage') {
      throw new Error(`nothing can be pasted at a prompt of kind ${prompt.kind} (${this.session.here})`)
    }
    const request = prompt.kind === 'probe' ? prompt.request : prompt.pattern
    this.do({ type: 'look.starts', node: prompt.node.id, request })
    const n = this.session.probes.length
    this.do({
      type: 'look.ends',
      n,
      capture: {
        ...{ kind: request.kind, argv: [], at: 'local', outcome: 'ok', exit: null, ms: 0, err: '', cut: false },
        ...{ timedOut: false, leftOut: '', meta: {}, pasted: true, out: text, startedAt: this.session.lastAt },
      },
    })
    this.do({ type: 'judge', n })
    return this
  }

  /** Cannot look, or does not want to. */
  skip(): this {
    this.do({ type: 'skip', why: 'declined', says: 'skipped' })
    return this
  }

  leaveOpen(): this {
    this.do({ type: 'leave.open' })
    return this
  }

  /** Skips and leaves open until the node is reached, or the end. */
  until(node: string): this {
    for (let step = 0; step < 60 && this.session.here !== node && !this.session.reached; step++) {
      if (this.prompt.kind === 'ask') this.leaveOpen()
      else this.skip()
    }
    return this
  }

  /** Options of the question where the walk stands, those that the evidence supports marked with a star. */
  get offered(): string[] {
    return this.expecting('ask').options.map(({ option, supported }) => `${supported ? '*' : ''}${option.id}`)
  }

  /** The same person a moment ago: what one of the two does, the other does not. */
  twin(): Person {
    const twin: Person = Object.create(Person.prototype)
    return Object.assign(twin, this, { entries: [...this.entries] })
  }

  get conclusion() {
    return concludeSession(this.session, SHIPPED.library, LANGUAGE)
  }

  /** `cause confidence`, or the end that was reached. */
  get short(): string {
    const { verdict } = this.conclusion
    return verdict
      ? `${verdict.cause} ${verdict.confidence}`
      : (this.session.reached?.node ?? `at ${this.session.here}`)
  }

  get says(): string {
    return this.session.reached?.says ?? ''
  }

  get excluded(): string[] {
    return ruledOut(this.session).map(({ cause }) => cause)
  }
}

/** What a fingerprint's example prints: a real page of that vendor. */
export function pageOf(fingerprint: string): string {
  const known = SHIPPED.library.fingerprints.find(({ id }) => id === fingerprint)
  if (!known) throw new Error(`there is no fingerprint ${fingerprint}`)
  return known.example
}

/** What a look of a recorded incident gave, by node. */
export function recorded(name: string, node: string): string {
  const path = new URL(`../recordings/${name}.jsonl`, import.meta.url)
  const probe = fold(readJournal(path.pathname).entries)?.probes.find((each) => each.node === node)
  if (!probe?.capture) throw new Error(`${name} has no look ${node}`)
  return probe.capture.out
}

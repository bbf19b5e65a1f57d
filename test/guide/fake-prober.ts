import { blindCapture, type Capture, type LookRequest, type Prober } from '../../src/words/look.ts'
import { capture } from './make.ts'

type Answer = string | Capture | Promise<Capture> | ((request: LookRequest, signal: AbortSignal) => Promise<Capture>)

/** A look that never comes back, whatever happens. */
export const HANGS: Answer = () => new Promise(() => {})

/** Answers looks from a list, by their label; what is not in it is blind. Records what it was asked. */
export class FakeProber implements Prober {
  /** Labels in the order they were asked. */
  readonly asked: string[] = []
  /** Labels of looks that have not come back. */
  readonly running = new Set<string>()
  /** For each label, what ran when it was asked. */
  readonly beside = new Map<string, string[]>()
  readonly signals: AbortSignal[] = []

  constructor(readonly answers: Record<string, Answer>) {}

  async look(request: LookRequest, signal: AbortSignal): Promise<Capture> {
    const label = labelOf(request)
    this.asked.push(label)
    this.beside.set(label, [...this.running])
    this.signals.push(signal)
    this.running.add(label)
    try {
      return await this.answer(label, request, signal)
    } finally {
      this.running.delete(label)
    }
  }

  private async answer(label: string, request: LookRequest, signal: AbortSignal): Promise<Capture> {
    const answer = this.answers[label]
    if (answer === undefined) return blindCapture(request, 'missing-tool', `nobody answers ${label}`)
    if (typeof answer === 'function') return answer(request, signal)
    return typeof answer === 'string' ? capture(answer, { kind: request.kind }) : answer
  }
}

/** How tests name a look: the command, the URL, the path, the look's name. */
export function labelOf(request: LookRequest): string {
  switch (request.kind) {
    case 'run':
      return (request.commands[0] ?? []).join(' ')
    case 'http':
      return request.url
    case 'log':
      return request.path
    case 'look':
      return request.name
  }
}

import { parseFact } from '../flow/fact-value.ts'
import type { FactSpec, ProbeNode, ProbeSpec } from '../flow/types.ts'
import type { Session } from '../session/session.ts'
import type { Json, JsonObject } from '../words/json.ts'
import type { HttpLook, LookRequest } from '../words/look.ts'

/** `pattern`: the look with its unknown facts as `{name}`, to be shown and pasted for, never to be run. */
export type Rendered = { ok: true; request: LookRequest } | { ok: false; needs: string; pattern: LookRequest }

/**
 * Fills a probe's placeholders with the facts held. Pure. Every value is parsed again as its
 * fact's type, so nothing reaches a command that its type does not allow; each placeholder stays
 * inside one argv element. `needs` names the first fact that is missing.
 */
export function renderRequest(node: ProbeNode, session: Session, facts: Record<string, FactSpec>): Rendered {
  const missing: string[] = []
  const known = (name: string) => factValue(name, session, facts)
  const text = (template: string) =>
    template.replace(/\{([a-z0-9_.]+)\}/g, (_, name: string) => {
      const value = known(name)
      if (value === undefined) missing.push(name)
      return Array.isArray(value) ? value.join(',') : String(value ?? `{${name}}`)
    })
  const request = { ...common(node.probe), ...detail(node.probe, text, known, session, missing) } as LookRequest
  const [needs] = missing
  return needs === undefined ? { ok: true, request } : { ok: false, needs, pattern: request }
}

function common(probe: ProbeSpec) {
  return { at: probe.at, read: probe.read, timeoutMs: probe.timeoutMs }
}

function detail(
  probe: ProbeSpec,
  text: (template: string) => string,
  known: (name: string) => Json | undefined,
  session: Session,
  missing: string[],
) {
  switch (probe.kind) {
    case 'run':
      return {
        kind: 'run',
        commands: probe.commands.map((argv) => argv.map(text)),
        ...(probe.otherwise ? { otherwise: probe.otherwise } : {}),
        ...(probe.asks ? { asks: probe.asks } : {}),
      }
    case 'http':
      return { kind: 'http', ...httpDetail(probe, text, known) }
    case 'log': {
      const path = known(probe.path)
      const unit = probe.journal === undefined ? undefined : known(probe.journal)
      if (typeof path !== 'string' && typeof unit === 'string') return { kind: 'run', commands: [journalOf(unit)] }
      if (typeof path !== 'string') missing.push(probe.path)
      const writer = probe.writer === undefined ? undefined : known(probe.writer)
      return {
        kind: 'log',
        path: typeof path === 'string' ? path : `{${probe.path}}`,
        windowMs: session.windowMs,
        ...(typeof writer === 'number' ? { writer } : {}),
      }
    }
    case 'look': {
      const args: JsonObject = { ...probe.set }
      for (const [name, source] of Object.entries(probe.with)) {
        const optional = source.endsWith('?')
        const fact = optional ? source.slice(0, -1) : source
        const value = known(fact)
        if (value !== undefined) args[name] = value
        else if (!optional) missing.push(fact)
      }
      return { kind: 'look', name: probe.name, args }
    }
  }
}

/** As many entries of a unit's journal as a look takes. */
const MOST_ENTRIES = 5000

function journalOf(unit: string): string[] {
  return ['journalctl', '-u', unit, '-o', 'json', '-n', String(MOST_ENTRIES), '--no-pager']
}

function httpDetail(
  probe: Extract<ProbeSpec, { kind: 'http' }>,
  text: (template: string) => string,
  known: (name: string) => Json | undefined,
): Omit<HttpLook, 'kind'> {
  const details: Partial<HttpLook> = {}
  for (const [name, fact] of Object.entries(probe.via)) {
    const value = known(fact)
    if (value === undefined || value === '') continue
    if (name === 'verify') {
      if (typeof value === 'boolean') details.verify = value
    } else if (name === 'socket' || name === 'address' || name === 'host' || name === 'version' || name === 'sni') {
      details[name] = String(value)
    }
  }
  const { times, every, spread, redirects, own } = probe
  return {
    url: text(probe.url),
    times,
    ...(every ? { every } : {}),
    ...(spread ? { spread } : {}),
    redirects,
    own,
    ...details,
  }
}

/** What is held of a fact, parsed once more as its type: what does not pass is as good as unknown. */
function factValue(name: string, session: Session, facts: Record<string, FactSpec>): Json | undefined {
  const held = session.facts.get(name)
  const spec = facts[name]
  if (!held || !spec) return undefined
  const parsed = parseFact(spec.type, held.value)
  return parsed.ok ? parsed.value : undefined
}

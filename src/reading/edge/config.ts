import { envoyConfig, isEnvoys } from '../envoy/config.ts'
import { keepEnvoy } from '../envoy/keep.ts'
import { askedRequest } from '../nginx/config-asked.ts'
import { type Dark, reader } from '../reader.ts'
import { traefikConfig } from '../traefik/config.ts'
import { keepTraefik } from '../traefik/keep.ts'
import { edgeMeta } from './meta.ts'
import { type EdgePart, splitParts, writtenPart } from './sections.ts'
import { type EdgeConfig, edgeConfig, nothingKnown } from './types.ts'

/**
 * What a gateway that is asked for its routes says of the URL: Envoy by its admin interface or its bootstrap file, Traefik by its
 * API or its files. Which of them it is, the parts tell.
 */
export const edgeConfigReader = reader({
  name: 'edge-config',
  output: edgeConfig,
  consults: [
    ...['url.scheme', 'url.host', 'url.port', 'url.path'],
    ...['gateway.scheme', 'gateway.port', 'gateway.host', 'gateway.path'],
  ],
  keep(out) {
    const { parts } = splitParts(out)
    const text = kept(parts).map(writtenPart).join('')
    return { out: text, leftOut: text.length < out.length ? 'what does not decide where requests go was left out' : '' }
  },
  read(capture, context) {
    const { parts, whole } = splitParts(capture.out)
    const meta = edgeMeta(capture.meta)
    const dark: Dark[] = []
    if (capture.outcome === 'blind' || capture.timedOut || capture.cut || !whole)
      dark.push({ why: capture.why ?? 'cut', says: capture.says ?? 'its configuration was read in part only' })
    for (const path of meta.unreadable) dark.push({ why: 'no-permission', says: `this account may not read ${path}` })
    for (const says of meta.gaps) dark.push({ why: 'cut', says })
    const { scheme, host, port, rawPath: path } = askedRequest(context.facts)
    const asked = { scheme, host, port, path }
    const normal = kept(parts)
    const told = normal.some(isEnvoys) ? envoyConfig(normal, asked) : traefikConfig(normal, asked)
    for (const says of told.doubts) dark.push({ why: 'not-understood', says })
    if (told.value.source === '' && dark.length === 0)
      dark.push({ why: 'no-such-file', says: 'its configuration was not read' })
    const newest = meta.mtimes.reduce((best, each) => (each.at > best.at ? each : best), { path: '', at: new Date(0) })
    const value: EdgeConfig = {
      ...(parts.length === 0 ? nothingKnown() : told.value),
      complete: dark.length === 0,
      conf: meta.conf,
      newest: newest.at,
      newest_file: newest.path,
    }
    return { value, dark, lines: linesOf(value) }
  },
})

/** Whose parts they are is told by some of them: a version alone could be anybody's. */
function kept(parts: readonly EdgePart[]): EdgePart[] {
  const prune = parts.some(isEnvoys) ? keepEnvoy : keepTraefik
  return parts.map((part) => {
    const json = prune(part.json)
    return { ...part, json: typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {} }
  })
}

function linesOf({ listens, at, backend, members, no_route_why, limits }: EdgeConfig): string[] {
  if (!listens) return ['nothing of it takes requests on the port of the URL']
  const lines = [
    no_route_why,
    at === '' ? '' : `${at}: ${backend}`,
    ...members.slice(0, 3).map((each) => `${each.text} ${each.why}`.trim()),
    limits,
  ]
  return lines.filter((line) => line !== '').slice(0, 5)
}

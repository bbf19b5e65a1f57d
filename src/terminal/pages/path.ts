import { hopsOf } from '../../report/hops.ts'
import type { Session } from '../../session/session.ts'
import { visible } from '../../words/visible.ts'
import type { Place } from '../../words/vocabulary.ts'
import { cutLine, type Line, span } from '../text.ts'

const PLACE: Record<Place, string> = {
  visitor: 'you',
  cdn: 'CDN',
  'load-balancer': 'load balancer',
  proxy: 'proxy',
  platform: 'platform',
  app: 'app',
}

/** The request's path as it becomes known: who passed the error on, who made it, where it broke. */
export function pathLine(session: Session, columns: number): Line {
  const held = (name: string) => {
    const value = session.facts.get(name)?.value
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const hops = hopsOf(session.findings).filter(({ kind }) => kind !== 'visitor')
  const shape = held('failure.shape')
  const line: Line = [span(' you', 'dim')]
  const put = (link: string, broken: boolean, name: string, mark: '✓' | '✗' | '?') => {
    line.push(span(` ${link} `, broken ? 'bad' : 'dim'), span(visible(name, { lines: false }), 'strong'))
    line.push(span(` ${mark}`, mark === '✓' ? 'good' : mark === '✗' ? 'bad' : 'dim'))
  }
  for (const { kind, vendor, role } of hops) {
    const fails = role === 'made' && (shape === '' || shape === 'none')
    put('───', false, vendor === '' ? PLACE[kind] : vendor, fails ? '✗' : '✓')
  }
  const gateway = held('proxy.program')
  if (hops.length === 0) put('───', false, gateway === '' ? 'gateway' : gateway, '?')
  const made = hops.find(({ role }) => role === 'made')
  if (made?.kind !== 'app') {
    const target = upstreamOf(held)
    if (target !== '')
      put(shape === '' || shape === 'none' ? '───' : '──✗──', shape !== '' && shape !== 'none', target, '?')
  }
  // Nothing is known of the last one on the way yet but where it is.
  if (line.at(-1)?.text === ' ?') line.pop()
  return cutLine(line, columns)
}

function upstreamOf(held: (name: string) => string): string {
  const name = held('app.unit') || held('app.program') || 'app'
  const socket = held('upstream.socket')
  if (socket !== '') return `${name} ${socket}`
  const port = held('upstream.port')
  if (port === '') return ''
  const host = held('upstream.host')
  return /^(127\.|localhost$|\[?::1\]?$|$)/.test(host) ? `${name} :${port}` : `${name} ${host}:${port}`
}

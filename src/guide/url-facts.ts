import type { Origin } from '../session/events.ts'
import type { Json } from '../words/json.ts'

/** The facts that a URL alone gives. `mask` hides the secrets of what stands in facts as text. */
export function factsOfUrl(
  url: URL,
  mask: (text: string) => string = (text) => text,
): { name: string; value: Json; origin: Origin }[] {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const facts: [string, Json][] = [
    ['url.text', mask(url.href)],
    ['url.scheme', url.protocol.slice(0, -1)],
    ['url.host', url.hostname],
    ['url.port', port],
    ['url.path', mask(url.pathname + url.search)],
  ]
  return facts.map(([name, value]) => ({ name, value, origin: { by: 'url' } }))
}

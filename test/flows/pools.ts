import type { JsonObject } from '../../src/words/json.ts'
import type { LookRequest } from '../../src/words/look.ts'
import type { Answer, Exchange } from './http.ts'
import { exchange } from './http.ts'
import { found } from './looks.ts'

const argument = (request: LookRequest, name: string): unknown =>
  request.kind === 'look' ? request.args[name] : undefined
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []

/** What one exchange measures, as the look writes it down. */
function measured(asked: Exchange): JsonObject {
  const answer = exchange(asked)
  const request = { kind: 'http', url: 'http://127.0.0.1:3000/checkout', timeoutMs: 3000, own: false } as LookRequest
  return (typeof answer === 'function' ? answer(request) : answer).meta
}

/** Each member of the pool asked twice; those that are not named are well. */
export const members =
  (told: Record<string, Exchange> = {}, more: JsonObject = {}): Answer =>
  (request) =>
    found({
      patience_ms: 30_000,
      unasked: 0,
      members: list(argument(request, 'members')).map((member) => {
        const [host = '', port = '0'] = member.startsWith('/') ? ['', '0'] : member.split(/:(?=\d+$)/)
        const asked = measured(told[member] ?? { status: 200, out: 'HTTP/1.1 200 OK\r\n\r\nok' })
        return { member, host, port: Number(port), socket: member.startsWith('/') ? member : '', asked: [asked, asked] }
      }),
      ...more,
    })

/** What names have now: those that are not told of have 127.0.0.1; null is a name that nobody knows. */
export const namesNow =
  (told: Record<string, string[] | null>): Answer =>
  (request) =>
    found({
      unasked: 0,
      names: list(argument(request, 'names')).map((text) => {
        const [name = '', port = '0'] = text.split(':')
        const addresses = told[name] === undefined ? ['127.0.0.1'] : (told[name] ?? [])
        const unresolved = addresses.length > 0 ? '' : 'definite'
        return { name, port: Number(port), addresses, unresolved, error: unresolved === '' ? '' : 'ENOTFOUND' }
      }),
    })

/** What each server of the gateway's resolver says; without more: 127.0.0.53 gives 127.0.0.1. */
export const resolverSays =
  (told: Record<string, { status?: string; addresses?: string[]; error?: string }>): Answer =>
  (request) => {
    const said = Object.keys(told).length > 0 ? told : { '127.0.0.53:53': { addresses: ['127.0.0.1'] } }
    return found({
      name: String(argument(request, 'name')),
      unasked: 0,
      servers: Object.entries(said).map(([server, { addresses = [], error = '', status }]) => ({
        server,
        addresses,
        error,
        status: status ?? (addresses.length > 0 ? 'NOERROR' : ''),
      })),
    })
  }

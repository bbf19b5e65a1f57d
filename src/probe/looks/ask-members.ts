import type { JsonObject } from '../../words/json.ts'
import { isPath, millisecondsOf, stringsOf } from './arguments.ts'
import { blind, found, type Over, within } from './outcome.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/** Larger pools are asked in part, and that is said. */
const MOST_MEMBERS = 8
/** One answer says little of a member that fails now and then. */
const TIMES = 2
const LEAST_MS = 3000
const MOST_MS = 15_000

/**
 * Asks every member of a pool by itself, as the gateway would: the same path, Host, version and TLS name;
 * two GETs each, side by side with the other members. Arguments: `members` (`host:port` or a socket's path),
 * `scheme`, `path`, `host`, `version`, `sni`, `verify`, and `patience` (ms that the gateway waits for an answer).
 */
export const askMembersLook: BuiltInLookFn = (args, tools) => {
  const members = stringsOf(args, 'members').flatMap(parseMember)
  const path = args.path
  const argv = ['curl', '-i', ...(members[0] ? [urlOf(members[0], args)] : [])]
  if (members.length === 0 || typeof path !== 'string' || !/^\/[\x21-\x7e]{0,2047}$/.test(path)) {
    return Promise.resolve(blind(argv, 'not-understood', 'the members of the pool or the path cannot be asked for'))
  }
  return within(tools, argv, async (over) => {
    const patience = millisecondsOf(args, 'patience') ?? 0
    const each = Math.min(MOST_MS, tools.timeoutMs * 0.4, Math.max(LEAST_MS, patience + 1000))
    const asked = await Promise.all(
      members.slice(0, MOST_MEMBERS).map((member) => askOne(member, args, each, tools, over)),
    )
    const unasked = Math.max(0, members.length - MOST_MEMBERS)
    return found(argv, { patience_ms: patience, unasked, members: asked }, { timedOut: over() })
  })
}

interface Member {
  member: string
  host: string
  port: number
  socket: string
}

function parseMember(text: string): Member[] {
  if (isPath(text)) return [{ member: text, host: '', port: 0, socket: text }]
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]{1,253}):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[2] ?? 0)
  if (match === null || port < 1 || port > 65_535) return []
  return [{ member: text, host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port, socket: '' }]
}

function urlOf({ host, port, socket }: Member, { scheme, path }: JsonObject): string {
  const authority = socket !== '' ? 'localhost' : `${host.includes(':') ? `[${host}]` : host}:${port}`
  return `${scheme === 'https' ? 'https' : 'http'}://${authority}${typeof path === 'string' ? path : '/'}`
}

async function askOne(
  member: Member,
  args: JsonObject,
  eachMs: number,
  tools: LookTools,
  over: Over,
): Promise<JsonObject> {
  const { askHttp } = await import('../http/ask.ts')
  const word = (name: 'host' | 'version' | 'sni') => {
    const value = args[name]
    return typeof value === 'string' && value !== '' ? { [name]: value } : {}
  }
  const asked: JsonObject[] = []
  for (let time = 0; time < TIMES && !over(); time++) {
    const request = {
      kind: 'http' as const,
      at: 'proxy' as const,
      read: 'members',
      url: urlOf(member, args),
      times: 1,
      redirects: 0,
      own: false,
      timeoutMs: Math.floor(eachMs),
      ...(member.socket === '' ? {} : { socket: member.socket }),
      ...word('host'),
      ...word('version'),
      ...word('sni'),
      ...(args.verify === true ? { verify: true } : {}),
    }
    const options = { userAgent: 'triage502', headers: [], resolve: [], insecure: false, env: tools.env }
    const capture = await askHttp(request, options, tools.signal)
    if (capture.outcome === 'blind') break
    asked.push(capture.meta)
  }
  return { ...member, asked }
}

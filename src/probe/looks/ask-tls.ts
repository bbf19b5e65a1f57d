import net from 'node:net'
import type { SecureVersion } from 'node:tls'
import type { JsonObject } from '../../words/json.ts'
import { hostOf, pathOf, portOf, stringsOf } from './arguments.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { authorities, type Hello, sayHello } from './tls-hello.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/** One hello may take so long; a server that answers at all answers at once. */
const HELLO_MS = 3000
const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
/** Whatever the library knows: a server is asked for what it takes, not trusted with anything. */
const ANY_CIPHER = 'ALL:@SECLEVEL=0'

/**
 * Says hello to a TLS server as the gateway does, and where it is refused once more with one thing changed each time:
 * the name, the versions, the ciphers, all of them. Only handshakes: no request is sent, and no certificate is refused.
 * Arguments: `host` and `port`, or `socket`; `sni` (the name that the gateway sends), `checked` (the name that it
 * checks), `names` (names that might be meant), `protocols`, `ciphers`, `trusted` (file). Findings: `hellos`.
 */
export const askTlsLook: BuiltInLookFn = (args, tools) => {
  const asked = askedOf(args)
  const argv = argvOf(asked)
  if (asked === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no server to ask was given'))
  return within(tools, argv, async (over) => {
    const trusted = asked.trusted === undefined ? undefined : await authorities(asked.trusted)
    const own: Hello = { ...asked.hello, trusted, timeoutMs: HELLO_MS, signal: tools.signal }
    const first = await sayHello(own)
    const hellos: JsonObject[] = [{ change: '', ...first }]
    const helps = first.finished !== true && first.failure !== 'refused' && first.failure !== 'not-tls'
    if (helps) hellos.push(...(await mending(own, asked.name, over, tools)))
    return found(argv, { hellos, ...trustOf(asked.trusted, trusted) }, { timedOut: over() })
  })
}

interface Asked {
  hello: Omit<Hello, 'trusted' | 'timeoutMs' | 'signal'>
  /** A name to send where the gateway sends none or another; '' when none is known. */
  name: string
  trusted: string | undefined
}

function askedOf(args: JsonObject): Asked | undefined {
  const socket = pathOf(args, 'socket')
  const host = hostOf(args.host)
  const port = portOf(args)
  if (socket === undefined && (host === undefined || port === undefined)) return undefined
  const [checked = ''] = namesOf(args, 'checked', true)
  const sni = namesOf(args, 'sni', false)[0] ?? ''
  const wanted = stringsOf(args, 'protocols')
  const offered = VERSIONS.filter((version) => wanted.includes(version))
  const [ciphers = ''] = stringsOf(args, 'ciphers')
  return {
    hello: {
      host: host ?? '',
      port: port ?? 0,
      socket: socket ?? '',
      name: sni,
      checked,
      least: offered[0] ?? 'TLSv1',
      most: offered.at(-1) ?? 'TLSv1.3',
      ciphers: /^[A-Za-z0-9:!+@=_-]{1,1024}$/.test(ciphers) ? ciphers : ANY_CIPHER,
    },
    name: [...namesOf(args, 'checked', false), ...namesOf(args, 'names', false)].find((name) => name !== sni) ?? '',
    trusted: pathOf(args, 'trusted'),
  }
}

/** Host names among an argument's words; an address only where it may be checked for, for none is ever sent. */
function namesOf(args: JsonObject, argument: string, addresses: boolean): string[] {
  return stringsOf(args, argument)
    .map((name) => hostOf(name.replace(/:\d{1,5}$/, '')) ?? '')
    .filter((name) => name !== '' && (addresses || net.isIP(name) === 0))
}

/** Each change alone, and all of them where none helps alone; ends at the first that the server takes. */
async function mending(own: Hello, name: string, over: Over, tools: LookTools): Promise<JsonObject[]> {
  const versions = { least: 'TLSv1', most: 'TLSv1.3' } as const
  const tries: { change: string; hello: Hello }[] = [
    ...(name === '' ? [] : [{ change: 'name', hello: { ...own, name } }]),
    { change: 'protocols', hello: { ...own, ...versions } },
    { change: 'ciphers', hello: { ...own, ciphers: ANY_CIPHER } },
    { change: 'all', hello: { ...own, ...versions, ciphers: ANY_CIPHER, ...(name === '' ? {} : { name }) } },
  ]
  const said: JsonObject[] = []
  for (const { change, hello } of tries) {
    if (over() || tools.signal.aborted) break
    const result = await sayHello(hello)
    said.push({ change, name: hello.name, ...result })
    if (result.finished === true) break
  }
  return said
}

function trustOf(path: string | undefined, text: string | undefined): JsonObject {
  if (path === undefined) return { trust_known: false }
  return {
    trust_known: text !== undefined,
    ...(text === undefined ? { trust_untold: `${path} could not be read` } : {}),
  }
}

/** What a person could type. */
function argvOf(asked: Asked | undefined): string[] {
  const { host = 'HOST', port = 443, socket = '', name = '' } = asked?.hello ?? {}
  const place = host.includes(':') ? `[${host}]` : host
  const to = socket === '' ? ['-connect', `${place}:${port}`] : ['-unix', socket]
  return ['openssl', 's_client', ...to, ...(name === '' ? ['-noservername'] : ['-servername', name]), '-showcerts']
}

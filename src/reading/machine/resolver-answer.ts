import { t } from '../../words/value.ts'
import { splitEndpoint } from '../process/addresses.ts'
import { found, objects, text, texts, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'

const server = t.record({
  /** `127.0.0.1:53` */
  server: t.string,
  host: t.string,
  port: t.int,
  /** It answered at all, whatever it said. */
  answered: t.bool,
  /** NOERROR | NXDOMAIN | NODATA | SERVFAIL | REFUSED | …, '' when nothing came. */
  status: t.string,
  addresses: t.list(t.string),
  /** `127.0.0.1:53 says NXDOMAIN` */
  says: t.string,
})

const output = t.record({
  /** Every server was asked and either answered or kept silent until the limit. */
  complete: t.bool,
  name: t.string,
  servers: t.list(server),
  addresses: t.list(t.string),
  /** How many gave an address; said that there is none (NXDOMAIN, NODATA); failed or refused; said nothing. */
  resolved: t.int,
  none: t.int,
  failing: t.int,
  silent: t.int,
})

const NONE = ['NXDOMAIN', 'NODATA']

/** What name servers say of a name when they are asked directly, from the look `ask-resolver`. */
export const resolverAnswerReader = reader({
  name: 'resolver-answer',
  output,
  consults: [],
  read(capture) {
    const { raw } = found(capture.out)
    const servers = objects(raw, 'servers').map((each) => {
      const [name, status, addresses] = [text(each, 'server'), text(each, 'status'), texts(each, 'addresses')]
      const answered = status !== ''
      const endpoint = splitEndpoint(name)
      const [host, port] = [endpoint?.address ?? '', BigInt(endpoint?.port ?? 0)]
      const says = sentence(name, status, addresses, text(each, 'error'))
      return { server: name, host, port, answered, status, addresses, says }
    })
    const count = (fits: (one: (typeof servers)[number]) => boolean) => BigInt(servers.filter(fits).length)
    const dark: Dark[] = []
    const unasked = whole(raw, 'unasked')
    if (unasked > 0) dark.push({ why: 'cut', says: `${unasked} name servers were not asked` })
    const ended = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && servers.length > 0
    return {
      value: {
        complete: ended && dark.length === 0,
        name: text(raw, 'name'),
        servers,
        addresses: [...new Set(servers.flatMap((each) => each.addresses))],
        resolved: count((each) => each.addresses.length > 0),
        none: count((each) => each.addresses.length === 0 && (NONE.includes(each.status) || each.status === 'NOERROR')),
        failing: count((each) => each.answered && each.status !== 'NOERROR' && !NONE.includes(each.status)),
        silent: count((each) => !each.answered),
      },
      dark,
      lines: servers.map((each) => each.says).slice(0, 5),
    }
  },
})

function sentence(server: string, status: string, addresses: readonly string[], error: string): string {
  if (addresses.length > 0) return `${server} gives ${addresses.join(', ')}`
  if (status !== '') return `${server} says ${status === 'NOERROR' ? 'NODATA' : status}`
  return error === 'ECONNREFUSED' ? `${server} refuses: no name server listens there` : `${server} does not answer`
}

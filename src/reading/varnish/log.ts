import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { fitEntry, frontOf, ownEntries } from '../gateway/entry.ts'
import { summarise } from '../gateway/log.ts'
import { pathOnly } from '../nginx/site.ts'
import { type Dark, reader } from '../reader.ts'
import { requestOf, type VarnishRequest } from './log-entry.ts'
import { logGroups } from './log-groups.ts'
import { varnishLog } from './types.ts'

const KEPT = new Set([
  ...[
    'Begin',
    'Timestamp',
    'ReqStart',
    'ReqURL',
    'ReqHeader',
    'RespStatus',
    'FetchError',
    'BackendOpen',
    'Hit',
    'VCL_call',
    'VCL_Error',
  ],
  ...['BerespStatus', 'Error'],
])

/** What Varnish's log says of failed requests: `varnishlog -d -g request`, of what its memory still holds. */
export const varnishLogReader = reader({
  name: 'varnish-log',
  output: varnishLog,
  consults: [
    'url.host',
    'url.port',
    'url.path',
    'gateway.visitor',
    'gateway.host',
    'gateway.path',
    'gateway.scheme',
    'window.seconds',
  ],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.filter((line) => line === '' || line.startsWith('*') || isNeeded(line)).map(withoutQuery)
    const left = lines.length - kept.length
    return { out: kept.join('\n'), leftOut: left === 0 ? '' : `${left} records that decide nothing here left out` }
  },
  read(capture, context) {
    const seconds = context.facts.get('window.seconds')
    const since = context.now.getTime() - (typeof seconds === 'bigint' ? Number(seconds) * 1000 : 0)
    const seen = logGroups(capture.out).flatMap((group) => requestOf(group, context.knowledge) ?? [])
    const requests = seen.filter(({ entry }) => entry.at >= since)
    // Only what no backend answered is Varnish's own failure.
    const failed = requests.filter(({ how }) => how === 'failed').map(({ entry }) => entry)
    const ours = ownOf(requests, context)
    const dark = darkOf(capture)
    return {
      value: {
        ...summarise(failed, [], context),
        complete: dark.length === 0,
        path: '',
        requests: 0n,
        health: [],
        refused_at: NEVER,
        refused: '',
        how: ours?.how ?? '',
        backend: ours?.backend ?? '',
        hit_of: BigInt(ours?.hitOf ?? 0),
        hit_left_s: BigInt(ours?.hitLeftS ?? 0),
      },
      dark,
      lines: failed.slice(-5).map(({ message }) => message),
    }
  },
})

function ownOf(
  requests: readonly VarnishRequest[],
  context: Parameters<typeof frontOf>[0] & { requests: Parameters<typeof ownEntries>[1] },
): VarnishRequest | undefined {
  const relate = fitEntry(context)
  const own = ownEntries(
    requests.map(({ entry }) => ({ entry, fit: relate(entry) })),
    context.requests,
    frontOf(context),
  )
  return requests.filter(({ entry }) => own.has(entry)).at(-1)
}

/** An empty log is one that could be read: varnishlog ends with an error where it could not. */
function darkOf(capture: Capture): Dark[] {
  if (capture.outcome === 'blind')
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? "Varnish's log could not be read" }]
  if (capture.pasted) return [{ why: 'cut', says: 'the records were pasted: what else the log holds is not known' }]
  if (capture.exit !== null && capture.exit !== 0) {
    return [
      {
        why: 'no-permission',
        says: `varnishlog could not read the log: ${capture.err.trim().split('\n').at(-1) ?? ''}`,
      },
    ]
  }
  return capture.cut || capture.timedOut ? [{ why: 'cut', says: "Varnish's log was read in part only" }] : []
}

function isNeeded(line: string): boolean {
  const [, tag = '', value = ''] = /^-+\s+([A-Za-z_]{1,40})(?:\s+(.*))?$/.exec(line) ?? []
  if (tag === 'ReqHeader') return /^(?:host|user-agent):/i.test(value)
  return KEPT.has(tag)
}

/** Visitors' queries are nobody's business, and so are their programs. */
function withoutQuery(line: string): string {
  const url = /^(-+\s+ReqURL\s+)(.*)$/.exec(line)
  if (url) return `${url[1]}${pathOnly(url[2] ?? '')}`
  const agent = /^(-+\s+ReqHeader\s+user-agent:)\s*(.*)$/i.exec(line)
  return agent && !agent[2]?.startsWith('triage502/') ? `${agent[1]} other` : line
}

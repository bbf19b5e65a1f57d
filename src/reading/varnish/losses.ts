import { fitEntry } from '../gateway/entry.ts'
import { windowMs } from '../gateway/log.ts'
import { type Loss, losses, lossesOf } from '../gateway/losses.ts'
import { type Knowledge, reader } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { requestOf } from './log-entry.ts'
import { logGroups, recordIn, type Transaction } from './log-groups.ts'

const KEPT =
  /^-+ +(Begin|Timestamp|ReqStart|ReqMethod|ReqURL|RespStatus|FetchError|BackendOpen|ReqHeader +(host|user-agent):)/i

/**
 * On which requests a backend closed before it answered, from `varnishlog -g request`. Varnish says of each connection to a backend
 * whether it was made for the request (`connect`) or had been used before (`reuse`), and asks once more over a new one where it may.
 */
export const varnishLossesReader = reader({
  name: 'varnish-losses',
  output: losses,
  consults: [
    ...['url.host', 'url.port', 'url.path', 'gateway.host', 'gateway.path', 'gateway.scheme', 'window.seconds'],
  ],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines
      .filter((line) => line === '' || line.startsWith('*') || KEPT.test(line))
      .map((line) => (/^-+ +ReqURL/.test(line) ? line.replace(/\?.*$/s, '') : line))
    const left = lines.length - kept.length
    return { out: kept.join('\n'), leftOut: left === 0 ? '' : `${left} records that decide nothing here left out` }
  },
  read(capture, context) {
    const since = context.now.getTime() - windowMs(context)
    const relate = fitEntry(context)
    const lost = logGroups(capture.out).flatMap((group): Loss[] => {
      const request = requestOf(group, context.knowledge)
      if (request === undefined || request.entry.at < since || relate(request.entry) === 'other') return []
      const closed = closedIn(group, context.knowledge)
      if (closed === undefined) return []
      const method = recordIn(
        group.find(({ kind }) => kind === 'Request'),
        'ReqMethod',
      )
      return [{ ...closed, at: request.entry.at, method, failed: request.entry.status >= 500 }]
    })
    const whole = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const dark = whole
      ? []
      : [{ why: capture.why ?? ('cut' as const), says: capture.says ?? "Varnish's log was read in part only" }]
    return { value: lossesOf(lost, whole), dark, lines: lost.slice(-5).map(({ message }) => message) }
  },
})

/** The first connection of a request that was closed before the answer's head, and whether it had been used before. */
function closedIn(group: readonly Transaction[], knowledge: Knowledge): Pick<Loss, 'reused' | 'message'> | undefined {
  for (const { kind, records } of group) {
    if (kind !== 'BeReq') continue
    let opened = ''
    for (const { tag, value } of records) {
      if (tag === 'BackendOpen') opened = value
      if (tag !== 'FetchError') continue
      const match = matchSignature(signatureIndex(knowledge.signatures), 'varnish', value, { whole: true })
      if (!/^(premature-close|send-)/.test(match?.signature.id ?? '')) continue
      return { reused: /\sreuse$/.test(opened.trimEnd()), message: visibleLine(`${value}, over ${opened}`, 300) }
    }
  }
  return undefined
}

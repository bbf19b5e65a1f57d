import { NEVER, type Value } from '../../words/value.ts'
import { found, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { serverAddress } from './config-address.ts'
import { answerErrors, kindOfError, withoutBytes } from './runtime-errors.ts'
import { type HaproxyRuntime, haproxyRuntime } from './runtime-types.ts'

/** The columns of `show stat` that are read. Source: management guide, 9.1 "CSV format". */
const COLUMNS = [
  'pxname svname qcur scur slim dreq econ eresp status bck lastchg check_status check_code check_duration',
  'last_chk check_desc addr type',
]
  .join(' ')
  .split(' ')

/** What a running HAProxy says of its servers, from the look `ask-haproxy`, for the URL's own backend. */
export const haproxyRuntimeReader = reader({
  name: 'haproxy-runtime',
  output: haproxyRuntime,
  consults: ['config.frontend', 'config.backend', 'log.backend'],
  keep,
  read(capture, { facts }) {
    const { ok, raw } = found(capture.out)
    const rows = tableOf(text(raw, 'show stat'))
    const info = text(raw, 'show info')
    const frontend = textOf(facts, 'config.frontend')
    const backend = textOf(facts, 'log.backend') || textOf(facts, 'config.backend')
    const front = rows.find((row) => row.pxname === frontend && row.svname === 'FRONTEND')
    const back = rows.find((row) => row.pxname === backend && row.svname === 'BACKEND')
    const servers = rows.filter((row) => row.pxname === backend && row.type === '2').map(serverOf)
    return {
      value: {
        complete: ok && capture.outcome === 'ok' && !capture.timedOut && back !== undefined,
        socket: text(raw, 'socket'),
        version: line(info, 'Version'),
        connections: whole(line(info, 'CurrConns')),
        most_connections: whole(line(info, 'Maxconn')),
        frontend_sessions: whole(front?.scur),
        frontend_most: whole(front?.slim),
        frontend_denied: whole(front?.dreq),
        backend: back === undefined ? '' : backend,
        servers,
        usable: BigInt(servers.filter(({ usable }) => usable).length),
        down: BigInt(servers.filter(({ usable }) => !usable).length),
        queued: whole(back?.qcur),
        error: errorOf(text(raw, 'show errors'), backend),
      },
      dark: [],
      lines: servers
        .map(({ name, status, check_says: says }) => `${name}: ${status}${says === '' ? '' : `, ${says}`}`)
        .slice(0, 5),
    }
  },
})

type Row = Record<string, string>

/** CSV with a heading: values may be in quotes, and a quote in one is doubled. */
function tableOf(csv: string): Row[] {
  const [heading = '', ...lines] = csv.split('\n')
  const names = heading.replace(/^# /, '').split(',')
  return lines.flatMap((each) => {
    const cells = cellsOf(each)
    return cells.length < 2 ? [] : [Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))]
  })
}

function cellsOf(text: string): string[] {
  const cells: string[] = []
  for (let at = 0; at < text.length; ) {
    if (text.charAt(at) !== '"') {
      const end = text.indexOf(',', at)
      cells.push(text.slice(at, end < 0 ? undefined : end))
      at = end < 0 ? text.length : end + 1
      continue
    }
    let cell = ''
    for (at++; at < text.length; at++) {
      if (text.charAt(at) !== '"') cell += text.charAt(at)
      else if (text.charAt(at + 1) === '"') {
        cell += '"'
        at++
      } else break
    }
    cells.push(cell)
    at += 2
  }
  return cells
}

/** Only what is read is kept: chosen columns, three lines about the process, and of errors no byte of any answer. */
function keep(out: string): { out: string; leftOut: string } {
  const { ok, raw } = found(out)
  if (!ok) return { out: '', leftOut: 'all of it' }
  const rows = tableOf(text(raw, 'show stat'))
  const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const stat = [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((name) => quoted(row[name] ?? '')).join(','))]
  const info = text(raw, 'show info')
    .split('\n')
    .filter((each) => /^(Name|Version|Pid|Uptime_sec|CurrConns|Maxconn): /.test(each))
  const kept = {
    socket: text(raw, 'socket'),
    'show info': info.join('\n'),
    'show stat': stat.join('\n'),
    'show errors': withoutBytes(text(raw, 'show errors')),
  }
  return { out: JSON.stringify(kept), leftOut: 'counters that are not read, and the bytes of answers' }
}

function serverOf(row: Row): HaproxyRuntime['servers'][number] {
  const status = row.status ?? ''
  const address = serverAddress(row.addr ?? '')
  const check = (row.check_status ?? '').replace(/^\* /, '')
  const says = [row.check_desc, row.last_chk].filter((each) => each !== undefined && each !== '')
  return {
    name: row.svname ?? '',
    host: address.host,
    port: BigInt(address.port),
    socket: address.socket,
    status,
    usable: status === 'no check' || status === 'OPEN' || status.startsWith('UP'),
    backup: row.bck === '1',
    checked: check !== '',
    check,
    check_code: whole(row.check_code),
    check_says: [...new Set(says)].join(': ').slice(0, 200),
    check_ms: whole(row.check_duration),
    sessions: whole(row.scur),
    most_sessions: whole(row.slim),
    queued: whole(row.qcur),
    connect_errors: whole(row.econ),
    answer_errors: whole(row.eresp),
    changed_s: row.lastchg === '' ? -1n : whole(row.lastchg),
  }
}

function errorOf(errors: string, backend: string): HaproxyRuntime['error'] {
  const last = answerErrors(errors).findLast((each) => each.backend === backend)
  if (last === undefined) {
    return { found: false, at: NEVER, server: '', kind: '', state: '', position: 0n, bytes: 0n }
  }
  const { server, state, position, bytes, stamp } = last
  const at = Number.isNaN(stamp) ? NEVER : new Date(stamp)
  return { found: true, at, server, kind: kindOfError(last), state, position: BigInt(position), bytes: BigInt(bytes) }
}

function line(info: string, name: string): string {
  return (
    info
      .split('\n')
      .find((each) => each.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? ''
  )
}

function whole(cell: string | undefined): bigint {
  return /^-?\d{1,15}$/.test(cell ?? '') ? BigInt(cell ?? 0) : 0n
}

function textOf(facts: ReadonlyMap<string, Value>, name: string): string {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}

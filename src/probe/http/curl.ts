import { readCurlText } from '../../reading/http/curl-text.ts'
import { parseHead } from '../../reading/http/head.ts'
import { type Measured, NOTHING_MEASURED } from '../../reading/http/measured.ts'
import { type RunResult, runCommand } from '../run.ts'
import { curlArgv, MARK } from './curl-argv.ts'
import { type CurlReport, parseCurlReport } from './curl-report.ts'
import { type Ask, BODY_KEPT, BODY_READ, type Exchange } from './exchange.ts'

/** Asks with curl. Null where there is no curl, or one too old to tell what it measured (before 7.70). */
export async function askCurl(ask: Ask, signal: AbortSignal): Promise<Exchange | null> {
  const run = await runCommand(curlArgv(ask), {
    timeoutMs: ask.timeoutMs,
    signal,
    // The runner ends a program that writes eight times what is kept.
    maxBytes: BODY_READ / 8,
    env: ask.env,
  })
  if (run.missing || run.exit === 126 || run.exit === 127) return null
  const mark = run.err.lastIndexOf(`\n${MARK}`)
  const report = mark < 0 ? null : parseCurlReport(run.err.slice(mark + 1 + MARK.length))
  const endedByUs = run.timedOut || run.cancelled || run.cut
  if (report === null && !endedByUs) return null
  return toExchange(ask, run, mark < 0 ? run.err : run.err.slice(0, mark), report)
}

function toExchange(ask: Ask, run: RunResult, words: string, report: CurlReport | null): Exchange {
  const said = readCurlText(words)
  const head = parseHead(run.out)
  const exitcode = report ? (run.exit ?? said.exitcode) : said.exitcode
  const measured: Measured = {
    ...NOTHING_MEASURED,
    client: report?.version ?? 'curl',
    url: ask.url.href,
    socket: ask.socket,
    exitcode,
    errormsg: said.errormsg || report?.errormsg || '',
    errno: said.errno,
    timed_out: run.timedOut || exitcode === 28,
    connected: said.connected,
    phases: report ? phasesOf(report, said.connected, exitcode) : { ...NOTHING_MEASURED.phases, total: run.ms },
    remote_ip: ask.socket === '' ? report?.ip || said.ip : '',
    remote_port: ask.socket === '' ? report?.port || said.port : 0,
    local_port: ask.socket === '' ? (report?.localPort ?? 0) : 0,
    http_version: report?.httpVersion ?? head?.version ?? '',
    status: head?.status ?? 0,
    head_bytes: report?.headBytes ?? -1,
    body_bytes: report?.bodyBytes ?? 0,
    flood: run.cut && report === null && !run.timedOut && head !== null,
    limit_ms: ask.timeoutMs,
    verify_result: ask.url.protocol === 'https:' ? (report?.verifyResult ?? -1) : -1,
    certificate: said.certificate,
  }
  if (exitcode === 0 && head && !head.whole) {
    // curl 7.88 takes a head without its end for a whole response.
    Object.assign(measured, { exitcode: 18, errormsg: 'transfer closed in the middle of the response head' })
  }
  const { out, leftOut } = bounded(run.out, head?.body.length ?? run.out.length, measured.body_bytes)
  return { out, err: ownWords(words), measured, leftOut, startedAt: run.startedAt, ms: run.ms }
}

/** curl before 8 leaves the time of the connection at 0 when TLS then fails. */
function phasesOf(report: CurlReport, connected: boolean, exitcode: number): Measured['phases'] {
  const { dns, connect, tls, firstByte, total } = report
  return {
    dns: dns > 0 || connected ? Math.round(dns) : -1,
    connect: connect > 0 ? Math.round(connect) : connected ? Math.round(Math.max(dns, 0)) : -1,
    tls: tls > 0 && exitcode !== 60 ? Math.round(tls) : -1,
    first_byte: firstByte > 0 ? Math.round(firstByte) : -1,
    total: Math.round(total),
  }
}

/** Lines of curl itself. What it sent (`>`) may hold secrets, what came (`<`) stands in `out`. */
function ownWords(words: string): string {
  const own = words.split('\n').filter((line) => line.startsWith('* ') || line.startsWith('curl: '))
  return own.join('\n').slice(0, BODY_KEPT)
}

function bounded(out: string, bodyLength: number, bodyBytes: number): { out: string; leftOut: number } {
  if (bodyLength <= BODY_KEPT) return { out, leftOut: 0 }
  const kept = out.slice(0, out.length - bodyLength + BODY_KEPT)
  return { out: kept, leftOut: Math.max(bodyBytes, bodyLength) - BODY_KEPT }
}

import { statfs } from 'node:fs/promises'
import type { LogFormat } from '../../reading/log-format.ts'
import type { ReadContext } from '../../reading/reader.ts'
import type { JsonObject } from '../../words/json.ts'
import { blindCapture, type Capture, type LookRequest } from '../../words/look.ts'
import { KEEP, Keeper, type KeepLimits } from './keeper.ts'
import type { ReadBudget } from './lines.ts'
import { openLog } from './open.ts'
import { rotatedFiles } from './rotated.ts'
import { type Scan, scanFile } from './scan.ts'
import { openWritten, type Written } from './writer.ts'
import { stampZone } from './zone.ts'

export type LogRequest = Extract<LookRequest, { kind: 'log' }>

/** What the log prober is given beside the request. */
export interface LogOptions {
  /** The format of the reader that will read the capture (`request.read`). */
  format: LogFormat
  /** What is known of the URL: decides which records are kept. */
  context: ReadContext
  now?: () => Date
  keep?: KeepLimits
  /** Bytes read at most, unpacked ones counted too. Default 256 MB. */
  maxBytes?: number
}

const MAX_BYTES = 256 * 1024 * 1024
/** Workers write late and stamps are cut to seconds. */
const SLACK_MS = 2000

/**
 * Reads a log from its end, as far back as the window reaches, over rotated and packed files, in
 * bounded memory. `out`: the records that matter, oldest first. `meta`: see `LogMeta`. Never throws
 * for what it finds; a log that cannot be read is a blind capture.
 */
export async function readLog(request: LogRequest, options: LogOptions, signal: AbortSignal): Promise<Capture> {
  const started = performance.now()
  const startedAt = (options.now ?? (() => new Date()))()
  const common = () => ({
    argv: ['tail', '-n', '1000', '--', request.path],
    at: request.writer === undefined ? 'local' : `local pid:${request.writer}`,
    startedAt: startedAt.toISOString(),
    ms: Math.round(performance.now() - started),
  })
  const over = () => signal.aborted || performance.now() - started > request.timeoutMs
  try {
    const written = await openWritten(request.path, request.writer)
    const { opened } = written
    if (opened.kind === 'blind') {
      const meta: JsonObject = { path: request.path, held: written.held, moved: written.moved, goes: opened.goes }
      return blindCapture(request, opened.why, opened.says, { ...common(), meta })
    }
    try {
      const budget = { bytes: options.maxBytes ?? options.format.maxBytes ?? MAX_BYTES, over }
      return { ...(await scanLog(request, options, written, startedAt, budget)), ...common() }
    } finally {
      await opened.handle.close()
    }
  } catch (error) {
    const says = `reading ${request.path} failed: ${error instanceof Error ? error.message : String(error)}`
    return blindCapture(request, 'not-understood', says, common())
  }
}

async function scanLog(
  request: LogRequest,
  options: LogOptions,
  written: Written,
  startedAt: Date,
  budget: ReadBudget,
): Promise<Capture> {
  const sieve = options.format.open(options.context)
  const keeper = new Keeper(sieve, options.keep ?? KEEP)
  const sinceMs = startedAt.getTime() - request.windowMs - SLACK_MS
  const zoneOf = (stamp: number, mtimeMs: number) => stampZone(written, stamp, mtimeMs)
  const scan: Scan = { sieve, keeper, budget, sinceMs, zoneOf, zone: undefined, reached: false }
  const gaps = await scanFiles(scan, request.path, written)
  const { out, left, leftOut } = keeper.finish()
  const timedOut = budget.over() && gaps.cut
  const path = written.opened.kind === 'file' ? written.opened.path : request.path
  return {
    kind: 'log',
    argv: [],
    at: 'local',
    outcome: 'ok',
    ...(gaps.cut
      ? { why: timedOut ? 'timed-out' : 'cut', says: `${path} was not read as far back as the window` }
      : {}),
    exit: null,
    ms: 0,
    startedAt: startedAt.toISOString(),
    out,
    err: '',
    cut: gaps.cut,
    timedOut,
    leftOut: leftOut === 0 ? '' : `${leftOut} of ${keeper.records} lines in the window left out, and counted`,
    meta: {
      path,
      held: written.held,
      moved: written.moved,
      reached: !gaps.cut && gaps.says.length === 0,
      records: keeper.records,
      full: await isFull(path, written.root),
      gaps: gaps.says,
      left: left.map(({ key, count, first, last }) => ({ key, count, first, last })),
      since_ms: sinceMs,
      ...(scan.zone ? { zone_minutes: scan.zone.minutes, zone_from: scan.zone.from, zone_sure: scan.zone.sure } : {}),
    },
  }
}

interface Gaps {
  /** The budget ended before the window's start was reached. */
  cut: boolean
  says: string[]
}

async function scanFiles(scan: Scan, path: string, written: Written): Promise<Gaps> {
  const gaps: Gaps = { cut: false, says: [] }
  if (written.opened.kind !== 'file') return gaps
  const first = written.opened
  if (first.about.mtimeMs >= scan.sinceMs && !(await scanFile(scan, first, 'plain', 0))) gaps.cut = true
  if (scan.reached || gaps.cut) return gaps
  const older = await rotatedFiles(path, written.root, scan.sinceMs)
  if (older === undefined) gaps.says.push(`the folder of ${path} could not be listed for older parts of the log`)
  for (const [i, file] of (older ?? []).entries()) {
    if (scan.reached || gaps.cut) break
    if (file.inode === first.about.ino) continue
    if (file.kind === 'other') {
      gaps.says.push(`${file.path} is packed in a way that is not read here`)
      continue
    }
    const opened = await openLog(file.path, written.root)
    if (opened.kind === 'blind') {
      gaps.says.push(opened.says)
      continue
    }
    try {
      if (!(await scanFile(scan, opened, file.kind, i + 1))) gaps.cut = true
    } catch {
      gaps.says.push(`${file.path} is damaged`)
    } finally {
      await opened.handle.close()
    }
  }
  return gaps
}

async function isFull(path: string, root: string): Promise<boolean> {
  const about = await statfs(root + path).catch(() => undefined)
  return about !== undefined && about.blocks > 0 && about.bavail === 0
}

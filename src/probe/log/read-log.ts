import { statfs } from 'node:fs/promises'
import type { LogFormat } from '../../reading/log-format.ts'
import type { ReadContext } from '../../reading/reader.ts'
import type { JsonObject } from '../../words/json.ts'
import { blindCapture, type Capture, type LookRequest } from '../../words/look.ts'
import { containerIdOf } from '../looks/container-id.ts'
import { type Printed, printed } from './container.ts'
import { KEEP, Keeper, type KeepLimits } from './keeper.ts'
import type { ReadBudget } from './lines.ts'
import { openLog } from './open.ts'
import { rotatedFiles } from './rotated.ts'
import { type Scan, scanFile, scanLines } from './scan.ts'
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
  /** The clean environment: names the socket of an engine of this account alone. */
  env?: Readonly<Record<string, string>>
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
      const kept = await keptByEngine(request, opened.goes, startedAt, options, signal)
      if (kept?.kind === 'lines') {
        const budget = { bytes: 0, over }
        return {
          ...(await scanPrinted(request, options, kept, written, startedAt, budget)),
          ...common(),
          argv: kept.argv,
        }
      }
      if (kept) return blindCapture(request, kept.why, kept.says, common())
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

/** What goes to a standard stream of a process in a container is kept by its engine. */
async function keptByEngine(
  request: LogRequest,
  goes: string,
  startedAt: Date,
  options: LogOptions,
  signal: AbortSignal,
): Promise<Printed | undefined> {
  if ((goes !== 'stdout' && goes !== 'stderr') || request.writer === undefined) return undefined
  const id = await containerIdOf(request.writer)
  if (id === '') return undefined
  const sinceMs = startedAt.getTime() - request.windowMs - SLACK_MS
  return printed(id, goes, sinceMs, { env: options.env ?? {}, timeoutMs: request.timeoutMs, signal })
}

async function scanPrinted(
  request: LogRequest,
  options: LogOptions,
  kept: Extract<Printed, { kind: 'lines' }>,
  written: Written,
  startedAt: Date,
  budget: ReadBudget,
): Promise<Capture> {
  const scan = scanOf(request, options, { ...written, held: 'yes' }, startedAt, budget, true)
  await scanLines(scan, kept.lines)
  const says = `the log of container ${kept.name} was not read as far back as the window`
  const gaps = { cut: kept.cut, says: [] }
  const meta = { path: request.path, held: 'yes', moved: false, full: false, container: kept.name }
  return { ...captureOf(scan, gaps, says, false, meta), startedAt: startedAt.toISOString() }
}

async function scanLog(
  request: LogRequest,
  options: LogOptions,
  written: Written,
  startedAt: Date,
  budget: ReadBudget,
): Promise<Capture> {
  const scan = scanOf(request, options, written, startedAt, budget)
  const gaps = await scanFiles(scan, request.path, written)
  const path = written.opened.kind === 'file' ? written.opened.path : request.path
  const says = `${path} was not read as far back as the window`
  const meta = { path, held: written.held, moved: written.moved, full: await isFull(path, written.root) }
  return { ...captureOf(scan, gaps, says, budget.over() && gaps.cut, meta), startedAt: startedAt.toISOString() }
}

function scanOf(
  request: LogRequest,
  options: LogOptions,
  written: Written,
  startedAt: Date,
  budget: ReadBudget,
  /** Somebody else dated each line too. */
  stamped = false,
): Scan {
  const sieve = options.format.open(options.context)
  const keeper = new Keeper(sieve, options.keep ?? KEEP)
  const sinceMs = startedAt.getTime() - request.windowMs - SLACK_MS
  const zoneOf = (stamp: number, mtimeMs: number) =>
    stampZone(written, stamp, mtimeMs, stamped ? 'stamped' : options.context.requests)
  return { sieve, keeper, budget, sinceMs, zoneOf, zone: undefined, reached: false }
}

/** What was kept of the window. `meta`: what is known of the log itself. */
function captureOf(
  scan: Scan,
  gaps: Gaps,
  says: string,
  timedOut: boolean,
  meta: JsonObject,
): Omit<Capture, 'startedAt'> {
  const { out, left, leftOut } = scan.keeper.finish()
  const { records } = scan.keeper
  return {
    kind: 'log',
    argv: [],
    at: 'local',
    outcome: 'ok',
    ...(gaps.cut ? { why: timedOut ? 'timed-out' : 'cut', says } : {}),
    exit: null,
    ms: 0,
    out,
    err: '',
    cut: gaps.cut,
    timedOut,
    leftOut: leftOut === 0 ? '' : `${leftOut} of ${records} lines in the window left out, and counted`,
    meta: {
      ...meta,
      reached: !gaps.cut && gaps.says.length === 0,
      records,
      gaps: gaps.says,
      left: left.map(({ key, count, first, last }) => ({ key, count, first, last })),
      since_ms: scan.sinceMs,
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

import type { JsonObject } from '../../words/json.ts'
import { flag, found, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { type FpmLine, fpmPools, poolAt } from './php-fpm.ts'
import { appLimit } from './types.ts'

/** After how long PHP-FPM ends a request of the pool that listens there, from the look `php-fpm-limit`. */
export const phpFpmLimitReader = reader({
  name: 'php-fpm-limit',
  output: appLimit,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const seen = ok && capture.outcome === 'ok' && !capture.timedOut
    const { ms, at, why } = seen ? told(raw) : unknown('nothing was seen')
    const known = why === ''
    const from = !known ? '' : at === '' ? 'default' : 'file'
    const lines = at === '' ? [] : [`request_terminate_timeout ${ms} ms: ${at}`]
    return { value: { complete: seen && known, known, limit_ms: BigInt(ms), at, from, why }, dark: [], lines }
  },
})

function unknown(why: string): { ms: number; at: string; why: string } {
  return { ms: -1, at: '', why }
}

function told(raw: JsonObject): { ms: number; at: string; why: string } {
  const changed = text(raw, 'changed')
  if (changed !== '') return unknown(`${changed} was changed after PHP-FPM started`)
  if (!flag(raw, 'whole')) return unknown('not all files of its configuration could be read')
  const lines: FpmLine[] = objects(raw, 'lines').map((line) => ({
    file: text(line, 'file'),
    line: whole(line, 'line'),
    name: text(line, 'name'),
    value: text(line, 'value'),
  }))
  const pool = poolAt(fpmPools(lines), whole(raw, 'port'), text(raw, 'socket'))
  if (pool === undefined) return unknown('which of its pools listens there is not clear')
  if (pool.terminateMs < 0) return unknown(`${pool.at} is no time`)
  return { ms: pool.terminateMs, at: pool.at, why: '' }
}

import type { JsonObject } from '../../words/json.ts'
import { flag, found, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { UNCLEAR } from './gunicorn.ts'
import { appLimit } from './types.ts'

/** Source: gunicorn's settings, "timeout". */
const DEFAULT_MS = 30_000

interface Told {
  ms: number
  at: string
  from: string
  why: string
}

/**
 * After how long gunicorn ends a worker that is silent, from the look `gunicorn-limit`. Its command line goes before
 * `GUNICORN_CMD_ARGS`, that before its configuration file, that before the default (gunicorn docs, "configuration overview").
 */
export const gunicornLimitReader = reader({
  name: 'gunicorn-limit',
  output: appLimit,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const seen = ok && capture.outcome === 'ok' && !capture.timedOut
    const { ms, at, from, why } = seen ? told(raw) : unknown('nothing was seen')
    const known = from !== ''
    const lines = known && at !== '' ? [`timeout ${ms} ms: ${at}`] : []
    return { value: { complete: seen && known, known, limit_ms: BigInt(ms), at, from, why }, dark: [], lines }
  },
})

function unknown(why: string): Told {
  return { ms: -1, at: '', from: '', why }
}

function told(raw: JsonObject): Told {
  if (!flag(raw, 'words_seen')) return unknown('its command line cannot be seen')
  const own = whole(object(raw, 'words'), 'timeout', -1)
  if (own >= 0) return { ms: own * 1000, at: 'its command line (--timeout)', from: 'command-line', why: '' }
  if (own === UNCLEAR) return unknown('--timeout on its command line is no plain number')
  if (!flag(raw, 'environment_seen')) return unknown('whether its environment says something cannot be seen')
  const given = whole(object(raw, 'environment'), 'timeout', -1)
  if (given >= 0) return { ms: given * 1000, at: 'GUNICORN_CMD_ARGS', from: 'environment', why: '' }
  if (given === UNCLEAR) return unknown('--timeout in GUNICORN_CMD_ARGS is no plain number')
  return ofFile(raw)
}

function ofFile(raw: JsonObject): Told {
  const [file, state] = [text(raw, 'file'), text(raw, 'state')]
  const none: Told = { ms: DEFAULT_MS, at: '', from: 'default', why: '' }
  if (state === 'absent' && !flag(raw, 'named')) return none
  if (state !== 'text') return unknown(`its configuration file ${file} could not be read`)
  if (flag(raw, 'changed')) return unknown(`${file} was changed after gunicorn started`)
  const lines = objects(raw, 'lines')
  const last = lines.at(-1)
  if (last === undefined) return none
  const unclear = lines.find((line) => whole(line, 'value', UNCLEAR) < 0)
  if (unclear) return unknown(`${file}:${whole(unclear, 'line')} can only be told by running it`)
  return { ms: whole(last, 'value') * 1000, at: `${file}:${whole(last, 'line')}`, from: 'file', why: '' }
}

import { type Infer, NEVER } from '../../words/value.ts'
import type { pathInfo } from './types.ts'

const KINDS: Record<string, string> = {
  s: 'socket',
  '-': 'file',
  d: 'folder',
  l: 'link',
  p: 'pipe',
  c: 'device',
  b: 'device',
}

/**
 * A path from what `namei -l PATH` or `ls -l PATH` printed (util-linux, coreutils; in the C locale). Whether the worker may
 * write is told by neither, so what is there is never complete; that nothing is there is. Null for any other text, and for
 * one that speaks of another path.
 */
export function readPastedPath(text: string, path: string): Infer<typeof pathInfo> | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (path === '' || !lines.some((line) => line.includes(path))) return null
  const nothing = {
    ...{ complete: false, exists: false, kind: '', mode: '', owner: '', group: '' },
    ...{ changed: NEVER, stops_at: '', writable: false, worker: '' },
  }
  if (lines.some((line) => line.endsWith('No such file or directory'))) {
    return { ...nothing, complete: true, stops_at: missingPart(lines, path) }
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  const last = lines.findLast((line) => line.endsWith(name) && ENTRY.test(line.trim()))
  const [, kind = '', rights = '', owner = '', group = ''] = ENTRY.exec(last?.trim() ?? '') ?? []
  if (last === undefined) return null
  return { ...nothing, exists: true, kind: KINDS[kind] ?? '', mode: octal(rights), owner, group }
}

/** `srw-rw---- root www /run/x` of namei, with a count of links in between of ls. */
const ENTRY = /^([sdlpcb-])([rwxsStT-]{9})[.+@]? (?: *\d{1,6} )?([^\s]{1,64}) +([^\s]{1,64}) /

/** `rw-rw----` as `0660`. */
function octal(rights: string): string {
  const bits = [...rights].reduce((sum, letter, at) => sum | (isSet(letter) ? 1 << (8 - at) : 0), 0)
  const extra = [2, 5, 8].reduce((sum, at, i) => sum | (/[sStT]/.test(rights.charAt(at)) ? 4 >> i : 0), 0)
  return `${extra}${bits.toString(8).padStart(3, '0')}`
}

/** A capital S or T says that the right to execute is not there. */
function isSet(letter: string): boolean {
  return letter !== '-' && letter !== 'S' && letter !== 'T'
}

/** namei names the first part that is not there. A folder of the way is worth telling, the path's own end is not. */
function missingPart(lines: readonly string[], path: string): string {
  const line = lines.find((each) => /^\s.* - No such file or directory$/.test(each)) ?? ''
  const part = line.trim().replace(/ - No such file or directory$/, '')
  const at = part === '' ? -1 : path.indexOf(`/${part}/`)
  return at < 0 ? '' : path.slice(0, at + part.length + 1)
}

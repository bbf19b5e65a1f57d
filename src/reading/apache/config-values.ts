import type { Directive } from './config-lines.ts'

/** The levels of a request, the outermost first: the main server, the virtual host, what sections add. */
export type Levels = readonly (readonly Directive[])[]

/** `file:line` of a directive. */
export function placeOf({ file, line }: Directive): string {
  return `${file}:${line}`
}

/** The innermost directive of a name; within one level the last one counts. */
export function last(levels: Levels, name: string): Directive | undefined {
  for (const level of [...levels].reverse()) {
    const found = level.findLast((each) => each.name === name)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first word of the innermost directive of a name, '' when there is none. */
export function setting(levels: Levels, name: string): string {
  return last(levels, name)?.args[0] ?? ''
}

export function isOn(levels: Levels, name: string, byDefault: boolean): boolean {
  const value = setting(levels, name).toLowerCase()
  return value === '' ? byDefault : value === 'on'
}

/** A time as mod_proxy writes it, in ms: seconds, or with a unit (`500ms`, `2s`, `1min`, `1h`). 0 where it is none. */
export function milliseconds(text: string): number {
  const match = /^([0-9]{1,9})(ms|s|mi|min|h)?$/i.exec(text)
  if (match === null) return 0
  const unit = UNITS[(match[2] ?? 's').toLowerCase()] ?? 1000
  return Number(match[1]) * unit
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, mi: 60_000, min: 60_000, h: 3_600_000 }

/** A path, relative ones below the ServerRoot; '' where that is not known. */
export function underRoot(path: string, root: string): string {
  if (path.startsWith('/') || path === '') return path
  return root.startsWith('/') ? `${root.replace(/\/+$/, '')}/${path}` : ''
}

/** Words of `key=value`; keys in lower case. */
export function pairs(words: readonly string[]): Map<string, string> {
  return new Map(
    words.flatMap((word) => {
      const at = word.indexOf('=')
      return at > 0 ? [[word.slice(0, at).toLowerCase(), word.slice(at + 1)] as const] : []
    }),
  )
}

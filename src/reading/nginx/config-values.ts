import type { Directive } from './parse-config.ts'

const MS_PER: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
}

/**
 * nginx's time syntax ("90", "1m", "1m 30s", "500ms"; a bare number is seconds) in milliseconds, or
 * undefined when it is none. Source: nginx.org, "Configuration file measurement units".
 */
export function nginxTime(text: string): bigint | undefined {
  if (!/^(\d{1,12}(ms|[smhdwMy])? ?){1,8}$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d{1,12})(ms|[smhdwMy])?/g)) {
    total += Number(amount) * (MS_PER[unit ?? 's'] ?? 1000)
  }
  return BigInt(Math.min(total, Number.MAX_SAFE_INTEGER))
}

/** nginx's size syntax ("4096", "8k", "1m") in bytes, or undefined when it is none. */
export function nginxSize(text: string): bigint | undefined {
  const match = /^(\d{1,12})([kKmMgG])?$/.exec(text)
  if (match === null) return undefined
  const factor = { k: 1024n, m: 1_048_576n, g: 1_073_741_824n }[match[2]?.toLowerCase() ?? ''] ?? 1n
  return BigInt(match[1] ?? 0) * factor
}

/** Where a directive stands: `file:line`. */
export function placeOf(directive: Directive): string {
  return `${directive.file}:${directive.line}`
}

/** `path` relative to the prefix; '' when the prefix is needed and unknown. */
export function fromPrefix(path: string, prefix: string): string {
  if (path === '' || path.startsWith('/')) return path
  return prefix === '' ? '' : `${prefix.replace(/\/*$/, '')}/${path}`
}

/** A scope of configuration, outermost first: main, http, server, locations, `if`. */
export type Levels = readonly (readonly Directive[])[]

/** The directives of one name that apply: those of the innermost level that has any. */
export function inherited(levels: Levels, name: string): Directive[] {
  for (let i = levels.length - 1; i >= 0; i--) {
    const found = levels[i]?.filter((directive) => directive.name === name) ?? []
    if (found.length > 0) return found
  }
  return []
}

/** First argument of the directive that applies, or the default. */
export function setting(levels: Levels, name: string, otherwise = ''): string {
  return inherited(levels, name).at(-1)?.args[0] ?? otherwise
}

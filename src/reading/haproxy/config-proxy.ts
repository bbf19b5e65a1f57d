import type { ConfigLine, Section } from './parse-config.ts'

/** A frontend, backend or listen section with the lines that its defaults section gives it in front of its own. */
export interface ProxySection {
  kind: string
  name: string
  at: string
  /** Those of its defaults section stand first: the last one of a keyword counts. */
  lines: ConfigLine[]
}

/** Every proxy of a configuration, in order. Source: configuration manual, 4 "Proxies". */
export function proxiesOf(sections: readonly Section[]): ProxySection[] {
  const named = new Map<string, ConfigLine[]>()
  let latest: ConfigLine[] = []
  const proxies: ProxySection[] = []
  for (const { kind, words, at, lines } of sections) {
    const from = words.indexOf('from')
    const base = from < 0 ? undefined : named.get(words[from + 1] ?? '')
    if (kind === 'defaults') {
      latest = [...(base ?? []), ...lines]
      const name = from === 0 ? undefined : words[0]
      if (name !== undefined) named.set(name, latest)
    } else if (kind === 'frontend' || kind === 'backend' || kind === 'listen') {
      proxies.push({ kind, name: words[0] ?? '', at, lines: [...(base ?? latest), ...lines] })
    }
  }
  return proxies
}

/** The last line that begins with these words. */
export function lastLine(lines: readonly ConfigLine[], ...begin: string[]): ConfigLine | undefined {
  return lines.findLast(({ words }) => begin.every((word, i) => words[i] === word))
}

/** `mode http`; HAProxy's own default is tcp. */
export function modeOf(lines: readonly ConfigLine[]): string {
  return lastLine(lines, 'mode')?.words[1] ?? 'tcp'
}

/** Is an option set? `no option X` takes it back. */
export function hasOption(lines: readonly ConfigLine[], name: string): boolean {
  const on = lines.findLastIndex(({ words }) => words[0] === 'option' && words[1] === name)
  const off = lines.findLastIndex(({ words }) => words[0] === 'no' && words[2] === name)
  return on > off
}

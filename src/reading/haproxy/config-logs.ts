import { hasOption, lastLine, modeOf } from './config-proxy.ts'
import type { ConfigLine, Section } from './parse-config.ts'

/** The settings of the whole process that matter here. */
export interface Global {
  lines: ConfigLine[]
  verifyByDefault: boolean
  caBase: string
  chroot: string
  statsSockets: string[]
  maxconn: number
  maxconnAt: string
  /** Bytes for the head of an answer. */
  room: number
  roomAt: string
}

/** HAProxy's own sizes. Source: configuration manual, tune.bufsize and tune.maxrewrite. */
const BUFFER = 16_384
const REWRITE = 1024

export function globalOf(sections: readonly Section[]): Global {
  const lines = sections.flatMap((section) => (section.kind === 'global' ? section.lines : []))
  const word = (...begin: string[]) => lastLine(lines, ...begin)?.words[begin.length] ?? ''
  const maxconn = lastLine(lines, 'maxconn')
  const buffer = lastLine(lines, 'tune.bufsize')
  const rewrite = Number(word('tune.maxrewrite')) || REWRITE
  const size = Number(buffer?.words[1]) || BUFFER
  return {
    lines,
    verifyByDefault: word('ssl-server-verify') !== 'none',
    caBase: word('ca-base'),
    chroot: word('chroot'),
    statsSockets: lines.flatMap(({ words }) => {
      const [first, second, path = ''] = words
      if (first !== 'stats' || second !== 'socket') return []
      const bare = path.replace(/^unix@/, '')
      return bare.startsWith('/') ? [bare] : []
    }),
    maxconn: Number(maxconn?.words[1]) || 0,
    maxconnAt: maxconn?.at ?? '',
    // Half of the buffer is the most that is kept free for rewriting.
    room: size - Math.min(rewrite, Math.floor(size / 2)),
    roomAt: buffer?.at ?? '',
  }
}

/** Where a proxy's log goes: `log global` stands for the targets of the global section; `no log` forgets. */
export function logTargets(lines: readonly ConfigLine[], global: Global): string[] {
  const of = (list: readonly ConfigLine[]) =>
    list.flatMap(({ words }) => (words[0] === 'log' && words[1] !== 'global' ? [words[1] ?? ''] : []))
  let targets: string[] = []
  for (const line of lines) {
    if (line.words[0] === 'no' && line.words[1] === 'log') targets = []
    if (line.words[0] !== 'log') continue
    targets = [...targets, ...(line.words[1] === 'global' ? of(global.lines) : of([line]))]
  }
  return [...new Set(targets)].filter((target) => target !== '')
}

/** In which form it writes its lines. The last setting counts. Source: configuration manual, 8.2. */
export function logFormat(lines: readonly ConfigLine[]): string {
  const custom = lines.findLastIndex(({ words }) => words[0] === 'log-format')
  const option = lines.findLastIndex(
    ({ words }) => words[0] === 'option' && ['httplog', 'httpslog', 'tcplog'].includes(words[1] ?? ''),
  )
  if (custom > option) return 'custom'
  const words = lines[option]?.words
  if (words === undefined) return hasOption(lines, 'httplog') && modeOf(lines) === 'http' ? 'httplog' : 'short'
  return words[2] === 'clf' ? 'clf' : (words[1] ?? 'short')
}

/** The name servers of a section `resolvers`, `127.0.0.1:53`; '' where it has none of its own. */
export function nameServers(sections: readonly Section[], name: string): string {
  const section = sections.find(({ kind, words }) => kind === 'resolvers' && words[0] === name && name !== '')
  const lines = section?.lines.filter(({ words }) => words[0] === 'nameserver') ?? []
  return lines.map(({ words }) => (words[2] ?? '').replace(/^(udp[46]?|ipv[46]|tcp[46]?)@/, '')).join(' ')
}

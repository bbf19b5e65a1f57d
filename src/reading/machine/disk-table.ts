/** One line of `df`. Numbers are -1 where the table does not give them. */
export interface DiskLine {
  source: string
  type: string
  mount: string
  used_kb: number
  free_kb: number
  inodes_used: number
  inodes_free: number
  /** Whole percents, for tables that give no numbers. */
  percent: number
  inodes_percent: number
}

type Column =
  | 'source'
  | 'type'
  | 'mount'
  | 'used'
  | 'free'
  | 'percent'
  | 'inodes'
  | 'iused'
  | 'ifree'
  | 'ipercent'
  | 'other'

/** df's column titles, GNU coreutils' and POSIX's. `Used` and `Avail` mean what the table is about. */
const TITLES: Readonly<Record<string, Column>> = {
  Filesystem: 'source',
  Type: 'type',
  Used: 'used',
  Avail: 'free',
  Available: 'free',
  'Use%': 'percent',
  Capacity: 'percent',
  Inodes: 'inodes',
  IUsed: 'iused',
  IFree: 'ifree',
  'IUse%': 'ipercent',
  Mounted: 'mount',
  File: 'other',
}

/**
 * Parses one or several tables of `df -Pk`, `df -Pi`, `df -k --output=…`. A mount point may hold
 * spaces where it is the last column; a source may where it is the first. Other lines are left out.
 */
export function parseDf(out: string): DiskLine[] {
  const lines: DiskLine[] = []
  let columns: Column[] = []
  for (const raw of out.split('\n')) {
    const words = raw.trim().split(/\s+/)
    const header = headerOf(words)
    if (header) columns = header
    else if (columns.length > 0 && words.length >= columns.length) {
      const line = lineOf(raw.trim(), words, columns)
      if (line) lines.push(line)
    }
  }
  return lines
}

function headerOf(words: readonly string[]): Column[] | undefined {
  const titles = words.filter((word, i) => !(word === 'on' && words[i - 1] === 'Mounted'))
  const known = titles.filter(
    (title) => title in TITLES || /^1[\w-]*-?blocks$/i.test(title) || /^\d+[KMG]?-blocks$/.test(title),
  )
  if (!words.includes('Mounted') || known.length !== titles.length) return undefined
  return titles.map((title) => TITLES[title] ?? 'other')
}

function lineOf(text: string, words: readonly string[], columns: readonly Column[]): DiskLine | undefined {
  const extra = words.length - columns.length
  const last = columns.at(-1) === 'mount'
  // Words to spare belong to the column that may hold spaces: the mount point at the end, else the first.
  const at = (i: number): string => {
    if (last && i === columns.length - 1) return afterWords(text, i)
    if (!last && extra > 0) return i === 0 ? words.slice(0, extra + 1).join(' ') : (words[i + extra] ?? '')
    return words[i] ?? ''
  }
  const get = (column: Column): string => {
    const i = columns.indexOf(column)
    return i < 0 ? '' : at(i)
  }
  const mount = get('mount')
  if (!mount.startsWith('/')) return undefined
  return {
    source: get('source'),
    type: get('type'),
    mount,
    used_kb: number(get('used')),
    free_kb: number(get('free')),
    inodes_used: number(get('iused')),
    inodes_free: number(get('ifree')),
    percent: number(get('percent').replace('%', '')),
    inodes_percent: number(get('ipercent').replace('%', '')),
  }
}

/** What stands after the first `count` words, spaces inside it kept. */
function afterWords(text: string, count: number): string {
  let at = 0
  for (let i = 0; i < count; i++) {
    while (at < text.length && !isSpace(text, at)) at += 1
    while (at < text.length && isSpace(text, at)) at += 1
  }
  return text.slice(at)
}

function isSpace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t'
}

function number(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1
}

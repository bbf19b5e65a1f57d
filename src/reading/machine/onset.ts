import type { Edit } from '../../words/edit.ts'

/** Files and packages that change together are one change: an upgrade, a deploy, a configuration written by a tool. */
const TOGETHER_MS = 2000
const MANY: ReadonlySet<string> = new Set(['config', 'certificate', 'package', 'app-file', 'unit-file', 'environment'])

/** Changes of one kind that came together, told as one: `… was changed (and 3 more of the kind)`. Latest first, as they come. */
export function gathered(changes: readonly Edit[]): Edit[] {
  const groups: { first: Edit; last: Edit; count: number }[] = []
  for (const change of changes) {
    const group = MANY.has(change.kind)
      ? groups.find(({ first, last }) => first.kind === change.kind && near(last, change))
      : undefined
    if (group === undefined) groups.push({ first: change, last: change, count: 1 })
    else if (group.first.what !== change.what) {
      group.last = change
      group.count += 1
    }
  }
  return groups.map(({ first, count }) =>
    count === 1
      ? first
      : {
          ...first,
          what: `${first.what} (and ${count - 1} more ${first.kind} ${count === 2 ? 'change' : 'changes'} with it)`,
        },
  )
}

function near(one: Edit, other: Edit): boolean {
  return Math.abs(one.at.getTime() - other.at.getTime()) <= TOGETHER_MS
}

/** `/etc/nginx/nginx.conf was changed at 02:02:54Z, 18 s before, and not loaded since`: the time stands before what followed from it. */
export function tellChange({ at, what }: Edit, before: string): string {
  const [did = '', ...then] = what.split(/(?=, (?:and|after) )/)
  return `${did} at ${at.toISOString().slice(11, 19)}Z, ${before}${then.join('')}`
}

/** Whole seconds as people say them: `18 s`, `14 min`, `3 h`. */
export function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
}

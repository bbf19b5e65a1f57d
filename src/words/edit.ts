/** One change of something, and when. As text: `2026-11-21T02:02:54.000Z config /etc/nginx/nginx.conf was changed`. */
export interface Edit {
  at: Date
  /** One word: config, certificate, package … (`src/reading/machine/types.ts`). */
  kind: string
  what: string
}

/** The line of a change, as the facts `config.edits` and `onset.changes` hold it. */
export function editLine({ at, kind, what }: Edit): string {
  return `${at.toISOString()} ${kind} ${what}`
}

/** Reads such a line back; undefined for any other text. */
export function parseEdit(line: string): Edit | undefined {
  const [stamp = '', kind = ''] = line.split(' ', 2)
  const at = new Date(/^\d{4}-\d\d-\d\dT[\d:.]{5,12}Z$/.test(stamp) ? stamp : Number.NaN)
  const what = line.slice(stamp.length + kind.length + 2)
  return Number.isNaN(at.getTime()) || kind === '' || what === '' ? undefined : { at, kind, what }
}

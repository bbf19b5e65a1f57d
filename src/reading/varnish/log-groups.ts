/** One transaction of Varnish's log: a request of a visitor, or a fetch from a backend. */
export interface Transaction {
  /** Request | BeReq */
  kind: string
  id: number
  /** Its records, in order. */
  records: { tag: string; value: string }[]
}

const HEAD = /^\*+\s+<<\s+(\w+)\s+>>\s+(\d{1,19})/
const RECORD = /^-+\s+([A-Za-z_]{1,40})(?:\s+(.*))?$/
const MAX_TRANSACTIONS = 20_000
const MAX_RECORDS = 2000

/** Splits what `varnishlog -g request` prints: groups with an empty line between them, each a request and what it led to. */
export function logGroups(out: string): Transaction[][] {
  const groups: Transaction[][] = []
  let group: Transaction[] | undefined
  let count = 0
  for (const line of out.split('\n')) {
    const head = HEAD.exec(line)
    if (head) {
      if (++count > MAX_TRANSACTIONS) break
      // A group begins with one star.
      if (group === undefined || !line.startsWith('**')) {
        group = []
        groups.push(group)
      }
      group.push({ kind: head[1] ?? '', id: Number(head[2]), records: [] })
      continue
    }
    const record = RECORD.exec(line)
    const last = group?.at(-1)
    if (record && last && last.records.length < MAX_RECORDS)
      last.records.push({ tag: record[1] ?? '', value: record[2] ?? '' })
    else if (line === '') group = undefined
  }
  return groups
}

/** The first value of a tag in a transaction. */
export function recordIn(transaction: Transaction | undefined, name: string): string {
  return transaction?.records.find(({ tag }) => tag === name)?.value ?? ''
}

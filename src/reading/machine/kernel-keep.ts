import { jsonFields, leftOutCount, leftOutNote } from '../systemd/entries.ts'
import { keepJournal } from '../systemd/journal-keep.ts'
import { isOomLine } from './oom.ts'

/** A stamp as dmesg and journalctl print it at the head of a line. */
const STAMP = /^(?:<\d{1,4}>)?(\[[^\]]{1,40}\]|[\d:T.,+-]{10,40}|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})/

/**
 * Of the kernel's log only what tells of kills for memory: the rest names hardware, commands and
 * neighbours. The newest other entry is kept as a bare stamp: it proves that the log could be read.
 */
export function keepKernelLog(out: string): { out: string; leftOut: string } {
  const lines = out.split('\n').filter((line) => line.trim() !== '')
  const others = lines.filter((line) => !isOomLine(line) && leftOutCount(line) === 0)
  const proof = others.map(bare).findLast((line) => line !== '')
  const kept = lines.filter((line) => isOomLine(line) || leftOutCount(line) > 0)
  const left = others.length - (proof === undefined ? 0 : 1)
  const fields = keepJournal([...kept, ...(proof === undefined ? [] : [proof])].join('\n'), isOomLine)
  if (left <= 0) return fields
  const note = leftOutNote(left)
  return {
    out: `${note}\n${fields.out}`,
    leftOut: [`${left} entries left out`, fields.leftOut].filter((part) => part !== '').join('; '),
  }
}

/** An entry without its words. */
function bare(line: string): string {
  if (!line.startsWith('{')) {
    const stamp = STAMP.exec(line)?.[1]
    return stamp === undefined ? '' : `${stamp} …`
  }
  const fields = jsonFields(line)
  if (fields === undefined || fields === 'torn') return ''
  return JSON.stringify({ __REALTIME_TIMESTAMP: fields.__REALTIME_TIMESTAMP ?? '', MESSAGE: '…' })
}

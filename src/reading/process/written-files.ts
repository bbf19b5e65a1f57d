import { t } from '../../words/value.ts'
import { reader } from '../reader.ts'
import { found, objects, text, whole } from './found.ts'

const output = t.record({
  complete: t.bool,
  /** The file that most likely is its log, '' when it writes to none. */
  log: t.string,
  files: t.list(t.string),
})

const DELETED = ' (deleted)'
const STANDARD_ERROR = 2
const STANDARD_OUTPUT = 1

/**
 * What a process writes, from the look `written-files`. Of several the log is: a file named after errors, then
 * its standard error, then its standard output, then any other; never one that is named after accesses.
 */
export const writtenFilesReader = reader({
  name: 'written-files',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const files = objects(raw, 'files')
      .map((file) => ({ fd: whole(file, 'fd', -1), path: text(file, 'path') }))
      .filter(({ path }) => path.startsWith('/') && !path.endsWith(DELETED))
    const [log] = files.filter(({ path }) => !isOther(path)).sort((a, b) => rank(a) - rank(b) || a.fd - b.fd)
    const paths = [...new Set(files.map(({ path }) => path))]
    return {
      value: {
        complete: ok && raw.whole === true && capture.outcome === 'ok' && !capture.timedOut,
        log: log?.path ?? '',
        files: paths.slice(0, 50),
      },
      dark: [],
      lines: paths.slice(0, 5),
    }
  },
})

function rank({ fd, path }: { fd: number; path: string }): number {
  if (/err/i.test(nameOf(path))) return 0
  if (fd === STANDARD_ERROR) return 1
  return fd === STANDARD_OUTPUT ? 2 : 3
}

/** Access logs, slow logs and lock files hold other things than what went wrong. */
function isOther(path: string): boolean {
  return /access|slow|\.(?:pid|lock|sock|db|sqlite3?|wal)$/i.test(nameOf(path))
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? ''
}

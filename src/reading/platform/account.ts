import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, text } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { printed } from './json.ts'

const output = t.record({
  /** The client told as whom it asks. */
  complete: t.bool,
  /** `ops@example.com`, `account 123456789012`, `ops@example.com in project shop`. */
  says: t.string,
  region: t.string,
})

/**
 * As whom a client asks: `heroku auth:whoami`, `fly auth whoami`, `railway whoami` (a line of text), `render whoami -o json`,
 * `gcloud config list --format=json`, `aws sts get-caller-identity`.
 */
export const clientAccountReader = reader({
  name: 'client-account',
  output,
  consults: [],
  read(capture) {
    const { items } = printed(capture.out)
    const [item] = items
    const complaint = complaintOf(capture)
    const says = item ? ofObject(item) : ofLine(capture.out)
    const dark: Dark[] = complaint ? [complaint] : []
    return {
      value: {
        complete: answered(capture) && complaint === null && says !== '',
        says: complaint ? '' : says,
        region: item ? visibleLine(text(object(item, 'run'), 'region'), 40) : '',
      },
      dark,
      lines: says === '' ? [] : [says],
    }
  },
})

function ofObject(item: JsonObject): string {
  const core = object(item, 'core')
  const [who] = [text(core, 'account'), text(item, 'email'), text(item, 'name'), text(item, 'Arn')].filter(
    (each) => each !== '',
  )
  const account = text(item, 'Account')
  const project = text(core, 'project')
  const parts = [who ?? '', account === '' ? '' : `account ${account}`, project === '' ? '' : `project ${project}`]
  return visibleLine(parts.filter((part) => part !== '').join(', '), 200)
}

/** The last line that says something, without what a client puts around a name. */
function ofLine(out: string): string {
  const line =
    out
      .slice(0, 4096)
      .split('\n')
      .findLast((each) => each.trim() !== '') ?? ''
  return visibleLine(line.trim().replace(/^Logged in as /i, ''), 200)
}

import { t } from '../../words/value.ts'
import { flag, found, objects, text, texts, whole } from '../process/found.ts'
import { reader } from '../reader.ts'

const output = t.record({
  /** What is not among them is surely not there. */
  complete: t.bool,
  /** The first program that runs, and its pid; or the first path that is there. */
  program: t.string,
  pid: t.int,
  path: t.string,
})

/** Signs of something on this machine, from the look `signs`, or `pgrep -l -x 'NAME|NAME'` as it was pasted: that knows of no folders. */
export const signsReader = reader({
  name: 'signs',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const [first] = objects(raw, 'running')
    const pasted = ok ? null : /^(\d{1,10}) ([\w.-]{1,15})$/m.exec(capture.out.slice(0, 4096))
    const program = first ? text(first, 'name') : (pasted?.[2] ?? '')
    const pid = first ? whole(first, 'pid') : Number(pasted?.[1] ?? 0)
    const path = texts(raw, 'paths')[0] ?? ''
    const complete = capture.outcome === 'ok' && ok && flag(raw, 'whole')
    return {
      value: { complete, program, pid: BigInt(pid), path },
      dark: [],
      lines: [program, path].filter((each) => each !== ''),
    }
  },
})

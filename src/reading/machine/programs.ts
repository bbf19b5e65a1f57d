import { t } from '../../words/value.ts'
import { found, objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'

const output = t.record({
  complete: t.bool,
  /** The first of them that is there, and where. */
  name: t.string,
  path: t.string,
})

/** Which program is here, from the look `programs`, or `which NAME` as it was pasted. */
export const programsReader = reader({
  name: 'programs',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const pasted = /^(\/\S{0,1000}\/)([\w.-]{1,64})$/m.exec(capture.out.slice(0, 4096))
    const here = objects(raw, 'programs').find((program) => text(program, 'path') !== '')
    const name = here ? text(here, 'name') : (pasted?.[2] ?? '')
    const path = here ? text(here, 'path') : (pasted?.[0] ?? '')
    return {
      value: { complete: capture.outcome === 'ok' && ok, name, path },
      dark: [],
      lines: path === '' ? [] : [path],
    }
  },
})

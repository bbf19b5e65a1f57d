import { t } from '../../words/value.ts'
import { found, objects, text, texts, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'

const output = t.record({
  /** Every name was looked up, and each has addresses or surely none. */
  complete: t.bool,
  names: t.list(
    t.record({
      name: t.string,
      /** 0 when none was given. */
      port: t.int,
      addresses: t.list(t.string),
      /** There is surely no such name. */
      gone: t.bool,
    }),
  ),
  /** All addresses of all names. */
  addresses: t.list(t.string),
})

/** Which addresses names have now, from the look `names-now`. */
export const namesNowReader = reader({
  name: 'names-now',
  output,
  consults: [],
  read(capture) {
    const { raw } = found(capture.out)
    const names = objects(raw, 'names').map((each) => ({
      name: text(each, 'name'),
      port: BigInt(whole(each, 'port')),
      addresses: texts(each, 'addresses'),
      gone: texts(each, 'addresses').length === 0 && text(each, 'unresolved') === 'definite',
    }))
    const dark = objects(raw, 'names').flatMap((each): Dark[] =>
      text(each, 'unresolved') === 'unsure'
        ? [
            {
              why: 'unreachable-host',
              says: `whether ${text(each, 'name')} resolves is not known: ${text(each, 'error')}`,
            },
          ]
        : [],
    )
    if (whole(raw, 'unasked') > 0) dark.push({ why: 'cut', says: `${whole(raw, 'unasked')} names were not looked up` })
    const ended = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && names.length > 0
    return {
      value: {
        complete: ended && dark.length === 0 && names.every((each) => each.gone || each.addresses.length > 0),
        names,
        addresses: [...new Set(names.flatMap((each) => each.addresses))],
      },
      dark,
      lines: names.map(({ name, addresses }) => `${name}: ${addresses.join(', ') || 'no address'}`).slice(0, 5),
    }
  },
})

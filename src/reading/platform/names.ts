import { t } from '../../words/value.ts'
import { found, text, texts } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'

const output = t.record({
  complete: t.bool,
  /** The site's host, and the names that it is an alias of, in order. */
  names: t.list(t.record({ name: t.string, labels: t.list(t.string) })),
  all: t.list(t.string),
  /** `shop.example.com → shop.fly.dev` */
  says: t.string,
})

/** The names of a site taken apart at their dots, from the look `ask-alias`: a platform's own name tells the application's. */
export const siteNamesReader = reader({
  name: 'site-names',
  output,
  consults: ['url.host'],
  read(capture, context) {
    const { ok, raw } = found(capture.out)
    const host = text(raw, 'host') || String(context.facts.get('url.host') ?? '')
    const names = [host, ...texts(raw, 'chain')].slice(0, 16).map((name) => name.toLowerCase().replace(/\.$/, ''))
    const error = text(raw, 'error')
    const dark: Dark[] =
      error === '' ? [] : [{ why: 'unreachable-host', says: `no name server tells of ${host}: ${error}` }]
    return {
      value: {
        complete: capture.outcome === 'ok' && ok && text(raw, 'host') !== '' && error === '',
        names: names.map((name) => ({ name, labels: name.split('.') })),
        all: names,
        says: names.join(' → '),
      },
      dark,
      lines: [names.join(' → ')],
    }
  },
})

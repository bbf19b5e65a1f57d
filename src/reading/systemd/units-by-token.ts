import { found, objects, text, texts, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { unitsByToken as output } from './types.ts'

/**
 * What the look `units-by-token` found. `complete`: every unit of every manager could be asked, every
 * environment file read, and no failed unit is left of which nobody knows where it should listen.
 */
export const unitsByTokenReader = reader({
  name: 'units-by-token',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const units = objects(raw, 'units').map((unit) => ({
      unit: visibleLine(text(unit, 'unit'), 256),
      stem: visibleLine(text(unit, 'unit').replace(/(?:@.*)?\.\w{1,16}$/, ''), 256),
      user: unit.user === true,
      active: text(unit, 'active'),
      sub: text(unit, 'sub'),
      result: text(unit, 'result'),
      file_state: text(unit, 'file_state'),
      main_pid: BigInt(whole(unit, 'main_pid')),
      token: visibleLine(text(unit, 'named'), 256),
      where: text(unit, 'where'),
    }))
    const dark: Dark[] = []
    if (capture.outcome === 'blind') {
      dark.push({ why: capture.why ?? 'not-understood', says: capture.says ?? 'the units could not be looked at' })
    } else if (!ok) dark.push({ why: 'not-understood', says: 'what the look found was not understood' })
    if (capture.timedOut) dark.push({ why: 'timed-out', says: 'not every unit could be looked at in time' })
    else if (capture.cut) dark.push({ why: 'cut', says: 'not every unit could be looked at' })
    for (const path of texts(raw, 'unread'))
      dark.push({ why: 'no-permission', says: `${visibleLine(path, 256)} could not be read` })
    for (const says of texts(raw, 'gaps')) dark.push({ why: 'no-vantage', says: visibleLine(says, 512) })
    const unexplained = texts(raw, 'unexplained')
    if (unexplained.length > 0 && units.length === 0) {
      dark.push({
        why: 'not-understood',
        says: `where ${unexplained.slice(0, 5).join(', ')} should listen is not known`,
      })
    }
    return {
      // Where systemd does not run the machine there is no unit: that is an answer too.
      value: { complete: dark.length === 0 && (whole(raw, 'looked') > 0 || raw.systemd === false), units },
      dark,
      lines: units.slice(0, 5).map((unit) => `${unit.unit} (${unit.active}, ${unit.sub}): ${unit.token}`),
    }
  },
})

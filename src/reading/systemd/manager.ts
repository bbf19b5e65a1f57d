import { NEVER } from '../../words/value.ts'
import { reader } from '../reader.ts'
import { parseProperties, property, systemdTime } from './properties.ts'
import { systemdManager as output } from './types.ts'

/**
 * When the machine's service manager came up, from `systemctl show -p UserspaceTimestamp`. In a
 * container that is the container's own boot; the kernel's would be the host's.
 */
export const systemdManagerReader = reader({
  name: 'systemd-manager',
  output,
  consults: [],
  read(capture) {
    const properties = parseProperties(capture.out)[0] ?? new Map()
    const booted = systemdTime(property(properties, 'UserspaceTimestamp'))
    const complete = capture.exit === 0 && !capture.cut && !capture.timedOut && booted > NEVER
    return { value: { complete, booted }, dark: [], lines: complete ? [`booted at ${booted.toISOString()}`] : [] }
  },
})

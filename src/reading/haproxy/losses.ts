import { type Loss, losses, lossesOf } from '../gateway/losses.ts'
import { reader } from '../reader.ts'
import { entryReader, LOG_FACTS } from './log-entry.ts'
import { keepLines, sourceOf } from './log-source.ts'

/** Requests whose server closed before it answered, in HAProxy's log: `SH`, and no time until an answer. */
export const haproxyLossesReader = reader({
  name: 'haproxy-losses',
  output: losses,
  consults: [...LOG_FACTS, 'window.seconds'],
  keep: keepLines,
  read(capture, context) {
    const { lines, dark, zoneMinutes } = sourceOf(capture, context)
    const read = entryReader(context)
    const lost = lines.flatMap((record): Loss[] => {
      const entry = read.request(record)
      if (entry === undefined || !entry.about || entry.line.state !== 'SH' || entry.line.answerMs >= 0) return []
      const { line } = entry
      const at = line.stamp - zoneMinutes * 60_000
      const method = /^[A-Z]{3,16}(?= )/.exec(line.request)?.[0] ?? ''
      const message = `${line.status} ${line.state}-- from ${line.backend}/${line.server} to ${line.request.slice(0, 200)}`
      return [{ at, method, reused: false, failed: true, message }]
    })
    return { value: lossesOf(lost, dark.length === 0), dark, lines: lost.slice(-5).map(({ message }) => message) }
  },
})

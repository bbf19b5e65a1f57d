import { reader } from '../reader.ts'
import { neighbour as output } from './types.ts'

const LINE =
  /^(\S{1,64}) (?:dev (\S{1,32}) )?(?:lladdr (\S{1,64}) )?(?:(?:router|proxy|extern_learn|offload) )*([A-Z]{4,12})\s*$/

/**
 * `ip neigh show ADDRESS`: did the machine answer on the wire (ARP, NDP)? No line: it is behind a router, or was
 * never spoken to. Source: ip-neighbour(8).
 */
export const neighbourReader = reader({
  name: 'neighbour',
  output,
  consults: [],
  read(capture) {
    const lines = capture.out.split('\n').filter((line) => line.trim() !== '')
    const matches = lines.flatMap((line) => {
      const match = LINE.exec(line)
      return match ? [{ device: match[2] ?? '', hardware: match[3] ?? '', state: match[4] ?? '', line }] : []
    })
    const [first] = matches
    const seen = capture.outcome === 'ok' && capture.exit === 0 && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && matches.length === lines.length,
        known: first !== undefined,
        device: first?.device ?? '',
        hardware: first?.hardware ?? '',
        state: first?.state ?? '',
      },
      dark: [],
      lines: matches.map(({ line }) => line.trim()).slice(0, 5),
    }
  },
})

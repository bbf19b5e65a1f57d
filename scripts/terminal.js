// A program in a pseudo-terminal of its own, with a real screen behind it: for measuring the wizard and taking its picture.
import { spawn } from '@lydell/node-pty'
import headless from '@xterm/headless'

const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'
const LONGEST_FRAME = 1 << 20

/**
 * Starts `argv` at this size. Times are milliseconds since the start. `until` waits for what `holds` says of the rows on the
 * screen, and throws after `limitMs` with what stood there instead.
 */
export function openTerminal(argv, { columns, rows, env = {}, cwd = process.cwd() }) {
  const [program, ...words] = argv
  const { CI: _, ...inherited } = process.env
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true })
  const began = performance.now()
  const pty = spawn(program, words, {
    cols: columns,
    rows,
    cwd,
    env: { ...inherited, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env },
  })
  let bytes = 0
  let recent = ''
  const watchers = new Set()
  pty.onData((data) => {
    const at = performance.now() - began
    bytes += Buffer.byteLength(data)
    // A frame that has only half come is no frame: synchronized updates say where one begins and ends.
    recent = (recent + data).slice(-LONGEST_FRAME)
    const whole = recent.lastIndexOf(BEGIN) <= recent.lastIndexOf(END)
    screen.write(data, () => {
      if (!whole) return
      for (const watcher of watchers) watcher(at)
    })
  })
  const exited = new Promise((resolve) => pty.onExit(resolve))
  const standing = () =>
    Array.from({ length: rows }, (_, at) => screen.buffer.active.getLine(at)?.translateToString(true) ?? '')
  return {
    pid: pty.pid,
    screen,
    rows: standing,
    bytes: () => bytes,
    press: (keys) => pty.write(keys),
    now: () => performance.now() - began,
    until(holds, limitMs = 15_000) {
      return new Promise((resolve, reject) => {
        const look = (at) => {
          if (!holds(standing().join('\n'))) return
          end()
          resolve(at)
        }
        const end = () => {
          clearTimeout(timer)
          watchers.delete(look)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`it never came to stand there; what stands:\n${standing().join('\n')}`))
        }, limitMs)
        watchers.add(look)
        look(performance.now() - began)
      })
    },
    async end() {
      const timer = setTimeout(() => pty.kill('SIGKILL'), 5000)
      pty.kill('SIGTERM')
      await exited
      clearTimeout(timer)
    },
  }
}

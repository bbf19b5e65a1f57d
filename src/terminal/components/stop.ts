import { useApp } from 'ink'
import { useEffect, useRef } from 'react'

/**
 * Stopping, as with Ctrl-Z in any program: the terminal is given back first, and taken again when the shell says so
 * (`fg`). The same for SIGTSTP from elsewhere. Gives what does it.
 */
export function useStop(): () => void {
  const { suspendTerminal } = useApp()
  const stopping = useRef(false)
  const stop = () => {
    if (stopping.current) return
    stopping.current = true
    void suspendTerminal(() => {
      // Without our listener the signal does what it always does. It goes to the whole group, as from the terminal: a
      // wrapper that stayed awake would hold the shell. Where no shell could let us go on the kernel ignores it.
      process.off('SIGTSTP', stop)
      process.kill(0, 'SIGTSTP')
      process.on('SIGTSTP', stop)
      // The window may have another size than before.
      process.kill(process.pid, 'SIGWINCH')
    }).finally(() => {
      stopping.current = false
    })
  }
  useEffect(() => {
    process.on('SIGTSTP', stop)
    return () => {
      process.off('SIGTSTP', stop)
    }
  })
  return stop
}

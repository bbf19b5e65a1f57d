/**
 * The process groups that are alive because of us. They lead their own groups, so they would outlive
 * the tool; whenever it ends, by itself or by a signal, they are killed whole.
 */
const live = new Set<number>()
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Signals a whole group; one that is gone or not ours to signal is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Gone already, or it runs as somebody else: its own `timeout` ends it.
  }
}

/** Remembers a group until `forgetGroup`. The hooks exist only while a group does. */
export function rememberGroup(pid: number): void {
  if (live.size === 0) {
    process.on('exit', killLiveGroups)
    for (const signal of SIGNALS) process.on(signal, onSignal)
  }
  live.add(pid)
}

export function forgetGroup(pid: number): void {
  if (live.delete(pid) && live.size === 0) unhook()
}

/** How many groups are alive now. */
export function liveGroups(): number {
  return live.size
}

/** Kills every live group. May be called any number of times. */
export function killLiveGroups(): void {
  for (const pid of live) signalGroup(pid, 'SIGKILL')
  live.clear()
  unhook()
}

function unhook(): void {
  process.off('exit', killLiveGroups)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

/** Our hook replaces the default ending, so where nobody else handles the signal we end by it. */
function onSignal(signal: NodeJS.Signals): void {
  killLiveGroups()
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

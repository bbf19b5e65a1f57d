/**
 * Milliseconds of processor time that this process has used. What must be linear is measured by it: other programs on the
 * machine make a clock on the wall run on, not this one.
 */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

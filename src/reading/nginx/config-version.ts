/** Is nginx's version, as `nginx -v` writes it, this one or a later one? False where it is not known. */
export function atLeast(version: string, wanted: readonly [number, number, number]): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (parts === undefined) return false
  const at = wanted.findIndex((part, i) => part !== parts[i])
  return at < 0 || (parts[at] ?? 0) > (wanted[at] ?? 0)
}

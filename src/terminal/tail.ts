/** How many of the last lines are shown, and how often they may change. */
const SHOWN = 40
const EVERY_MS = 100
/** A line without an end is cut here: nobody can read more of it on a screen. */
const LONGEST = 2000

/**
 * The last lines of what a program says while it runs. However much it says, the screen hears of it at
 * most ten times a second: keys come first.
 */
export function createTail(changed: (lines: string[], count: number) => void): {
  add(text: string): void
  end(): void
} {
  let lines: string[] = []
  let open = ''
  let count = 0
  let timer: NodeJS.Timeout | undefined
  return {
    add(text) {
      let from = 0
      for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
        count += 1
        const line = open + text.slice(from, Math.min(to, from + LONGEST))
        open = ''
        from = to + 1
        lines.push(line)
      }
      if (lines.length > SHOWN * 4) lines = lines.slice(-SHOWN)
      open = (open + text.slice(from, from + LONGEST)).slice(0, LONGEST)
      timer ??= setTimeout(tell, EVERY_MS)
    },
    end() {
      clearTimeout(timer)
      timer = undefined
    },
  }

  function tell(): void {
    timer = undefined
    changed([...lines.slice(-SHOWN), ...(open === '' ? [] : [open])], count)
  }
}

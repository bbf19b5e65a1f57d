import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { type DiskLine, parseDf } from './disk-table.ts'
import { disk as output } from './types.ts'

interface Mount {
  mount: string
  used_permille: bigint
  free_kb: bigint
  inodes_used_permille: bigint
}

/** Images that are full from the day they are made. */
const IMAGES = new Set(['squashfs', 'iso9660', 'udf', 'erofs', 'cramfs', 'efivarfs'])

/**
 * `df -Pk` (and `-Pi` below it), or GNU `df -k --output=…`. Use is reckoned as df does: used of what
 * an ordinary user may have. Fullest counts inodes too: both end in "no space left on device".
 * Mounted images (snaps, CDs) are always full and are left out.
 */
export const diskReader = reader({
  name: 'disk',
  output,
  consults: [],
  read(capture) {
    const mounts = new Map<string, Mount>()
    for (const line of parseDf(capture.out)) {
      if (isImage(line)) continue
      const mount = visibleLine(line.mount, 1024)
      const known = mounts.get(mount) ?? { mount, used_permille: 0n, free_kb: 0n, inodes_used_permille: 0n }
      const used = share(line.used_kb, line.free_kb, line.percent)
      const inodes = share(line.inodes_used, line.inodes_free, line.inodes_percent)
      if (used === undefined && inodes === undefined) continue
      mounts.set(mount, {
        mount,
        used_permille: used ?? known.used_permille,
        free_kb: line.free_kb >= 0 ? BigInt(line.free_kb) : known.free_kb,
        inodes_used_permille: inodes ?? known.inodes_used_permille,
      })
    }
    const all = [...mounts.values()]
    const fullest = all.reduce<Mount | undefined>(
      (best, each) => (best && worst(best) >= worst(each) ? best : each),
      undefined,
    )
    return {
      value: {
        complete: capture.outcome === 'ok' && capture.exit === 0 && !capture.cut && !capture.timedOut && all.length > 0,
        mounts: all,
        fullest_mount: fullest?.mount ?? '',
        fullest_permille: fullest ? worst(fullest) : 0n,
      },
      dark: [],
      lines: all
        .filter((each) => worst(each) >= 900n)
        .slice(0, 5)
        .map(
          (each) => `${each.mount}: ${each.used_permille / 10n} % used, ${each.inodes_used_permille / 10n} % of inodes`,
        ),
    }
  },
})

function worst(mount: Mount): bigint {
  const { used_permille: space, inodes_used_permille: inodes } = mount
  if (inodes > space) return inodes
  return space
}

function isImage(line: DiskLine): boolean {
  return (
    IMAGES.has(line.type) ||
    (line.source.startsWith('/dev/loop') && line.free_kb <= 0 && line.mount.startsWith('/snap/'))
  )
}

/** Per mille used, rounded up as df does; undefined where the table does not say (`-`, pseudo file systems). */
function share(used: number, free: number, percent: number): bigint | undefined {
  if (used >= 0 && free >= 0) {
    return used + free === 0 ? undefined : (BigInt(used) * 1000n + BigInt(used + free) - 1n) / BigInt(used + free)
  }
  return percent >= 0 ? BigInt(Math.min(percent, 100) * 10) : undefined
}

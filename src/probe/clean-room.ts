import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { isClientVariable } from './client-environment.ts'

/** What real clients need to reach what the person may reach; everything else stays outside. */
const KEPT = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'KUBECONFIG',
  'SSH_AUTH_SOCK',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
])
const KEPT_PREFIXES = ['DOCKER_']
/** Tools that only root's PATH names on many machines. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/**
 * The environment that every command runs in: built, not inherited; what is for a cloud's or a platform's client goes to that one only (`environmentFor`). The C locale so that readers
 * find the words they know, no pager, no colours, no proxy, nothing that changes how programs load.
 */
export function cleanEnvironment(base: Record<string, string | undefined> = process.env): Record<string, string> {
  const kept = Object.entries(base).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isKept(entry[0]),
  )
  return {
    ...Object.fromEntries(kept),
    PATH: cleanPath(base.PATH ?? '/usr/local/bin:/usr/bin:/bin'),
    LC_ALL: 'C',
    TERM: 'dumb',
    NO_COLOR: '1',
    PAGER: 'cat',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
    AWS_PAGER: '',
  }
}

function isKept(name: string): boolean {
  return KEPT.has(name) || isClientVariable(name) || KEPT_PREFIXES.some((prefix) => name.startsWith(prefix))
}

/** Absolute folders only: a program of the working folder must never answer for `ss`. */
function cleanPath(path: string): string {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'))
  return [...new Set([...folders, ...SBIN])].join(':')
}

/** First to be killed for memory, last to be given the processor; commands inherit both. Failures do not matter. */
export function lowerOwnPriority(): void {
  for (const lower of [() => writeFileSync('/proc/self/oom_score_adj', '1000'), () => setPriority(10)]) {
    try {
      lower()
    } catch {
      // Another system, or a container that forbids it: it looks all the same.
    }
  }
}

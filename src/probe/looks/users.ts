import { Beneath } from './beneath.ts'
import { or, type Seen } from './proc.ts'

/** Names by number from a passwd(5) or group(5) file. */
export type Names = ReadonlyMap<number, string>

/** The name of a user of this machine; the number as text where /etc/passwd has none. */
export async function nameOfUser(uid: number): Promise<string> {
  return (await namesIn('', 'passwd')).get(uid) ?? String(uid)
}

/** Names from a root's own /etc/passwd or /etc/group. `root` is `/proc/PID/root`, or '' for ours. */
export async function namesIn(root: string, file: 'passwd' | 'group'): Promise<Names> {
  const names = new Map<number, string>()
  for (const line of or(await readEtc(root, file), '').split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (/^\d{1,10}$/.test(id) && name !== '' && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

/** One file of a root's /etc, its links resolved inside that root. */
export async function readEtc(root: string, file: string): Promise<Seen<string>> {
  const read = await new Beneath(root).read(`/etc/${file}`, LIMIT)
  if (read.kind === 'text') return { ok: true, value: read.text }
  return { ok: false, why: read.kind === 'absent' ? 'gone' : read.kind === 'denied' ? 'denied' : 'other' }
}

const LIMIT = 256 * 1024

import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { or, readText, type Seen } from './proc.ts'

/** Names by number from a passwd(5) or group(5) file. */
export type Names = ReadonlyMap<number, string>

/** The name of a user of this machine; the number as text where /etc/passwd has none. */
export async function nameOfUser(uid: number): Promise<string> {
  return (await namesIn('', 'passwd')).get(uid) ?? String(uid)
}

/**
 * Names from a root's own /etc/passwd or /etc/group. Under another root no link is followed.
 * @param root `/proc/PID/root`, or '' for ours
 */
export async function namesIn(root: string, file: 'passwd' | 'group'): Promise<Names> {
  const content = root === '' ? await readText(`/etc/${file}`) : await readUnlinked(root, file)
  const names = new Map<number, string>()
  for (const line of or(content, '').split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (/^\d{1,10}$/.test(id) && name !== '' && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

async function readUnlinked(root: string, file: string): Promise<Seen<string>> {
  try {
    if (!(await lstat(`${root}/etc`)).isDirectory()) return { ok: false, why: 'other' }
    const handle = await open(`${root}/etc/${file}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    try {
      if (!(await handle.stat()).isFile()) return { ok: false, why: 'other' }
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LIMIT), 0, LIMIT, 0)
      return { ok: true, value: buffer.toString('utf8', 0, bytesRead) }
    } finally {
      await handle.close()
    }
  } catch {
    return { ok: false, why: 'other' }
  }
}

const LIMIT = 256 * 1024

import { stat } from 'node:fs/promises'

/** Whose root folder a process has, by its folder in /proc; `unknown` where it cannot be seen. */
export async function rootOf(own: string): Promise<'ours' | 'other' | 'unknown'> {
  try {
    const [its, ours] = await Promise.all([stat(`${own}/root/`), stat('/')])
    return its.dev === ours.dev && its.ino === ours.ino ? 'ours' : 'other'
  } catch {
    return 'unknown'
  }
}

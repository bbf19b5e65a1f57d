import { filesNamed } from '../../reading/process/files-named.ts'
import { type Change, fileChanges } from './changed.ts'
import type { Over } from './outcome.ts'
import { serverProcess } from './server-process.ts'

/**
 * When the files were changed that an application was started with: those that its command line names (its script, its
 * configuration), and `.env` in its folder. They are looked at as the process sees them, and none is opened.
 */
export async function programFileChanges(pid: number | undefined, over: Over): Promise<Change[]> {
  const process = pid === undefined ? undefined : await serverProcess(pid)
  if (process === undefined || process.hidden) return []
  const settings = process.cwd === '' ? [] : [`${process.cwd}/.env`]
  return [
    ...(await fileChanges(filesNamed(process.words, process.cwd), 'app-file', process.disk, over)),
    ...(await fileChanges(settings, 'environment', process.disk, over)),
  ]
}

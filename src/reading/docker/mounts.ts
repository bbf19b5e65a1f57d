import type { JsonObject } from '../../words/json.ts'
import { objects, text } from '../process/found.ts'

/** What is mounted into a container: a volume or a folder of the machine, and where it is inside. */
export interface Mount {
  /** The same for two containers that share it. */
  id: string
  /** A volume's name, or the folder of the machine. */
  shown: string
  /** Absolute, without a slash at its end. */
  at: string
}

/** The mounts of one container of `docker inspect`. What lives in memory alone (tmpfs) is nobody else's. */
export function mountsOf(raw: JsonObject): Mount[] {
  return objects(raw, 'Mounts').flatMap((mount) => {
    const [type, name, source, at] = ['Type', 'Name', 'Source', 'Destination'].map((key) => text(mount, key))
    const id = type === 'volume' && name ? `volume ${name}` : type === 'bind' && source ? `bind ${source}` : ''
    if (id === '' || !at?.startsWith('/')) return []
    return [{ id, shown: (type === 'volume' ? name : source) ?? '', at: at.replace(/\/+$/, '') }]
  })
}

/** The mount that a path lies in: the deepest one. */
export function mountAround(mounts: readonly Mount[], path: string): Mount | undefined {
  const around = mounts.filter(({ at }) => path === at || path.startsWith(`${at}/`))
  return around.sort((a, b) => b.at.length - a.at.length)[0]
}

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../program.ts'

/**
 * Clients of this account that are there and set up: `kubectl`, where a file says which cluster is meant. Files are looked
 * for and not read, nothing is started.
 */
export async function configuredClients(env: Readonly<Record<string, string>>): Promise<string[]> {
  const { KUBECONFIG, HOME, PATH } = env
  // As kubectl does: the variable names one file or several, else it is the one at home.
  const files = KUBECONFIG ? KUBECONFIG.split(':') : HOME ? [join(HOME, '.kube/config')] : []
  const there = await Promise.all(
    files
      .filter((file) => file !== '')
      .slice(0, 32)
      .map(isThere),
  )
  if (!there.includes(true)) return []
  const client = await findProgram('kubectl', PATH ?? '')
  return client.found === 'yes' ? ['kubectl'] : []
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (file) => file.isFile(),
    () => false,
  )

import type { Catalogue } from '../flow/check.ts'
import { LOOKS } from '../probe/looks/index.ts'
import { READERS } from '../reading/index.ts'

/** What flows may name beside each other: readers with their types, the tool's own looks, recorded verdicts. */
export function catalogue(recorded: Set<string> | null): Catalogue {
  return { readers: READERS, looks: Object.keys(LOOKS), recorded }
}

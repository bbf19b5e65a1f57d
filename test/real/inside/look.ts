import type { BuiltInLookFn, LookTools } from '../../../src/probe/looks/types.ts'
import { unitsByTokenLook } from '../../../src/probe/looks/units-by-token.ts'
import { runCommand } from '../../../src/probe/run.ts'
import type { JsonObject } from '../../../src/words/json.ts'

// Runs one of the tool's own looks where it stands, for tests that look inside a container:
// node look.ts units-by-token '{"port": 3000}'. Prints the outcome as JSON.
const LOOKS: Record<string, BuiltInLookFn> = { 'units-by-token': unitsByTokenLook }

const [name = '', args = '{}'] = process.argv.slice(2)
const look = LOOKS[name]
if (!look) throw new Error(`no look ${name}`)
const env = { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
const { signal } = new AbortController()
const tools: LookTools = {
  run: (argv, timeoutMs) => runCommand(argv, { timeoutMs, signal, env }),
  signal,
  timeoutMs: 20_000,
  env,
  now: () => new Date(),
}
const given: JsonObject = JSON.parse(args)
process.stdout.write(JSON.stringify(await look(given, tools)))

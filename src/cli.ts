import { main } from './command/main.ts'

// The exit code is set, never forced: output that is still draining must reach its reader.
process.exitCode = await main(process.argv.slice(2))

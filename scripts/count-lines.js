// Test lines for each source line. Fails below 1.5: what is not tried out is not known to work.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LEAST = 1.5
const source = count('src')
const tests = count('test')
const ratio = tests / source
process.stdout.write(`${tests} test lines for ${source} source lines: ${ratio.toFixed(2)}\n`)
process.exitCode = ratio >= LEAST ? 0 : 1

function count(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').length - 1, 0)
}

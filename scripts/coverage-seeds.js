// Who carries what the articles say: one line an item, then what vendors say otherwise. Exit 1 while something is missing.
//   npm run coverage:seeds [-- --missing]
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { coverage, isMissing } = await import('../test/seeds/coverage.ts')
const articles = parse(readFileSync(join(root, 'test/seeds/articles.yaml'), 'utf8'))
const library = JSON.parse(readFileSync(join(root, 'dist/flows.json'), 'utf8'))
const all = coverage(articles, library)
const missing = all.filter(isMissing)

for (const carried of process.argv.includes('--missing') ? missing : all) {
  const { item, by, unknown } = carried
  const corrected = item.corrected ? `  (corrected: ${item.corrected.join(', ')})` : ''
  const carriers = isMissing(carried) ? 'MISSING' : by.join(', ') || `left: ${item.left}`
  console.log(`${item.id}  ${item.kind.padEnd(9)} ${item.says}${corrected}\n         ${carriers}`)
  if (unknown.length > 0) console.log(`         not there: ${unknown.join(', ')}`)
}
if (!process.argv.includes('--missing')) {
  console.log('\nWhat vendors say otherwise')
  for (const { id, claim, right, source } of articles.corrections) {
    console.log(`${id}  ${claim}\n     ${right}${source ? `\n     Source: ${source}` : ''}`)
  }
}
const corrected = all.filter(({ item }) => item.corrected).length
if (!process.argv.includes('--missing')) {
  const { drawTable, readTable } = await import('../test/seeds/table.ts')
  console.log(`\nWhere the error is born, and its shape: an incident or a verdict for each\n${drawTable(readTable())}`)
}
console.log(
  `\n${all.length} items, ${missing.length} missing, ${corrected} of them corrected by ${articles.corrections.length} notes`,
)
process.exitCode = missing.length > 0 || all.some(({ unknown }) => unknown.length > 0) ? 1 : 0

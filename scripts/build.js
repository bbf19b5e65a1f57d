// Bundles the program into dist/, and the flows into dist/flows.json, checked. Skips when nothing changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const stamp = join(dist, '.built')

if (process.argv.includes('--force') || isStale()) await buildAll()

function isStale() {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const inputs = ['src', 'flows', 'scripts/build.js', 'package.json', 'test/recordings'].map((name) => join(root, name))
  return inputs.some((path) => newest(path) > built)
}

function newest(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

async function buildAll() {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"', __VERSION__: JSON.stringify(version) },
    // Some dependencies are CommonJS and call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
    legalComments: 'none',
  }
  await build({
    ...common,
    entryPoints: [join(root, 'src/cli.ts')],
    outdir: dist,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  })
  const compiler = join(dist, 'compile-flows.tmp.js')
  await build({ ...common, entryPoints: [join(root, 'src/command/compile-flows.ts')], outfile: compiler })
  const { compileFlows } = await import(pathToFileURL(compiler).href)
  const { json, problems } = compileFlows(root)
  rmSync(compiler)
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`)
    process.exit(1)
  }
  writeFileSync(join(dist, 'flows.json'), json)
  writeFileSync(stamp, '')
}

// Bundles the program into dist/, the flows into dist/flows.json, checked, and the list of the recorded incidents. Skips when nothing changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { leanBundle } from './lean-bundle.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
/** Built aside and put in place at the end: whoever runs the old one meanwhile finds it whole. */
const fresh = join(root, `dist.new.${process.pid}`)
const stamp = join(dist, '.built')

if (process.argv.includes('--force') || isStale()) await buildAll()

function isStale() {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const inputs = ['src', 'flows', 'scripts', 'package.json', 'test/recordings'].map((name) => join(root, name))
  return inputs.some((path) => newest(path) > built)
}

function newest(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

async function buildAll() {
  mkdirSync(fresh)
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
    // The SDK of AWS works in a thread of its own, which is loaded by its file.
    entryPoints: { cli: join(root, 'src/cli.ts'), 'aws-worker': join(root, 'src/probe/aws/worker.ts') },
    outdir: fresh,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Ink's bridge to a debugger for browsers: whoever sets DEV=true gets no socket and no warning from us.
    alias: {
      'react-devtools-core': join(root, 'scripts/no-devtools.js'),
      'stack-utils': join(root, 'scripts/no-stack-utils.js'),
    },
    plugins: [leanBundle],
  })
  const compiler = join(fresh, 'compile-flows.tmp.js')
  await build({ ...common, entryPoints: [join(root, 'src/command/compile-flows.ts')], outfile: compiler })
  const { compileFlows, compileIncidents } = await import(pathToFileURL(compiler).href)
  const { json, problems } = compileFlows(root)
  rmSync(compiler)
  if (problems.length > 0) {
    rmSync(fresh, { recursive: true })
    process.stderr.write(`${problems.join('\n')}\n`)
    process.exit(1)
  }
  writeFileSync(join(fresh, 'flows.json'), json)
  writeFileSync(join(fresh, 'incidents.json'), JSON.stringify(compileIncidents(root)))
  writeFileSync(join(fresh, '.built'), '')
  putInPlace()
}

function putInPlace() {
  const old = `${fresh}.old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

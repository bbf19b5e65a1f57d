// Two things that screens would wait for at every start, taken out of the bundle, and one file where there were many. Each
// says when it no longer finds what it takes out, so that an update of a package cannot undo it in silence;
// `test/lean-bundle.test.ts` counts the files.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

const WALK = join(dirname(here), 'src/command/diagnose.ts')
const ONLY_IN_A_WALK =
  /[\\/]src[\\/](?:probe[\\/](?:live|recorded|clean-room|programs|looks[\\/][\w-]+|log[\\/][\w-]+|http[\\/](?:ask|node)|aws[\\/](?:ask|context|ecs))|terminal[\\/](?:app|first-frame|lines|run)|command[\\/](?:start|resume|walk|world|custom-flows)|reading[\\/]log-formats)\.tsx?$/

/** A plugin for esbuild. */
export const leanBundle = {
  name: 'lean-bundle',
  setup(build) {
    // Yoga asks `fetch` for the bytes it carries in itself: Node then loads its whole HTTP client (25 ms). Without a
    // fetch it decodes them directly.
    build.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const without = text.replaceAll('typeof fetch', 'typeof undefined')
      return without === text
        ? { errors: [{ text: `${path} asks for no fetch any more: scripts/lean-bundle.js is to be looked at` }] }
        : { contents: without, loader: 'js' }
    })
    // What only a walk loads stands on the walk's own modules. Said so, those become one file; else every set of modules that
    // some of them share makes a file of its own, and a diagnosis looked for seventy (half a millisecond each).
    build.onLoad({ filter: ONLY_IN_A_WALK }, ({ path }) => ({
      contents: `import ${JSON.stringify(WALK)}\n${readFileSync(path, 'utf8')}`,
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }))
    // string-width builds the expression of all emoji when it is loaded (40 ms), also where nothing but letters is drawn.
    build.onResolve({ filter: /^string-width$/ }, ({ importer, kind }) =>
      kind === 'require-call' || importer === join(here, 'narrow-width.js')
        ? undefined
        : { path: join(here, 'narrow-width.js') },
    )
  },
}

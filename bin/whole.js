#!/usr/bin/env -S node --max-semi-space-size=1
// A guest on a machine in trouble collects garbage sooner rather than grow: about 10 MB less at the peak, no slower.
// Plain JavaScript that any Node can parse, so that an old one gets a sentence and not a syntax error.
var major = Number(process.versions.node.split('.')[0])
if (major < 22) {
  process.stderr.write(
    'triage502: needs Node.js 22 or newer, this is ' +
      process.versions.node +
      '\n' +
      '  Install a current Node.js. In a checkout, `npm start -- …` uses the one that npm installed.\n',
  )
  process.exitCode = 2
} else {
  import('node:module')
    .then((module) => {
      if (module.default.enableCompileCache) module.default.enableCompileCache()
      return import('../dist/whole.js')
    })
    .catch((error) => {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist.cli\.js/.test(error.message)) {
        process.stderr.write('triage502: it is not built yet\n  Run `npm run build` in its folder first.\n')
        process.exitCode = 1
        return
      }
      throw error
    })
}

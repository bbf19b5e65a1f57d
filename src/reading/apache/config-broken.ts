import { nearest } from '../../words/nearest.ts'
import type { Directive } from './config-lines.ts'

/** Directives that only a module knows: without it Apache does not start. Source: httpd's manual, "Directive Index". */
const OF_MODULE: Record<string, string> = {
  proxypass: 'proxy_module',
  proxypassmatch: 'proxy_module',
  proxypassreverse: 'proxy_module',
  proxypreservehost: 'proxy_module',
  proxytimeout: 'proxy_module',
  proxyset: 'proxy_module',
  proxyrequests: 'proxy_module',
  balancermember: 'proxy_module',
  rewriteengine: 'rewrite_module',
  rewriterule: 'rewrite_module',
  rewritecond: 'rewrite_module',
  sslengine: 'ssl_module',
  sslproxyengine: 'ssl_module',
  sslcertificatefile: 'ssl_module',
  header: 'headers_module',
  requestheader: 'headers_module',
}
/** Is it told by this module's absence that a directive is not known? One of `mpm_…` is always loaded: it stands for "modules are loaded". */
export const countsAsLoaded = (module: string): boolean =>
  module.startsWith('mpm_') || Object.values(OF_MODULE).includes(module)

const KNOWN = [
  ...Object.keys(OF_MODULE),
  ...'servername serveralias documentroot errorlog customlog loglevel listen redirect redirectmatch errordocument'.split(
    ' ',
  ),
  ...'sethandler timeout keepalive allowoverride require options include includeoptional loadmodule define'.split(' '),
]
/** Real names that are only a letter or two from one of those above. */
const ALIKE = new Set(
  [
    'proxyvia proxyset sslproxyverify errorlogformat options optional includeoption requires header headers location',
    'serverpath serverroot serveradmin servertokens serverlimit undefine redirecttemp rewritebase rewritemap rewriteoptions',
    'unsetenv setenv setoutputfilter setinputfilter proxypassreverse proxypassinherit documentroot sslengine define',
    'keepalivetimeout allow deny order satisfy',
  ]
    .join(' ')
    .split(' '),
)

/** Names that no Apache knows and that were meant for one: `file:line what`. Told only where one letter or two are wrong. */
export function misspelt(tree: readonly Directive[]): string[] {
  return tree.flatMap(({ name, file, line, block }): string[] => {
    if (block !== undefined) return misspelt(block)
    if (KNOWN.includes(name) || ALIKE.has(name) || name.length < 6) return []
    const meant = nearest(name, KNOWN)
    if (meant === null || Math.abs(meant.length - name.length) > 1 || meant.charAt(0) !== name.charAt(0)) return []
    return [`${file}:${line} Invalid command '${name}' (is ${meant} meant?)`]
  })
}

/** A directive whose module nobody loads, where modules are loaded at all; '' when there is none. */
export function moduleMissing(tree: readonly Directive[]): string {
  const loaded = new Set(tree.filter(({ name }) => name === 'loadmodule').map(({ args }) => args[0] ?? ''))
  if (loaded.size === 0) return ''
  const walk = (level: readonly Directive[]): string => {
    for (const { name, file, line, block } of level) {
      const module = OF_MODULE[name]
      if (module !== undefined && !loaded.has(module))
        return `${file}:${line} Invalid command '${name}': ${module} is not loaded`
      const inner = block === undefined ? '' : walk(block)
      if (inner !== '') return inner
    }
    return ''
  }
  return walk(tree)
}

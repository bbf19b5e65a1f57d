import { countsAsLoaded, misspelt } from './config-broken.ts'
import { linesOf, readDump, writeDump } from './config-dump.ts'
import type { Directive } from './config-lines.ts'

/** Stands for words that are nobody's business. */
export const HIDDEN = '…'

const SECTIONS = new Set(
  'virtualhost location locationmatch proxy proxymatch directory directorymatch files filesmatch if elseif else'.split(
    ' ',
  ),
)
/** Directives whose words cannot be secrets. */
const WHOLE = new Set(
  [
    'listen servername serveralias serverroot documentroot errorlog customlog transferlog logformat errorlogformat',
    'loglevel proxytimeout timeout keepalive keepalivetimeout proxypreservehost proxyerroroverride rewriteengine sethandler directoryindex user',
    'group pidfile maxrequestworkers maxclients serverlimit threadsperchild sslengine sslproxyengine',
    'sslproxyverify sslproxycheckpeername sslproxycheckpeercn sslproxycheckpeerexpire sslproxyprotocol',
    'sslproxyciphersuite sslproxycacertificatefile sslproxycacertificatepath',
  ]
    .join(' ')
    .split(' '),
)
/** `key=value` words of ProxyPass, BalancerMember and ProxySet that are read. */
const SETTINGS =
  /^(timeout|connectiontimeout|retry|status|forcerecovery|lbmethod|max|acquire|responsefieldsize|keepalive|ttl|disablereuse|enablereuse|failontimeout|failonstatus|maxattempts|route|lbset|ping)=/i
const PASSES = new Set(['proxypass', 'proxypassmatch', 'balancermember', 'proxyset'])
/** What a condition may test: nothing that a visitor could hold as a secret. */
const TESTED =
  /^(%\{(REQUEST_URI|HTTP_HOST|HTTPS|SERVER_PORT|SERVER_NAME|REQUEST_METHOD|DOCUMENT_ROOT|REQUEST_FILENAME)\}|[\w./-])*$/

/** Only what the reader needs of a dump, in the same form; done twice it changes nothing more. */
export function keepConfig(out: string): { out: string; leftOut: string } {
  const { tree, problems } = readDump(out)
  const kept = linesOf(prune(tree))
  const text = writeDump(kept, [...problems, ...misspelt(tree)])
  const dropped = linesOf(tree).length - kept.length
  return { out: text, leftOut: dropped > 0 ? `… ${dropped} ${dropped === 1 ? 'line' : 'lines'} left out` : '' }
}

/** A tree without the directives and words that are not read. */
export function prune(tree: readonly Directive[]): Directive[] {
  return tree.flatMap((directive) => {
    const { name, args, block } = directive
    if (block !== undefined) {
      // Conditions that were not judged where the files were read say nothing here.
      if (/^if(module|define|version|file|directive|section)$/.test(name)) return prune(block)
      if (!SECTIONS.has(name)) return []
      const shown = /^(if|elseif)$/.test(name) ? args.map(() => HIDDEN) : args.map(address)
      return [{ ...directive, args: shown, block: prune(block) }]
    }
    const kept = keptArgs(name, args)
    return kept === undefined ? [] : [{ ...directive, args: kept }]
  })
}

function keptArgs(name: string, args: readonly string[]): string[] | undefined {
  if (name === 'customlog' || name === 'transferlog') return args.map((arg, n) => (n < 2 ? arg : HIDDEN))
  if (WHOLE.has(name)) return [...args]
  if (name === 'loadmodule') return countsAsLoaded(args[0] ?? '') ? [...args] : undefined
  if (PASSES.has(name)) return args.map((arg) => (isSetting(arg) && !SETTINGS.test(arg) ? HIDDEN : address(arg)))
  switch (name) {
    case 'setenv':
      return /^(proxy-nokeepalive|force-proxy-request-1\.0)$/.test(args[0] ?? '') ? args.slice(0, 1) : undefined
    case 'redirect':
    case 'redirectmatch':
    case 'redirectpermanent':
    case 'redirecttemp':
      return args.map((arg, i) => (i < 2 ? needlessQuery(arg) : HIDDEN))
    case 'rewriterule':
      return args.slice(0, 3).map((arg, i) => (i === 1 ? address(arg) : i === 2 ? flags(arg) : arg))
    case 'rewritecond':
      return TESTED.test(args[0] ?? '') ? args.slice(0, 3) : [HIDDEN, HIDDEN]
    case 'errordocument':
      return args.map((arg, i) => (i === 0 || /^(https?:\/)?\//.test(arg) ? needlessQuery(arg) : HIDDEN))
    default:
      return undefined
  }
}

function isSetting(word: string): boolean {
  return /^[a-z]+=/i.test(word)
}

/** An address without userinfo and query. */
function address(value: string): string {
  return needlessQuery(value).replace(/\/\/[^/@|]*@/, '//')
}

function needlessQuery(value: string): string {
  const at = /^([a-z]+:|unix:)?\//i.test(value) ? value.indexOf('?') : -1
  return at < 0 ? value : value.slice(0, at)
}

/** Flags of a RewriteRule that decide where a request goes; `E=` and `CO=` may hold anything. */
function flags(text: string): string {
  const known = /^(P|R|R=\w{1,9}|L|NC|F|G|END|QSA|QSD|NE|PT|C|N|S=\d{1,4}|B|OR)$/i
  const each = text.replace(/^\[|\]$/g, '').split(',')
  return `[${each
    .map((flag) => flag.trim())
    .filter((flag) => known.test(flag))
    .join(',')}]`
}

import { inherited, type Levels } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** Words that name no site in particular. */
const GENERIC = new Set(
  [
    'www html htdocs public public_html httpdocs web webroot site sites app apps application current release releases',
    'live shared src dist build out static assets backend upstream server default localhost nginx var srv home opt usr',
    'local share data code project node api php django rails web_app webapp frontend back front proxy',
  ]
    .join(' ')
    .split(' '),
)

/**
 * Words that name a site: its server names, its upstream, the last telling folder of its roots.
 * Generic words are left out.
 */
export function siteNames(serverNames: readonly string[], upstream: string, levels: Levels): string[] {
  const names = new Set<string>()
  const add = (word: string): void => {
    if (word.length > 1 && word !== '_' && !GENERIC.has(word.toLowerCase())) names.add(word)
  }
  for (const name of serverNames) {
    if (!name.startsWith('~') && !name.includes('$')) add(name.replace(/^(\*\.|\.)/, '').replace(/\.\*$/, ''))
  }
  add(upstream)
  // Roots of outer levels belong to every site.
  const own = levels.slice(2).flatMap((level) => foldersOf(level))
  for (const folder of own) add(telling(folder))
  if (own.length === 0) for (const folder of foldersOf(inherited(levels, 'root'))) add(telling(folder))
  return [...names]
}

function foldersOf(level: readonly Directive[]): string[] {
  return level
    .filter(({ name }) => name === 'root' || name === 'alias')
    .map(({ args }) => args[0] ?? '')
    .filter((path) => !path.includes('$'))
}

function telling(path: string): string {
  const folders = path.split('/').filter((folder) => folder !== '')
  return folders.findLast((folder) => !GENERIC.has(folder.toLowerCase())) ?? ''
}

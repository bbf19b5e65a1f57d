import { complain, type Place } from '../draft.ts'
import { flagName, spellingsOf } from '../flag-words.ts'
import type { CommandRule } from '../types.ts'
import type { Context } from './context.ts'

/** Each command that may run is explained whole, and no explanation speaks of what may not run and is never shown. */
export function checkExplained(context: Context): void {
  const { draft } = context
  const rules = draft.library.commands.filter((rule) => !rule.explainedOnly)
  for (const [i, rule] of rules.entries()) {
    const place = draft.commands[i]
    // A custom folder's own commands are its own to explain.
    if (place?.path[0] === 'commands') checkRule(context, rule, place)
  }
  for (const [program, { place, flags }] of draft.explained) {
    const own = rules.filter((rule) => rule.program === program)
    const others = draft.library.commands.filter((rule) => rule.program === program && rule.explainedOnly)
    if (own.length > 0) checkDead(context, program, place, flags, own, others)
  }
}

function checkRule({ draft }: Context, rule: CommandRule, place: Place): void {
  const { program, words, says } = rule
  const told = (what: string, below: (string | number)[], key: string) =>
    complain(draft, place, below, `nothing explains ${what}`, `say what it does under explain: ${program}: ${key}`)
  if (says.program === '') {
    told(`\`${program}\``, ['program'], 'says')
    return
  }
  if (words.length > 0 && says.words === '') told(`\`${program} ${words.join(' ')}\``, ['words'], 'words')
  if (rule.operands && says.operands === '') told(`the free words of \`${program}\``, ['operands'], 'operands')
  for (const [i, flag] of rule.flags.entries()) {
    const name = flagName(flag)
    if (says.flags[name] === undefined) told(`${name} of \`${program}\``, ['flags', i], 'flags')
  }
}

/** An explained flag that no rule of its program knows is misspelt. */
function checkDead(
  { draft }: Context,
  program: string,
  place: Place,
  keys: readonly string[],
  rules: readonly CommandRule[],
  others: readonly CommandRule[],
): void {
  for (const key of keys) {
    for (const { behind, flag } of spellingsOf(key)) {
      // What only fixes run has no rule: there its words stand for themselves.
      if (behind !== '' && others.some((rule) => rule.words.join(' ') === behind)) continue
      const speaksOf = rules.filter((rule) => behind === '' || rule.words.join(' ') === behind)
      if (speaksOf.some((rule) => rule.flags.some((each) => flagName(each) === flag))) continue
      const mend = 'remove it, or correct its spelling'
      complain(draft, place, ['flags', key], `no rule of \`${program}\` knows ${flag}`, mend, 'key')
    }
  }
}

import * as z from 'zod'
import { splitCommand } from './argv.ts'
import { complain, type Draft, type Place } from './draft.ts'
import { flagName, spellingsOf } from './flag-words.ts'
import { parseAt } from './issues.ts'
import { commandItem, explainItem, readsFile } from './schema.ts'
import type { CommandRule, CommandSays } from './types.ts'
import type { YamlFile } from './yaml-file.ts'

type Explained = z.infer<typeof explainItem>

/** `commands.yaml`: what only reads, each rule with the sentences that explain it. One mistake costs one item. */
export function readCommands(file: YamlFile, draft: Draft): void {
  const whole = z.strictObject({
    commands: z.array(z.unknown()),
    explain: z.record(z.string(), z.unknown()).optional(),
  })
  const raw = parseAt(whole, file.data, file, [], draft.problems)
  const explained = new Map<string, Explained>()
  for (const [program, value] of Object.entries(raw?.explain ?? {})) {
    const place: Place = { file, path: ['explain', program] }
    const item = parseAt(explainItem, value, file, place.path, draft.problems)
    if (item === null) continue
    explained.set(program, item)
    draft.explained.set(program, { place, flags: Object.keys(item.flags ?? {}) })
  }
  for (const [i, value] of (raw?.commands ?? []).entries()) {
    const place: Place = { file, path: ['commands', i] }
    const item = parseAt(commandItem, value, file, place.path, draft.problems)
    if (item === null) continue
    const { program, words = [], flags = [], operands = false, starts } = item
    const says = saysOf(explained.get(program), words, flags)
    draft.library.commands.push({ program, words, flags, operands, ...(starts ? { starts } : {}), says })
    draft.commands.push(place)
  }
  for (const [program, item] of explained) draft.library.commands.push(...onlyExplained(program, item, draft))
}

/** A custom folder's own commands: exact beginnings, of programs that the shipped list does not rule. */
export function readReads(file: YamlFile, draft: Draft): void {
  const raw = parseAt(readsFile, file.data, file, [], draft.problems)
  const shipped = new Set(draft.library.commands.map((rule) => rule.program))
  for (const [i, text] of (raw?.reads ?? []).entries()) {
    const place: Place = { file, path: ['reads', i] }
    const split = splitCommand(text)
    if (!split.ok) {
      complain(draft, place, [], split.what, split.mend)
      continue
    }
    const [program = '', ...words] = split.argv
    if (shipped.has(program) || program.includes('/')) {
      const what = program.includes('/')
        ? `"${program}" is a path`
        : `the shipped rules already say what ${program} may do`
      complain(draft, place, [], what, 'name a program of your own, without a path')
      continue
    }
    draft.library.commands.push({ program, words, flags: [], operands: true, says: saysOf(undefined, words, []) })
    draft.commands.push(place)
  }
}

/** The sentences for a rule with these words. `logs -n` speaks of -n behind `logs` only, and wins there. */
function saysOf(item: Explained | undefined, words: readonly string[], flags: readonly string[]): CommandSays {
  const joined = words.join(' ')
  const general: Record<string, string> = {}
  const special: Record<string, string> = {}
  for (const [key, sentence] of Object.entries(item?.flags ?? {})) {
    for (const spelling of spellingsOf(key)) {
      const { behind, flag } = spelling
      if (behind === '') general[flag] = sentence
      else if (behind === joined) special[flag] = sentence
    }
  }
  const known = new Set(flags.map(flagName))
  const spoken = Object.entries({ ...general, ...special }).filter(([flag]) => known.has(flag))
  return {
    program: item?.says ?? '',
    words: item?.words?.[joined] ?? '',
    operands: item?.operands ?? '',
    flags: Object.fromEntries(spoken),
  }
}

/** Programs and words that no rule allows and that are explained all the same: what fixes run, what runs others. */
function onlyExplained(program: string, item: Explained, draft: Draft): CommandRule[] {
  const rules = draft.library.commands.filter((rule) => rule.program === program)
  const spellings = Object.keys(item.flags ?? {})
    .flatMap(spellingsOf)
    .filter(({ behind }) => behind === '')
  const flags = spellings.map(({ flag, takesValue }) => (takesValue ? `${flag} *` : flag))
  const rule = (words: string[]): CommandRule => {
    const joined = words.join(' ')
    const behind = Object.keys(item.flags ?? {})
      .flatMap(spellingsOf)
      .filter((each) => each.behind === joined)
    // A flag of this word's own wins over the program's of the same name, with its value or without.
    const special = behind.map(({ flag, takesValue }) => (takesValue ? `${flag} *` : flag))
    const own = new Set(behind.map(({ flag }) => flag))
    const all = [...special, ...flags.filter((flag) => !own.has(flagName(flag)))]
    const ownWords = item['own-words-behind']?.[joined] ?? item['own-words']
    return {
      ...{ program, words, flags: all, operands: true, says: saysOf(item, words, all), explainedOnly: true },
      ...(ownWords === undefined ? {} : { ownWords }),
    }
  }
  const allowed = new Set(rules.map(({ words }) => words.join(' ')))
  const others = Object.keys(item.words ?? {}).filter((words) => !allowed.has(words))
  return [...(rules.length === 0 ? [rule([])] : []), ...others.map((words) => rule(words.split(' ')))]
}

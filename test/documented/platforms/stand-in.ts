import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a client prints for one command: on its output, or on its error stream with a status. */
export interface Says {
  out?: string
  err?: string
  exit?: number
}

/** By the command's arguments as one text: `ps -a shop --json`. */
export type Answers = Readonly<Record<string, Says>>

/**
 * Puts a program into the folder that prints what a client documents. It writes each question into `asked`, one a line; what it was
 * not told about it refuses with status 64.
 */
export function standIn(folder: string, program: string, answers: Answers): void {
  const kept = join(folder, `${program}.says`)
  mkdirSync(kept, { recursive: true })
  const cases = Object.entries(answers).map(([question, { out = '', err = '', exit = 0 }], i) => {
    writeFileSync(join(kept, `${i}.out`), out)
    writeFileSync(join(kept, `${i}.err`), err)
    return `  '${question}') cat '${kept}/${i}.out'; cat '${kept}/${i}.err' >&2; exit ${exit} ;;`
  })
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> '${folder}/asked'
case "$*" in
${cases.join('\n')}
esac
echo "a question that nobody documented: $*" >&2
exit 64
`
  const path = join(folder, program)
  writeFileSync(path, script)
  chmodSync(path, 0o755)
}

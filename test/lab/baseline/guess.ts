import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// What there is to be better than: the checklist of the articles as a script. It knows neither how sure it is nor what it
// could not see, so each of its wrong answers is one that somebody acts on.

/** What the baseline says of a fault; nulls where nothing is wrong, or where it has no answer. */
export interface Guess {
  cause: string | null
  place: string | null
}

const script = readFileSync(join(import.meta.dirname, 'diagnose-502.sh'), 'utf8')

/** What its reader would go and mend: the articles name one place for each of their causes. */
const PLACES: Readonly<Record<string, string>> = {
  'proxy-down': 'proxy',
  'cert-invalid': 'proxy',
  'dns-failure': 'proxy',
  'tls-handshake': 'proxy',
  'header-too-big': 'proxy',
  'rate-limited': 'proxy',
  'fd-exhausted': 'proxy',
  'connections-exhausted': 'proxy',
  'socket-missing': 'app',
  'socket-permission': 'proxy',
  'wrong-port': 'proxy',
  blocked: 'proxy',
  deliberate: 'proxy',
}

/** Makes a guess; `run` runs a program where the fault is and gives what it printed. */
export async function guess(url: string, run: (argv: string[]) => Promise<string>): Promise<Guess> {
  return guessIn(await run(['timeout', '60', 'bash', '-c', script, 'diagnose-502.sh', url]))
}

/** The guess in what the script printed: its last line is the cause and why. */
export function guessIn(printed: string): Guess {
  const [cause = ''] = (printed.trim().split('\n').at(-1) ?? '').split('\t')
  if (['', 'unknown', 'healthy'].includes(cause)) return { cause: null, place: null }
  return { cause, place: PLACES[cause] ?? 'app' }
}

/** Where a running Caddy says its configuration is. Everything in it is data from elsewhere. */
export interface CaddyArguments {
  /** `--config`; '' when absent. */
  config: string
  adapter: string
  /** It took its configuration from where it saved it last (`--resume`), not from a file. */
  resume: boolean
}

/** Reads the words of a `caddy run` (or the child of a `caddy start`). */
export function caddyArguments(words: readonly string[]): CaddyArguments {
  const found: CaddyArguments = { config: '', adapter: '', resume: false }
  for (const [at, word] of words.entries()) {
    const flag = /^--?(config|c|adapter|a|resume|r)(?:=(.*))?$/s.exec(word)
    if (flag === null) continue
    const value = flag[2] ?? words[at + 1] ?? ''
    if (flag[1]?.startsWith('c')) found.config = value
    else if (flag[1]?.startsWith('a')) found.adapter = value
    else found.resume = flag[2] !== 'false'
  }
  return found
}

const MAX_VALUE = 4096

/** Puts the values of the process's environment in place of `{$NAME}` and `{$NAME:default}`, as Caddy does before it reads a file. */
export function withEnvironment(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replace(/\{\$([A-Za-z_][A-Za-z0-9_]{0,100})(?::([^}\n]{0,500}))?\}/g, (_, name: string, usual?: string) =>
    (environment.get(name) || (usual ?? '')).slice(0, MAX_VALUE),
  )
}

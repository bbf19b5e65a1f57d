/** What is known while a configuration is read from its top: it decides which conditional sections count. */
export interface Reading {
  /** `${NAME}`: what `Define` set, else the environment. */
  variables: Map<string, string>
  /** Names of `Define` and `-D`. */
  defines: Set<string>
  /** `ssl_module`, `mod_ssl.c`. */
  modules: Set<string>
}

/** Always there: they are compiled in (Debian and httpd's own build). */
const BUILT_IN = [
  'core.c',
  'core_module',
  'http_core.c',
  'http_module',
  'mod_so.c',
  'so_module',
  'mod_version.c',
  'version_module',
]

/** Nothing read yet. */
export function freshReading(environment: ReadonlyMap<string, string>, defines: readonly string[]): Reading {
  return { variables: new Map(environment), defines: new Set(defines), modules: new Set(BUILT_IN) }
}

/** Puts values in the place of `${NAME}`; what nobody defined stays, as Apache leaves it. */
export function substituted(text: string, { variables }: Reading): string {
  if (!text.includes('${')) return text
  return text.replace(/\$\{([^}\s]{1,100})\}/g, (whole, name: string) => variables.get(name) ?? whole)
}

/** Takes note of what Define, UnDefine and LoadModule say. */
export function learn(reading: Reading, name: string, args: readonly string[]): void {
  const [first = '', second] = args
  if (name === 'define') {
    reading.defines.add(first)
    reading.variables.set(first, second ?? '')
  } else if (name === 'undefine') {
    reading.defines.delete(first)
    reading.variables.delete(first)
  } else if (name === 'loadmodule') {
    reading.modules.add(first)
    const file = /([^/]+)\.so$/.exec(second ?? '')?.[1]
    if (file !== undefined) reading.modules.add(`${file}.c`)
  }
}

/**
 * Does a conditional section count? Undefined for what is none. `<IfFile>` is left to whoever can look; a version is
 * taken for new enough, for what is read here is the same since 2.4.
 */
export function holds(reading: Reading, name: string, args: readonly string[]): boolean | undefined {
  const [word = ''] = args
  const negated = word.startsWith('!')
  const bare = negated ? word.slice(1) : word
  if (name === 'ifdefine') return reading.defines.has(bare) !== negated
  if (name === 'ifmodule') return reading.modules.has(bare) !== negated
  if (name === 'ifversion') return !args.some((each) => /^<=?$/.test(each))
  return undefined
}

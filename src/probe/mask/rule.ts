/** A part of a match: text that stays, or a secret that becomes a token. */
export type Part = string | { secret: string }

/**
 * One way to know a secret. `pattern` is global and linear: every repeat is bounded or followed by
 * something it cannot match itself. `parts` takes a match apart, whole and in order; null: no secret after all.
 */
export interface Rule {
  /** The middle of the token, `[masked:KIND-1]`. */
  kind: string
  pattern: RegExp
  /**
   * Every match holds something that this one finds: a text without it need not be searched, nor the pattern be
   * compiled, which takes longer than to search a short text. Not global.
   */
  needs?: RegExp
  parts(match: RegExpMatchArray): Part[] | null
}

/** A rule whose whole match is the secret. */
export function whole(kind: string, pattern: RegExp, really: (secret: string) => boolean = () => true): Rule {
  return { kind, pattern, parts: ([text]) => (really(text) ? [{ secret: text }] : null) }
}

/** A rule with two groups: what stays in front, and the secret up to the end of the match. */
export function after(
  kind: string,
  pattern: RegExp,
  really: (secret: string, before: string) => boolean = () => true,
): Rule {
  return {
    kind,
    pattern,
    parts([text, before = '', value = '']) {
      const secret = withoutClosing(value)
      if (!hasSubstance(secret) || !really(secret, before)) return null
      return [before, { secret }, text.slice(before.length + secret.length)]
    },
  }
}

/** A quote or a bracket alone is what stands around a value that is masked already. */
function hasSubstance(value: string): boolean {
  return value.trim().length > 5 || /[\p{L}\p{N}]/u.test(value)
}

/** Brackets, commas and stops that belong to the text around an unquoted value. */
function withoutClosing(value: string): string {
  let end = value.length
  while (end > 0 && ')]},;.>'.includes(value.charAt(end - 1))) end -= 1
  return /^[${]/.test(value) && VARIABLE.test(value) ? value : value.slice(0, end)
}

const NO_SECRET =
  /^(?:true|false|null|nil|none|undefined|yes|no|on|off|required|optional|enabled|disabled|\*+|x+|<[^>]*>|\[[^\]]*\]|\(.*\)|\.{3}|…|-)$/i
/** `$http_authorization`, `${DB_PASSWORD}`, `{{ .Values.password }}`, `%(token)s`: the name of a place, not what is in it. */
const VARIABLE = /^(?:\$\w+|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*|%[A-Z_]{1,64}%|%\(\w+\)s|<%.*)$/
const PATH =
  /^(?:~|\.{1,2})?\/(?:etc|var|run|home|usr|opt|srv|root|tmp|mnt|app|proc|secrets?|data|dev|config|certs?)\/\S*$/

/** Could the value of something with a secret's name be a secret? */
export function couldBeSecret(value: string): boolean {
  return hasSubstance(value) && !NO_SECRET.test(value) && !VARIABLE.test(value) && !PATH.test(value)
}

/** The same rules, tried only on texts in which `needs` finds something. */
export function needing(needs: RegExp, rules: readonly Rule[]): Rule[] {
  return rules.map((rule) => ({ ...rule, needs }))
}

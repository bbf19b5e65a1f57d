import { IN_EVERY_NAME, isSecretName, SECRET_HEADER, SECRET_NAME, SECRET_PARAMETER, SECRET_VARIABLE } from './names.ts'
import { after, couldBeSecret, needing, type Part, type Rule } from './rule.ts'

/**
 * Secrets known by where they stand. They come before the rules that know a secret by its form, so
 * that a password which holds a token is masked whole.
 */

/** Where a name begins. A name is never tried from its middle, which also keeps the search linear. */
const BEGINS = '(?<![\\w.-])'
/** Quotes as they stand in JSON, and in JSON inside of JSON. */
const QUOTE = '(?:\\\\{0,3}["\'])'
/** An unquoted value: to the next blank or quote, or to an escaped line end, or to the next pair of a form. */
const BARE = '(?:(?![&;] ?[\\w.-]{1,40}=)[^\\s\\0"\'\\\\]|\\\\(?![nrtu"\'0\\\\]))+'
/** The inside of a double-quoted, single-quoted, and twice-quoted value. */
const IN_DOUBLE = '(?:[^"\\\\\\r\\n\\0]|\\\\[^\\r\\n])*'
const IN_SINGLE = "(?:[^'\\\\\\r\\n\\0]|\\\\[^\\r\\n])*"
const IN_ESCAPED = '(?:[^"\\\\\\r\\n\\0]|\\\\(?!["\\\\])[^\\r\\n])*'

/** `name="value"` in each way to quote: the rules share what stands in front. */
function quoted(
  kind: string,
  front: string,
  flags: string,
  really: (secret: string, before: string) => boolean,
): Rule[] {
  return [
    after(kind, new RegExp(`(${front}\\\\+")(${IN_ESCAPED})`, flags), really),
    after(kind, new RegExp(`(${front}")(${IN_DOUBLE})`, flags), really),
    after(kind, new RegExp(`(${front}')(${IN_SINGLE})`, flags), really),
  ]
}

/** `Failed to determine user credentials: No such process` tells no secret. */
const PROSE = "(?<=: ?)[A-Za-z']{1,30}[,.]? {1,2}[A-Za-z]"
const ASSIGN = `${QUOTE}?\\]?\\s{0,3}(?:=>|:=|=(?!=)|:(?=[\\s"'\\\\]))\\s{0,3}`

function named(secret: string, before: string): boolean {
  const name = /[\w.-]+(?=[^\w.-]*$)/.exec(before.slice(-160))?.[0] ?? ''
  return couldBeSecret(secret) && isSecretName(name) && !isCount(secret)
}

/** `max_token: 12` counts tokens. */
function isCount(secret: string): boolean {
  return /^\d{1,3}$/.test(secret)
}

const url: Rule[] = needing(/:\/\//, [
  // user:password@ first, also where the password holds a slash; a port with a path is no password.
  after(
    'url-password',
    /(:\/\/[^\s\0:/?#@"'<>[\]\\]{0,128}:)(?!\/|\d{1,5}[/?#])([^\s\0"'<>@\\]{1,256}(?=@)(?:@[^\s\0"'<>@/\\:]{1,256}(?=@)){0,2})/g,
  ),
  // A user alone is a token with http; with ssh and git it is a name.
  after('url-user', /(https?:\/\/)([^\s\0:/?#@"'<>[\]\\]{6,256})(?=@)/gi),
])

const places: Rule[] = needing(/jdbc:oracle|hooks\.slack|api\/webhooks|api\.telegram/, [
  after('oracle-password', /(jdbc:oracle:\w{1,8}:[^\s/@"']{1,100}\/)([^\s@"']{1,200})(?=@)/g),
  after('slack-hook', /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)([A-Za-z0-9/_-]{8,200})/g),
  after(
    'webhook',
    /((?:discord(?:app)?\.com\/api\/webhooks\/\d{1,24}|api\.telegram\.org\/bot\d{1,16})[/:])([\w-]{16,200})/g,
  ),
])

const parameters: Rule[] = needing(/[?&;]/, [
  after('parameter', new RegExp(`([?&;]${SECRET_PARAMETER}=)([^&\\s\\0"'#;<>\\\\]+)`, 'gi'), (secret, before) =>
    /[?&;](?:code|pin|otp|pass|hash|state|session|auth|key)=$/i.test(before)
      ? couldBeSecret(secret) && !/^(?:\d{1,4}|[a-z]{1,8})$/i.test(secret)
      : couldBeSecret(secret),
  ),
])

/** The value of a header reaches to the end of the line, or of the string that the header stands in. */
const HEADER_VALUE = '(?:[^\\r\\n\\0"\\\\]|\\\\[^\\r\\nnr])+'
const headers: Rule[] = [
  // On a line of its own (raw, or as curl -v shows it), quotes belong to the value.
  after(
    'header',
    new RegExp(`((?<=[\\r\\n\\0]|^)[<>*]? ?${SECRET_HEADER}:[ \\t]*)(?!["'])([^\\r\\n\\0]+)`, 'gi'),
    isHeaderValue,
  ),
  after(
    'header',
    new RegExp(`(${BEGINS}${SECRET_HEADER}${QUOTE}?\\s?[:=]\\s?\\[?\\s?\\\\+")(${IN_ESCAPED})`, 'gi'),
    isHeaderValue,
  ),
  after(
    'header',
    new RegExp(`(${BEGINS}${SECRET_HEADER}${QUOTE}?\\s?[:=]\\s?\\[?\\s?["']?)(${HEADER_VALUE})`, 'gi'),
    isHeaderValue,
  ),
  // {"name":"authorization","value":"…"}
  ...quoted(
    'header',
    `${QUOTE}name${QUOTE}\\s?:\\s?${QUOTE}(?:${SECRET_HEADER})${QUOTE}\\s?,\\s?${QUOTE}value${QUOTE}\\s?:\\s?`,
    'gi',
    couldBeSecret,
  ),
  // proxy_set_header Authorization "Basic …"; fastcgi_param DB_PASSWORD …; set $token …;
  after(
    'directive',
    new RegExp(
      `((?<![\\w-])(?:(?:proxy|grpc|fastcgi|uwsgi|scgi)_(?:set_header|param)|add_header|more_set_(?:input_)?headers|set|setenv|requestheader\\s+set|secure_link_secret|secure_link_md5)\\s{1,8}["']?\\$?(?:${SECRET_HEADER}|${SECRET_NAME}|${SECRET_VARIABLE})["']?\\s{1,8}["']?)([^"'\\r\\n;{}]{1,4096})`,
      'gi',
    ),
    couldBeSecret,
  ),
]

/** "Authorization: Basic realm…" is a challenge no secret stands in; a variable is only a name. */
function isHeaderValue(secret: string): boolean {
  return couldBeSecret(secret.trim())
}

const cookies: Rule[] = [
  cookieRule(/((?<=[\r\n\0]|^)[<>*]? ?Set-Cookie:[ \t]*)([^\r\n\0]+)/gi, true),
  cookieRule(/((?<=[\r\n\0]|^)[<>*]? ?Cookie:[ \t]*)([^\r\n\0]+)/gi, false),
  cookieRule(
    new RegExp(`((?<![\\w-])Set-Cookie\\\\{0,3}["']?\\s?[:=]\\s?\\[?\\s?\\\\{0,3}["']?)(${HEADER_VALUE})`, 'gi'),
    true,
  ),
  cookieRule(
    new RegExp(`((?<![\\w-])Cookie\\\\{0,3}["']?\\s?[:=]\\s?\\[?\\s?\\\\{0,3}["']?)(${HEADER_VALUE})`, 'gi'),
    false,
  ),
]

/** Names stay: which cookies a request carried can matter (a header too big). A set cookie's attributes stay too. */
function cookieRule(pattern: RegExp, sets: boolean): Rule {
  return {
    kind: 'cookie',
    pattern,
    parts([, before = '', value = '']) {
      const parts: Part[] = [before]
      let masked = false
      for (const [at, pair] of value.split(/(?<=;)/).entries()) {
        const equals = pair.indexOf('=')
        const end = pair.endsWith(';') ? pair.length - 1 : pair.length
        const secret = equals < 0 ? '' : pair.slice(equals + 1, end).trimEnd()
        if ((sets && at > 0) || secret === '' || !couldBeSecret(secret)) {
          parts.push(pair)
          continue
        }
        masked = true
        parts.push(pair.slice(0, equals + 1), { secret }, pair.slice(equals + 1 + secret.length))
      }
      return masked ? parts : null
    },
  }
}

const FLAG = `${BEGINS}--?(?:${SECRET_NAME}|pass|auth-token|bearer|oauth2-bearer|proxy-user|pinentry)`
/** Between two arguments: a blank, or the quotes of a list of arguments, or the NUL of /proc. */
const GAP = '(?:\\s{1,4}|["\']\\s?,\\s?["\']|\\0|\\\\u0000)'
const IN_EVERY_FLAG = new RegExp(`${IN_EVERY_NAME.source}|bearer|proxy-user|pinentry`, 'i')
const flags: Rule[] = needing(IN_EVERY_FLAG, [
  after('argument', new RegExp(`(${FLAG}(?:=|${GAP})"?)(?!-)(${BARE})`, 'gi'), (secret) => couldBeSecret(secret)),
])

const programs: Rule[] = needing(
  /mysql|mariadb|redis-cli|sshpass|login|htpasswd|curl|wget|http|ldapsearch|requirepass|masterauth/i,
  [
    after(
      'argument',
      new RegExp(
        `((?<![\\w/-])(?:mysql\\w{0,16}|mariadb[\\w-]{0,16})(?=[\\s"'\\0\\\\])[^\\r\\n]{0,300}?(?:[\\s"'\\0]|\\\\u0000)-p)(${BARE})`,
        'g',
      ),
    ),
    after(
      'argument',
      new RegExp(
        `((?<![\\w/-])(?:redis-cli|sshpass|docker login|az login|htpasswd)(?=[\\s"'\\0\\\\])[^\\r\\n]{0,300}?(?:[\\s"'\\0]|\\\\u0000)-[ap]${GAP}?)(${BARE})`,
        'g',
      ),
    ),
    after(
      'argument',
      new RegExp(
        `((?<![\\w-])(?:curl|wget|http|ldapsearch)(?=[\\s"'\\0\\\\])[^\\r\\n]{0,300}?(?:(?:[\\s"'\\0]|\\\\u0000)-u${GAP}?|--(?:proxy-)?user(?:=|${GAP}))["']?[^\\s:"'\\\\]{1,100}:)(${BARE})`,
        'g',
      ),
    ),
    after(
      'argument',
      /((?<![\w-])(?:requirepass|masterauth|login\s{1,4}\S{1,100}\s{1,4}password)\s{1,4}["']?)([^\s"']{1,512})/gi,
      couldBeSecret,
    ),
  ],
)

const assignments: Rule[] = [
  ...quoted('secret', `${BEGINS}["']?\\$?(?:${SECRET_NAME})${ASSIGN}`, 'gi', named),
  after(
    'secret',
    new RegExp(`(${BEGINS}\\$?(?:${SECRET_NAME})${ASSIGN})(?!["'\\\\])(?!${PROSE})(${BARE})`, 'gi'),
    named,
  ),
  ...quoted('variable', `${BEGINS}(?:${SECRET_VARIABLE})${ASSIGN}`, 'g', named),
  after(
    'variable',
    new RegExp(`(${BEGINS}(?:${SECRET_VARIABLE})${QUOTE}?(?:=(?!=)|:\\s))(?!["'\\\\])(${BARE})`, 'g'),
    named,
  ),
  // {"name":"DB_PASSWORD","value":"…"}, as Kubernetes writes an environment
  ...quoted(
    'variable',
    `${QUOTE}name${QUOTE}\\s?:\\s?${QUOTE}(?:${SECRET_NAME}|${SECRET_VARIABLE})${QUOTE}\\s?,\\s{0,20}${QUOTE}value${QUOTE}\\s?:\\s?`,
    'gi',
    couldBeSecret,
  ),
]

const schemes: Rule[] = [
  after(
    'bearer',
    /((?<![\w-])(?:Bearer|Token|Digest|Negotiate|ApiKey)[ +]{1,2})([A-Za-z0-9._~+/=-]{12,4096})/gi,
    (secret) => /\d/.test(secret) && !/^\d[\d.:-]*$/.test(secret),
  ),
  after('basic', /((?<![\w-])Basic[ +]{1,2})([A-Za-z0-9+/]{6,2048}={0,2})(?![\w+/=])/gi, (secret) =>
    /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(secret, 'base64').toString('latin1')),
  ),
]

export const CONTEXT_RULES: readonly Rule[] = [
  ...url,
  ...places,
  ...parameters,
  ...needing(IN_EVERY_NAME, headers),
  ...needing(/cookie/i, cookies),
  ...needing(/bearer|token|digest|negotiate|apikey|basic/i, schemes),
  ...flags,
  ...programs,
  ...needing(IN_EVERY_NAME, assignments),
]

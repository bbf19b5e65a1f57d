/** Names whose value is a secret, whatever stands in front of them: `db_password`, `clientSecret`, `X-Api-Key`. */
const SECRET_WORDS = [
  'passwords?',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'api[_-]?key',
  'access[_-]?key',
  'secret[_-]?key',
  'private[_-]?key',
  'signing[_-]?key',
  'encryption[_-]?key',
  'account[_-]?key',
  'shared[_-]?access[_-]?key',
  'shared[_-]?key',
  'license[_-]?key',
  'master[_-]?key',
  'auth[_-]?key',
  'session[_-]?key',
  'storage[_-]?key',
  'secret[_-]?key[_-]?base',
  'secret[_-]?access[_-]?key',
  'credentials?',
  'client[_-]?secret',
  'connection[_-]?string',
  'requirepass',
  'masterauth',
  '(?:db|database|mysql|pg|postgres|redis|rabbitmq|mq|smtp|mail|email|admin|root|user|ldap|ftp|basic|mongo)[_-]?pass',
]

/** The source of a pattern for one such name. Bounded, so that it costs no more than its length at any place. */
export const SECRET_NAME = `(?:[\\w.-]{0,48}?(?:${SECRET_WORDS.join('|')})(?:[_-]?(?:hash|value|base64|b64|plain|str|string|[0-9]))?)`

/** Environment variables, by convention in capitals: also `STRIPE_KEY` and `SMTP_AUTH`, but not `PWD`, `TOKEN_FILE`. */
export const SECRET_VARIABLE =
  '(?:[A-Z0-9_]{0,48}(?:_KEY|_AUTH|_SALT|_PASS|_DSN|_CREDS|_CERT_KEY|_COOKIE|_JWT|_SIGNATURE)|API_?KEY|JWT)'

/** Query parameters: shorter names are secrets there than elsewhere. */
export const SECRET_PARAMETER = `(?:${SECRET_NAME}|(?:[\\w.-]{0,32}[_.-])?(?:key|apikey|sig|signature|auth|authorization|code|jwt|sid|session|session_?id|phpsessid|jsessionid|assertion|otp|pin|hash|hmac|ticket|saml(?:response|request)|id_token_hint|client_assertion|code_verifier|state_token|pass))`

/** Headers whose value is a secret. Cookies are apart: their names stay. */
export const SECRET_HEADER = `(?:(?:proxy-)?authorization|x-(?:[\\w-]{0,32}-)?(?:api-?key|auth|auth-?token|token|secret|access-token|security-token|signature|password|credential)|api-?key|private-token|job-token|deploy-token|ocp-apim-subscription-key|cf-access-client-secret|fastly-key|dd-api-key|authentication)`

/** Something that every secret name, variable and header above holds. */
export const IN_EVERY_NAME = /pass|pwd|secret|token|key|cred|string|auth|salt|dsn|cookie|jwt|signature/i

const NAME = new RegExp(`^(?:${SECRET_NAME}|${SECRET_HEADER})$`, 'i')
const VARIABLE = new RegExp(`^${SECRET_VARIABLE}$`)
const NOT_A_NAME = /^(?:pwd|oldpwd)$|(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass$/i

/** Does this name (a JSON key, a header, a variable) say that its value is a secret? */
export function isSecretName(name: string): boolean {
  return name.length <= 96 && (NAME.test(name) || VARIABLE.test(name)) && !NOT_A_NAME.test(name)
}

/** `Cookie` or `Set-Cookie`, however written. */
export function isCookieName(name: string): boolean {
  return /^(?:set-)?cookie$/i.test(name)
}

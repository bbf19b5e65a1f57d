import { needing, type Rule, whole } from './rule.ts'

/**
 * Secrets known by their own form, wherever they stand. The prefixes are those that the issuers
 * document for secret scanners: AWS "unique identifiers" (IAM user guide), GitHub "token formats", GitLab
 * "token prefixes", Slack "token types", Stripe "API keys", and so on. A rule package (secretlint) was
 * tried in their place: it can only be asked asynchronously, reports whole lines late (18 s on a megabyte
 * full of secrets) and knows neither command lines nor headers, so it cannot stand in front of a journal.
 */
const NOT_IN_WORD = '(?<![A-Za-z0-9_-])'
const ENDS = '(?![A-Za-z0-9_-])'

/** How a token begins, and how it goes on: by the beginnings a text without any token is known quickly. */
type Form = readonly [begins: string, goesOn: string]

const TOKENS: readonly (readonly [kind: string, ...forms: Form[]])[] = [
  ['github-token', ['gh[pousr]_', '[A-Za-z0-9]{30,255}'], ['github_pat_', '[A-Za-z0-9_]{22,255}']],
  [
    'gitlab-token',
    ['gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt)-', '[A-Za-z0-9_.-]{18,255}'],
    ['GR1348941', '[A-Za-z0-9_-]{18,64}'],
  ],
  ['slack-token', ['xox[abcdeoprs]-', '[A-Za-z0-9-]{10,512}'], ['xapp-', '\\d-[A-Za-z0-9-]{10,512}']],
  ['stripe-key', ['(?:sk|rk|pk)_(?:live|test)_', '[A-Za-z0-9]{10,255}'], ['whsec_', '[A-Za-z0-9+/=]{16,255}']],
  [
    'google-key',
    ['AIza', '[A-Za-z0-9_-]{35}'],
    ['GOCSPX-', '[A-Za-z0-9_-]{20,64}'],
    ['ya29\\.', '[A-Za-z0-9_-]{20,1024}'],
    ['1//0', '[A-Za-z0-9_-]{20,256}'],
  ],
  ['npm-token', ['npm_', '[A-Za-z0-9]{30,64}']],
  ['pypi-token', ['pypi-', '[A-Za-z0-9_-]{50,1024}']],
  ['twilio-key', ['(?:SK|AC)[0-9a-f]{6}', '[0-9a-f]{26}']],
  ['sendgrid-key', ['SG\\.', '[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}']],
  [
    'service-token',
    ['dckr_', '[a-z]{3}_[A-Za-z0-9_-]{20,64}'],
    ['hf_', '[A-Za-z0-9]{30,64}'],
    ['do[opr]_v1_', '[a-f0-9]{64}'],
    ['shp(?:at|ss|ca|pa)_', '[a-fA-F0-9]{32}'],
    ['glsa_', '[A-Za-z0-9]{32}_[a-f0-9]{8}'],
    ['glc_', '[A-Za-z0-9+/=]{32,512}'],
    ['hv[sbr]\\.', '[A-Za-z0-9_-]{20,512}'],
    ['lin_api_', '[A-Za-z0-9]{32,64}'],
    ['NRAK-', '[A-Z0-9]{27}'],
    ['key-', '[0-9a-f]{32}'],
    ['sq0(?:atp|csp)-', '[A-Za-z0-9_-]{22,43}'],
    ['EAAA', '[A-Za-z0-9_-]{60}'],
    ['PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'],
    ['figd_', '[A-Za-z0-9_-]{20,64}'],
    ['ATATT3', '[A-Za-z0-9_=-]{40,512}'],
    ['sbp_', '[a-f0-9]{40}'],
    ['sntry[su]_', '[A-Za-z0-9_=+/-]{40,512}'],
    ['xkeysib-', '[a-f0-9]{64}-[A-Za-z0-9]{16}'],
    ['AGE-SECRET-KEY-1', '[A-Z0-9]{58}'],
    ['\\d{8,10}:AA', '[A-Za-z0-9_-]{33}'],
    ['ey[A-Z]op', '[A-Za-z0-9_-]{60,512}'],
  ],
]

const hasDigit = (secret: string) => /\d/.test(secret)

const KEY_ID = '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA)[A-Z0-9]{16}'

const AWS: readonly Rule[] = [
  {
    // The key id and the secret that stands beside it.
    kind: 'aws-secret',
    pattern:
      /((?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])[^A-Za-z0-9/+]{1,8}(?:[\w-]{0,40}[^A-Za-z0-9/+]{1,8})?)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/g,
    parts: ([, before = '', secret = '']) => [{ secret: before.slice(0, 20) }, before.slice(20), { secret }],
  },
  whole('aws-key', new RegExp(`(?<![A-Za-z0-9])${KEY_ID}(?![A-Za-z0-9])`, 'g')),
]

const HASH = '\\$(?:2[abxy]?|5|6|y|argon2id?|apr1|1)\\$'

const OTHERS: readonly Rule[] = [
  whole('api-key', /(?<![A-Za-z0-9_-])sk-(?:[a-z]{2,10}-){0,2}[A-Za-z0-9_-]{20,512}(?![A-Za-z0-9_-])/g, hasDigit),
  // Three or five parts of base64url of which the first is a JSON object; also cut off in the middle.
  whole('jwt', /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{4,16384}(?:\.[A-Za-z0-9_-]{0,8192}){0,3}/g),
  whole('password-hash', new RegExp(`(?<![A-Za-z0-9$])(?:${HASH}[A-Za-z0-9./$,=+-]{20,256})`, 'g')),
]

const BEGINNINGS = TOKENS.flatMap(([, ...forms]) => forms.map(([begins]) => begins))
/** One of these stands in everything that a rule below matches. */
const IN_EVERY_FORM = new RegExp(`${NOT_IN_WORD}(?:${[...BEGINNINGS, 'sk-', 'eyJ'].join('|')})|${KEY_ID}|${HASH}`)

export const FORM_RULES: readonly Rule[] = needing(IN_EVERY_FORM, [
  ...AWS,
  ...TOKENS.map(([kind, ...forms]) => token(kind, forms)),
  ...OTHERS,
])

function token(kind: string, forms: readonly Form[]): Rule {
  return whole(kind, new RegExp(`${NOT_IN_WORD}(?:${forms.map((form) => form.join('')).join('|')})${ENDS}`, 'g'))
}

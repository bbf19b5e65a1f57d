import { LOADING_TRUTHS, NAME_TRUTHS, POOL_TRUTHS } from './truths/pools.ts'
import { BOX_TRUTHS } from './truths/systemd.ts'
import { WAY_TRUTHS } from './truths/way.ts'
import { WORKER_TRUTHS } from './truths/workers.ts'

/** What a case must be told as, wherever it is diagnosed: live, or from its recording. */
export interface Truth {
  outcome: 'diagnosed' | 'suspected' | 'inconclusive' | 'healthy'
  state: 'failing' | 'intermittent' | 'degraded' | 'recovered' | 'well'
  /** Null: a verdict would be wrong. */
  cause: string | null
  /** Any of these is right: where two sides disagree, either may be mended. */
  place?: readonly string[]
  /** The hop that made the error. */
  bornAt?: string | undefined
  shape?: string
  /** How sure, where that is a part of the truth. */
  confidence?: string
  /** What the findings or the verdict must cite. */
  cites?: readonly string[]
}

const failing = { outcome: 'diagnosed', state: 'failing' } as const

/** By the name of the case; `test/real/cases.ts` makes each of them happen. */
export const TRUTHS = {
  'process-down': {
    ...failing,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.1:3000'],
  },
  'wrong-port': {
    ...failing,
    cause: 'wrong-port',
    place: ['proxy', 'app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['3000', '3001'],
  },
  'wrong-interface': {
    ...failing,
    cause: 'wrong-interface',
    place: ['proxy', 'app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['::1'],
  },
  'socket-missing': {
    ...failing,
    cause: 'socket-missing',
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['run/shop.sock'],
  },
  'socket-permission': {
    ...failing,
    cause: 'socket-permission',
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['run/shop.sock'],
  },
  'slow-app': {
    ...failing,
    cause: 'slow-app',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'slow',
    cites: ['1000 ms'],
  },
  'app-hung': {
    ...failing,
    cause: 'app-hung',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'slow',
  },
  'event-loop-blocked': {
    ...failing,
    cause: 'event-loop-blocked',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'slow',
  },
  'truncated-response': {
    ...failing,
    cause: 'truncated-response',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'reset',
  },
  'cut-body': { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset' },
  'crashed-mid-response': {
    ...failing,
    cause: 'crashed-mid-response',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'reset',
  },
  'protocol-mismatch': { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'], bornAt: 'proxy' },
  // Both its proofs compare facts (a fork), and only what a probe found makes a verdict likely.
  'config-not-loaded': {
    ...failing,
    cause: 'config-not-loaded',
    place: ['proxy'],
    bornAt: 'proxy',
    cites: ['nginx.conf'],
  },
  'not-http': { ...failing, cause: 'not-http', shape: 'garbage' },
  deliberate: {
    ...failing,
    cause: 'deliberate',
    place: ['proxy'],
    bornAt: 'proxy',
    shape: 'none',
    cites: ['nginx.conf:'],
  },
  'app-error': { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app' },
  healthy: { outcome: 'healthy', state: 'well', cause: null },
  'proxy-down': { ...failing, cause: 'proxy-down', place: ['proxy'], shape: 'unreachable', cites: ['8080'] },
  'error-page': { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' },
  'error-page-200': { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' },
  'certificate-self-signed': { ...failing, cause: 'cert-invalid', place: ['proxy'] },
  recovered: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered' },
  ...WAY_TRUTHS,
  ...POOL_TRUTHS,
  ...NAME_TRUTHS,
  ...LOADING_TRUTHS,
  ...WORKER_TRUTHS,
} satisfies Record<string, Truth>

export type CaseName = keyof typeof TRUTHS

/** The parts of a diagnosis that a truth is about. */
export interface Judged {
  outcome: string
  state: string
  verdict: null | { cause: string; place: string; bornAt: string; shape: string; says: string; confidence?: string }
  findings: { says: string }[]
}

/** What a diagnosis says otherwise than the truth, each as a sentence; empty when it is right. */
export function departures(told: Judged, truth: Truth): string[] {
  const said: string[] = []
  const differs = (what: string, got: string | null, allowed: readonly (string | null)[]) => {
    if (!allowed.includes(got)) said.push(`${what} is ${got}, not ${allowed.join(' or ')}`)
  }
  differs('the outcome', told.outcome, [truth.outcome])
  differs('the state', told.state, [truth.state])
  differs('the cause', told.verdict?.cause ?? null, [truth.cause])
  if (told.verdict && truth.place) differs('the place', told.verdict.place, truth.place)
  if (told.verdict && truth.bornAt) differs('the maker', told.verdict.bornAt, [truth.bornAt])
  if (told.verdict && truth.shape) differs('the shape', told.verdict.shape, [truth.shape])
  if (told.verdict?.confidence && truth.confidence) {
    differs('the confidence', told.verdict.confidence, [truth.confidence])
  }
  const cited = [told.verdict?.says ?? '', ...told.findings.map((finding) => finding.says)].join('\n')
  for (const word of truth.cites ?? []) if (!cited.includes(word)) said.push(`nothing cites ${word}`)
  return said
}

const bySystemd = { ...failing, place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const

/** Made in a container with a real systemd: TRIAGE502_RECORD=FOLDER with test/real/systemd-diagnose.test.ts. */
export const SYSTEMD_TRUTHS: Record<string, Truth> = {
  'systemd-missing-module': {
    ...bySystemd,
    place: ['app'],
    cause: 'crash-on-start',
    cites: ['shop.service', 'not-there-at-all'],
  },
  'systemd-missing-variable': {
    ...bySystemd,
    place: ['app'],
    cause: 'crash-on-start',
    cites: ['shop.service', 'DATABASE_URL'],
  },
  'systemd-missing-program': { ...bySystemd, place: ['app'], cause: 'crash-on-start', cites: ['shop.service'] },
  'systemd-stopped': { ...bySystemd, place: ['app'], cause: 'process-down', cites: ['shop.service is stopped'] },
  'systemd-crash-loop': { ...bySystemd, place: ['app'], cause: 'crash-loop', cites: ['shop.service'] },
  'systemd-oom-killed': { ...bySystemd, place: ['app'], cause: 'oom-killed', cites: ['shop.service'] },
  'systemd-wrong-port': { ...bySystemd, place: ['proxy', 'app'], cause: 'wrong-port', cites: ['3000', '3001'] },
  'systemd-nginx-refused': {
    ...bySystemd,
    place: ['proxy'],
    cause: 'proxy-down',
    cites: ['nginx.service', 'proxy_passs'],
  },
  ...BOX_TRUTHS,
}

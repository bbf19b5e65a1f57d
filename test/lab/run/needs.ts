import type { AnyCase } from '../case.ts'
import { isBoxed, THEMES } from '../cases.ts'
import { missingPrograms } from '../docker.ts'
import { hasGoProgram } from '../go/program.ts'
import { hasPm2 } from '../pm2.ts'
import { whyNoSystemd } from '../systemd/container.ts'
import { whyNotAlone } from './alone.ts'

/** Programs that the cases of a theme start besides nginx and what every case needs; by the theme, or its first word. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  tls: ['openssl'],
  upstream: ['openssl'],
  front: ['openssl'],
  blocked: ['iptables', 'nsenter'],
  limits: ['curl', 'ss'],
  names: ['dnsmasq'],
  fpm: ['php-fpm8.2'],
  gunicorn: ['gunicorn'],
  outbound: ['iptables', 'ss'],
  go: ['go', 'docker', 'dockerd', 'tar'],
  haproxy: ['haproxy', 'rsyslogd', 'dnsmasq', 'openssl', 'iptables', 'curl'],
  caddy: ['caddy'],
  apache: ['apache2'],
  varnish: ['varnishd'],
  docker: ['docker', 'dockerd', 'debootstrap', 'tar', 'ldd'],
}

/** What must be installed for the cases of a theme. */
export const programsOf = (theme: string): readonly string[] =>
  PROGRAMS[theme] ?? PROGRAMS[theme.split('-')[0] ?? ''] ?? []

/** Tells why a case cannot be made on this machine; '' when it can. Looks once for each reason. */
export async function readiness(): Promise<(one: AnyCase) => string> {
  const [alone, boxed] = await Promise.all([whyNotAlone(), whyNoSystemd()])
  const lacks = new Map<AnyCase, string>()
  for (const [theme, cases] of Object.entries(THEMES)) {
    const missing = await missingPrograms(programsOf(theme))
    if (theme === 'pm2' && !hasPm2()) missing.push('pm2 (npm run lab:install)')
    if (theme === 'go' && !hasGoProgram()) missing.push('the program of Go (npm run lab:install)')
    for (const each of cases) if (missing.length > 0) lacks.set(each, `missing: ${missing.join(', ')}`)
  }
  return (one) => (isBoxed(one) ? boxed : alone || (lacks.get(one) ?? ''))
}

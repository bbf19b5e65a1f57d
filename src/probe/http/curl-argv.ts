import { ACCEPT, type Ask, bareHost, bracketed, hostHeader, portOf } from './exchange.ts'

/** curl writes its measurements behind this line, on stderr, where no byte of a response can come. */
export const MARK = '@@triage502 '

/**
 * The command a person could type for the same request: secrets masked, without what only the tool
 * needs to take the output apart. `redirects`: how many to follow.
 */
export function shownArgv(ask: Ask, redirects: number): string[] {
  const masked = { ...ask, headers: ask.headers.map(({ name }) => ({ name, value: '[masked]' })) }
  const follow = redirects > 0 ? ['-L', '--max-redirs', String(redirects)] : []
  return ['curl', '-q', '--noproxy', '*', '-sS', '-i', ...follow, '-m', seconds(ask.timeoutMs), ...request(masked)]
}

/**
 * What really runs. Head and body come on stdout, curl's words on stderr, its measurements as JSON
 * (`-w %{json}`, curl 7.70 or later) behind a mark at the end of stderr.
 */
export function curlArgv(ask: Ask): string[] {
  // Our own timer is the backstop; curl ends a moment before it and so still says how far it came.
  const limit = ask.timeoutMs - Math.min(250, ask.timeoutMs / 10)
  const write = `%{stderr}\\n${MARK}%{json}\\n`
  return ['curl', '-q', '--noproxy', '*', '-sS', '-v', '-i', '-m', seconds(limit), '-w', write, ...request(ask)]
}

function request(ask: Ask): string[] {
  const argv = ['-g', '--path-as-is', versionFlag(ask)]
  argv.push('-A', ask.userAgent, '-H', `Accept: ${ACCEPT}`)
  const renamed = ask.sni !== '' && ask.sni !== bareHost(ask.url)
  if (ask.host !== '' || renamed) argv.push('-H', header('Host', hostHeader(ask)))
  for (const { name, value } of ask.headers) argv.push('-H', header(name, value))
  if (!ask.verify && ask.url.protocol === 'https:') argv.push('-k')
  argv.push(...connection(ask, renamed))
  const port = ask.url.port === '' ? '' : `:${ask.url.port}`
  const name = renamed ? `${bracketed(ask.sni)}${port}` : ask.url.host
  const userinfo = ask.url.username === '' ? '' : `${ask.url.username}:${ask.url.password}@`
  return [...argv, '--url', `${ask.url.protocol}//${userinfo}${name}${ask.target}`]
}

function versionFlag({ version, url }: Ask): string {
  if (version === '2') return url.protocol === 'https:' ? '--http2' : '--http2-prior-knowledge'
  return version === '1.0' ? '--http1.0' : '--http1.1'
}

function connection(ask: Ask, renamed: boolean): string[] {
  if (ask.socket !== '') return ['--unix-socket', ask.socket]
  const port = portOf(ask.url)
  const host = renamed ? ask.sni : bareHost(ask.url)
  if (ask.connectTo !== '' || renamed) {
    const to = ask.connectTo === '' ? bareHost(ask.url) : ask.connectTo
    return ['--connect-to', `${bracketed(host)}:${port}:${bracketed(to)}:${port}`, ...resolves(ask)]
  }
  return resolves(ask)
}

function resolves(ask: Ask): string[] {
  return ask.resolve.flatMap(({ host, port, address }) => ['--resolve', `${host}:${port}:${bracketed(address)}`])
}

/** curl drops a header written `Name:`; `Name;` sends it empty. */
function header(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.round(ms)) / 1000)
}

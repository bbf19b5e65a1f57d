import { parseCaddyfile, type Segment } from './caddyfile.ts'

/** Directives whose arguments decide where a request goes; true: what is in their block counts too. */
const DIRECTIVES: Readonly<Record<string, boolean>> = {
  import: false,
  bind: false,
  admin: false,
  http_port: false,
  https_port: false,
  output: false,
  level: false,
  status: false,
  log: true,
  handle: true,
  handle_path: true,
  route: true,
  rewrite: false,
  uri: false,
  redir: false,
  abort: false,
  respond: true,
  error: true,
  reverse_proxy: true,
  php_fastcgi: true,
  file_server: false,
  handle_errors: false,
  to: false,
  dynamic: false,
  lb_policy: false,
  lb_try_duration: false,
  lb_retries: false,
  health_uri: false,
  health_path: false,
  health_port: false,
  health_status: false,
  health_interval: false,
  health_timeout: false,
  fail_duration: false,
  max_fails: false,
  header_up: false,
  transport: true,
  dial_timeout: false,
  response_header_timeout: false,
  max_response_header: false,
  read_timeout: false,
  keepalive: false,
  tls: false,
  tls_server_name: false,
  tls_insecure_skip_verify: false,
  tls_trusted_ca_certs: false,
  versions: false,
  path: false,
  host: false,
  method: false,
  not: true,
}

/** A Caddyfile with only what the reader needs, each directive on the line it had; no comments, no bodies, no credentials. */
export function keepCaddyfile(text: string): string {
  const { segments, whole } = parseCaddyfile(text, '')
  const lines: string[] = []
  const put = (line: number, words: string): void => {
    while (lines.length < line) lines.push('')
    lines[line - 1] = lines[line - 1] ? `${lines[line - 1]} ${words}` : words
  }
  const write = (segment: Segment): void => {
    const { name, args, line, block } = segment
    put(
      line,
      [name, ...args]
        .filter((word, at) => at > 0 || word !== '')
        .map(quote)
        .join(' '),
    )
    if (block === undefined) return
    put(line, '{')
    for (const child of block) write(child)
    // What stands behind a brace on its line would be another directive.
    put(lines.length + 1, '}')
  }
  for (const segment of segments.map((each) => keepTop(each))) write(segment)
  // A quote without its partner is what makes a file end early: the kept text ends early too.
  return whole ? lines.join('\n') : `${lines.join('\n')}\n"`
}

function keepTop(segment: Segment): Segment {
  return segment.block === undefined ? segment : { ...segment, block: segment.block.flatMap(keepIn) }
}

function keepIn(segment: Segment): Segment[] {
  const { name, args, block } = segment
  const { block: _, ...bare } = segment
  if (name.startsWith('@')) return [keepMatcher(segment)]
  const known = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined
  // The name of a matcher, an option or an address: what is unknown keeps nothing but its name.
  if (known === undefined) return name === '' || name.startsWith('{') ? [] : [{ ...bare, args: [] }]
  const kept = { ...bare, args: argumentsOf(name, args) }
  return [known && block ? { ...kept, block: block.flatMap(keepIn) } : kept]
}

function keepMatcher(segment: Segment): Segment {
  const [kind = '', ...values] = segment.args
  const judged = kind === '' || ['path', 'host', 'method', 'not'].includes(kind)
  const { block, ...bare } = segment
  return {
    ...bare,
    args: judged ? (kind === '' ? [] : [kind, ...values]) : [kind],
    ...(block ? { block: block.flatMap(keepIn) } : {}),
  }
}

/** Bodies and the values of headers other than Host are nobody's business. */
function argumentsOf(name: string, args: string[]): string[] {
  if (name === 'header_up') return args[0]?.toLowerCase() === 'host' ? args : args.slice(0, 1)
  if (name !== 'respond' && name !== 'error') return args
  return args.map((word, at) => {
    const matcher = at === 0 && (word === '*' || word.startsWith('/') || word.startsWith('@'))
    if (matcher || /^[1-9]\d\d$/.test(word)) return word
    return word.startsWith('{') ? '{…}' : '…'
  })
}

function quote(word: string): string {
  if (word !== '' && !/[\s"`]/.test(word) && !/^#|^<<|^[{}]$/.test(word)) return word
  return word.includes('`') ? `"${word.replaceAll('"', '\\"')}"` : `\`${word}\``
}

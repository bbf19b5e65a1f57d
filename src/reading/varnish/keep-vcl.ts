import { parseVcl } from './vcl.ts'

/** Attributes that say where a backend is and how long it is waited for. */
const KEPT = new Set([
  ...['host', 'port', 'path', 'connect_timeout', 'first_byte_timeout', 'between_bytes_timeout', 'max_connections'],
  ...['url', 'expected_response', 'interval', 'timeout', 'window', 'threshold', 'initial'],
])

/**
 * A VCL with only what the reader needs, each on the line it had: a program may hold tokens and passwords anywhere. What stands
 * under a condition stays under one, without saying which.
 */
export function keepVcl(text: string): string {
  const vcl = parseVcl(text, '')
  const lines: string[] = []
  const put = (at: string, words: string): void => {
    const line = Number(at.slice(at.lastIndexOf(':') + 1))
    while (lines.length < line) lines.push('')
    lines[line - 1] = lines[line - 1] ? `${lines[line - 1]} ${words}` : words
  }
  const attributes = (map: ReadonlyMap<string, string>) =>
    [...map]
      .filter(([name]) => KEPT.has(name))
      .map(([name, value]) => `.${name} = "${value}";`)
      .join(' ')
  for (const path of vcl.includes) put(':1', `include "${path}";`)
  for (const [name, probe] of vcl.probes) put(':1', `probe ${name} { ${attributes(probe)} }`)
  for (const { name, attributes: own, lines: on, probe, at } of vcl.backends) {
    const asked = typeof probe === 'string' ? ` .probe = ${probe};` : probe ? ` .probe = { ${attributes(probe)} }` : ''
    put(at, `backend ${name} {`)
    for (const [each, value] of own) if (KEPT.has(each)) put(`:${on.get(each) ?? 0}`, `.${each} = "${value}";`)
    put(`:${lines.length}`, `${asked} }`.trimStart())
  }
  for (const { name, kind, members } of vcl.directors) {
    put(
      ':1',
      `sub vcl_init { new ${name} = directors.${kind}(); ${members.map((each) => `${name}.add_backend(${each});`).join(' ')} }`,
    )
  }
  const under = (conditional: boolean, words: string) =>
    conditional ? `sub vcl_recv { if (kept) { ${words} } }` : `sub vcl_recv { ${words} }`
  for (const { target, conditional, at } of vcl.hints) put(at, under(conditional, `set req.backend_hint = ${target};`))
  for (const { name, value, conditional, at } of vcl.sets) put(at, under(conditional, `set bereq.${name} = ${value};`))
  for (const { status, conditional, at } of vcl.synths) put(at, under(conditional, `return (synth(${status}));`))
  return vcl.whole ? lines.join('\n') : `${lines.join('\n')}\n"`
}

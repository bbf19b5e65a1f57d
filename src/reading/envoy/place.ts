import type { JsonObject } from '../../words/json.ts'
import { object, text, whole } from '../process/found.ts'

/** Where a running Envoy says that its configuration is. Everything in it is data from elsewhere. */
export interface EnvoyArguments {
  /** `-c`, `--config-path`; '' when absent. */
  config: string
  /** `--config-yaml`: a bootstrap on the command line, merged over the file. */
  yaml: string
  /** `--admin-address-path`: the file into which it wrote where its admin interface is. */
  adminPath: string
}

/** Reads the words of an Envoy's command line. Source: envoyproxy/envoy:docs/root/operations/cli.rst. */
export function envoyArguments(words: readonly string[]): EnvoyArguments {
  const found: EnvoyArguments = { config: '', yaml: '', adminPath: '' }
  for (const [at, word] of words.entries()) {
    const flag = /^(?:-(c)|--(config-path|config-yaml|admin-address-path))(?:=(.*))?$/s.exec(word)
    if (flag === null) continue
    const value = flag[3] ?? words[at + 1] ?? ''
    const name = flag[1] ?? flag[2] ?? ''
    if (name === 'config-yaml') found.yaml = value
    else if (name === 'admin-address-path') found.adminPath = value
    else found.config = value
  }
  return found
}

/** Address and port of the admin interface that a bootstrap configuration names; port 0 where it names none. */
export function adminOf(bootstrap: JsonObject): { host: string; port: number } {
  const address = object(object(object(bootstrap, 'admin'), 'address'), 'socket_address')
  const port = whole(address, 'port_value')
  return { host: text(address, 'address'), port: port > 0 && port < 65_536 ? port : 0 }
}

/** What stands in the file of `--admin-address-path`: `127.0.0.1:9901`. */
export function adminAddress(content: string): { host: string; port: number } {
  const found = /^\s*\[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5})\s*$/.exec(content.slice(0, 200))
  const port = Number(found?.[2] ?? 0)
  return found && port > 0 && port < 65_536 ? { host: found[1] ?? '', port } : { host: '', port: 0 }
}

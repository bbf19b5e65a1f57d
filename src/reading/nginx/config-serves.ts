import { expandConfig } from './config-expand.ts'
import { chooseServer, serversOf } from './config-server.ts'
import { httpBlock } from './config-site.ts'
import type { ParsedFile } from './parse-config.ts'

/** Has this configuration a server of this name, on whatever port? A default server is of no name. */
export function servesName(files: readonly (ParsedFile & { path: string })[], host: string): boolean {
  const http = httpBlock(expandConfig(files).tree)
  const request = { scheme: 'http', host: host.toLowerCase(), port: 0, rawPath: '/' }
  return chooseServer(serversOf(http), request).byName
}

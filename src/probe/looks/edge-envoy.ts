import type { EdgePart } from '../../reading/edge/sections.ts'
import { ENVOY_PATHS } from '../../reading/envoy/config.ts'
import { adminAddress, adminOf, envoyArguments } from '../../reading/envoy/place.ts'
import type { AskGateway, EdgeParts } from './edge-config.ts'
import { absolute, type ServerProcess } from './server-process.ts'
import { type FileReader, parsedYaml } from './yaml-files.ts'

/** Envoy's bootstrap, from its file or its command line, and what its admin interface tells. */
export async function envoyParts(process: ServerProcess, files: FileReader, ask: AskGateway): Promise<EdgeParts> {
  const { config, yaml, adminPath } = envoyArguments(process.words)
  const conf = absolute(config, process)
  const given = conf === '' ? undefined : await files.content(conf)
  const inline = yaml === '' ? undefined : parsedYaml(yaml)
  const bootstrap = given || inline ? { ...given, ...inline } : undefined
  const written = adminPath === '' ? undefined : await files.text(absolute(adminPath, process))
  const told = adminAddress(written ?? '')
  const admin = told.port > 0 ? told : adminOf(bootstrap ?? {})
  const parts: EdgePart[] = bootstrap
    ? [{ kind: 'file', of: conf === '' ? '--config-yaml' : conf, json: bootstrap }]
    : []
  const answers = await ask(admin.port, ENVOY_PATHS)
  const gaps: string[] = []
  if (admin.port === 0) gaps.push('its bootstrap names no admin interface on a port: what runs is not told')
  else if (answers === undefined)
    gaps.push(`its admin interface on port ${admin.port} was not asked, or did not answer`)
  return { parts: [...parts, ...(answers ?? [])], conf, gaps: bootstrap && answers === undefined ? gaps : [] }
}

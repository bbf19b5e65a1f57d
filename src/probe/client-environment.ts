import { environmentFor as forAws, isAwsVariable } from './aws/environment.ts'

/**
 * What each platform's client takes from the environment to know where and as whom to ask, by the clients' own documentation.
 * One of them never sees what is another's.
 */
const CLIENTS: readonly { programs: readonly string[]; names: readonly string[] }[] = [
  { programs: ['heroku'], names: ['HEROKU_API_KEY', 'HEROKU_HOST', 'HEROKU_ORGANIZATION'] },
  {
    programs: ['fly', 'flyctl'],
    names: ['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN', 'FLY_API_BASE_URL', 'FLY_FLAPS_BASE_URL', 'FLY_CONFIG_DIR'],
  },
  { programs: ['render'], names: ['RENDER_API_KEY', 'RENDER_HOST', 'RENDER_WORKSPACE', 'RENDER_CLI_CONFIG_PATH'] },
  { programs: ['railway'], names: ['RAILWAY_TOKEN', 'RAILWAY_API_TOKEN'] },
  {
    programs: ['gcloud'],
    names: [
      'CLOUDSDK_CONFIG',
      'CLOUDSDK_ACTIVE_CONFIG_NAME',
      'CLOUDSDK_CORE_PROJECT',
      'CLOUDSDK_CORE_ACCOUNT',
      'CLOUDSDK_RUN_REGION',
      'CLOUDSDK_PYTHON',
      'GOOGLE_APPLICATION_CREDENTIALS',
    ],
  },
]
/** Where any of them may keep its settings. */
const FOLDERS = new Set(['XDG_CONFIG_HOME', 'XDG_DATA_HOME'])
const ALL = new Set(CLIENTS.flatMap(({ names }) => names))

/** One of the variables that the real clients read. */
export function isClientVariable(name: string): boolean {
  return ALL.has(name) || FOLDERS.has(name) || isAwsVariable(name)
}

/** The environment for one program, by its bare name or path, or for one look of ours. */
export function environmentFor(who: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const program = who.slice(who.lastIndexOf('/') + 1)
  const own = new Set(CLIENTS.filter(({ programs }) => programs.includes(program)).flatMap(({ names }) => names))
  const may = ([name]: [string, string]) => own.has(name) || !ALL.has(name)
  return forAws(program, Object.fromEntries(Object.entries(env).filter(may)))
}

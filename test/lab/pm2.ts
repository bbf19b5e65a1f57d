import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CACHE } from './docker.ts'
import type { Lab } from './lab.ts'

/** PM2 is no dependency: `npm run lab:install` puts it into the cache outside the repository. */
export const PM2_FOLDER = join(CACHE, 'pm2')
const PM2 = join(PM2_FOLDER, 'node_modules/pm2/bin/pm2')
/** The next major may speak otherwise. */
export const PM2_VERSION = '6'

export const hasPm2 = () => existsSync(PM2)

/** One application as PM2 lists it. */
export interface Listed {
  name: string
  pid: number
  pm2_env: { status: string; restart_time: number }
}

/** A real PM2 with a home, a daemon and a log of the case's own. */
export interface Pm2 {
  home: string
  /** `pm2 WORDS`; throws where it fails. */
  run(words: readonly string[], env?: Record<string, string>): string
  list(): Listed[]
  /** Starts code as an application in a folder of its name. */
  start(name: string, code: string, options?: { env?: Record<string, string>; words?: readonly string[] }): void
}

/** PM2's daemon is started with the first word to it, and ended with the lab. */
export function pm2(lab: Lab, settings: Record<string, string> = {}): Pm2 {
  const home = dirname(lab.path('var/lib/shop/x'))
  const given = { ...settings, PATH: process.env.PATH ?? '', HOME: home, PM2_HOME: join(home, '.pm2') }
  const run: Pm2['run'] = (words, env = {}) => {
    const done = spawnSync(process.execPath, [PM2, ...words], {
      encoding: 'utf8',
      cwd: home,
      timeout: 40_000,
      env: { ...given, ...env },
    })
    if (done.status !== 0) throw new Error(`pm2 ${words[0]}: ${done.stderr || done.stdout}`)
    return done.stdout
  }
  lab.closing(() => {
    try {
      run(['kill'])
    } catch {
      // It is gone already, and its process with it.
    }
  })
  return {
    home,
    run,
    list: () => {
      const out = run(['jlist'])
      return JSON.parse(out.slice(out.indexOf('[{'))) as Listed[]
    },
    start: (name, code, { env = {}, words = [] } = {}) => {
      const file = lab.write(`srv/${name}/server.js`, code)
      run(['start', file, '--name', name, '--cwd', dirname(file), ...words], env)
    },
  }
}

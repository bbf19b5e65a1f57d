import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE } from '../docker.ts'

const SOURCE = join(import.meta.dirname, 'main.go')
const BUILD_MS = 300_000

/** Where the program of this source stands once it is built: in the cache outside the repository. */
export const goProgram = (): string =>
  join(CACHE, `go-${createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 12)}`, 'shop')

export const hasGoProgram = () => existsSync(goProgram())

/** Builds it where it is missing: one static file that wants no library. Gives its path; throws with the compiler's words. */
export function buildGoProgram(): string {
  const program = goProgram()
  if (existsSync(program)) return program
  mkdirSync(join(program, '..'), { recursive: true })
  const draft = `${program}.${process.pid}`
  const { status, stderr, error } = spawnSync('go', ['build', '-o', draft, SOURCE], {
    encoding: 'utf8',
    timeout: BUILD_MS,
    // Nothing but the standard library: nothing is asked for outside.
    env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off', GOPROXY: 'off', GOFLAGS: '' },
  })
  if (status !== 0) throw new Error(`go build: ${error?.message ?? stderr}`)
  renameSync(draft, program)
  return program
}

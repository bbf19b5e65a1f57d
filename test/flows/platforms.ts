import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { environmentFor } from '../../src/probe/client-environment.ts'
import { lookRun } from '../../src/probe/command.ts'
import { programsLook } from '../../src/probe/looks/programs.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { runCommand } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'
import { type Answers, standIn } from '../documented/platforms/stand-in.ts'
import { captured, tools } from '../probe/looks/support.ts'
import { type Answer, answered, clock, exchange } from './http.ts'
import { found } from './looks.ts'
import { diagnose, type Seen, type World } from './world.ts'

// Walks in which a program of a client's name is really started, and prints what the client documents.

export interface OnPlatform {
  url: string
  /** The names that the site is an alias of. */
  chain?: string[]
  /** What our own request gets. */
  request?: Answer
  facts?: Record<string, string>
  parts?: Partial<World>
}

/** A page with these headers; a platform's own has its mark in them or in the body. */
export function page(status: number, headers: Record<string, string> = {}, body = 'no'): Answer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const out = `HTTP/1.1 ${status} Error\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`
  return exchange({ ...answered(status, body), out, ms: 12 })
}

/** Walks the flows for a site on a platform whose client (`program`, null: not here) says this. */
export async function onPlatform(
  program: string | null,
  answers: Answers,
  asked: OnPlatform,
): Promise<Seen & { questions: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'platform-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  if (program !== null) standIn(folder, program, answers)
  const env = { PATH: `${folder}:/usr/bin:/bin`, LC_ALL: 'C' }
  const masker = createMasker()
  const { signal } = new AbortController()
  const live = async (look: LookRequest): Promise<Capture | null> => {
    if (look.kind === 'look' && look.name === 'programs') {
      // Only this folder: a client of the machine that tests run on must not answer.
      return captured(await programsLook(look.args, tools({ env: { PATH: folder } })))
    }
    if (look.kind !== 'run' || !OURS.has(look.commands[0]?.[0] ?? '')) return null
    const run = (argv: readonly string[], timeoutMs: number) =>
      runCommand(argv, { timeoutMs, signal, env: environmentFor(argv[0] ?? '', env) })
    const otherwise = () => Promise.reject(new Error('no look answers for a client'))
    const seen = await lookRun(look, { run, otherwise, sudo: false })
    // The walk is of another day.
    return seal({ ...seen, startedAt: clock(0.4).toISOString() }, READERS[look.read], masker)
  }
  const host = new URL(asked.url).hostname
  const far: Partial<World> = {
    destination: found({
      host,
      port: 443,
      addresses: ['192.0.2.7'],
      unresolved: '',
      error: '',
      interfaces: ['127.0.0.1', '10.0.0.5'],
      whole: true,
      listening: false,
      bound: '',
      owner: {},
    }),
    alias: found({ host, chain: asked.chain ?? [], addresses: ['192.0.2.7'], error: '' }),
    request: asked.request ?? page(503),
    ...asked.parts,
  }
  const seen = await diagnose(far, { url: asked.url, live, ...(asked.facts ? { facts: asked.facts } : {}) })
  return Object.assign(seen, { questions: questionsIn(folder) })
}

const OURS = new Set(['heroku', 'fly', 'render', 'railway', 'gcloud', 'aws'])

function questionsIn(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

import { Worker } from 'node:worker_threads'
import { darkOfError } from '../../reading/aws/failure.ts'
import { blind, within } from '../looks/outcome.ts'
import type { BuiltInLookFn, LookOutcome } from '../looks/types.ts'
import { readContext } from './context.ts'
import { commandOf, OPERATIONS, questionOf } from './questions.ts'
import type { Asked, Told } from './told.ts'

/**
 * One question to AWS through its own SDK. Arguments: `operation` (only those that describe, see questions.ts), `region`, and what
 * it is about: `balancer`, `listener`, `group` or `groups`, ARNs. What comes back is what the `aws` command would print as
 * JSON, one answer behind the other.
 */
export const askAwsLook: BuiltInLookFn = (args, tools) => {
  const argv = commandOf(args)
  if (args.region === undefined) {
    return Promise.resolve(
      blind(argv, 'wrong-region', 'no AWS region is known: set AWS_REGION, or choose a profile that has one'),
    )
  }
  const question = questionOf(args)
  if (!question)
    return Promise.resolve(blind(argv, 'not-understood', 'the region or the ARN is none that AWS could be asked about'))
  const { operation, region, inputs } = question
  return within(tools, argv, async () => {
    const context = await readContext(tools.env)
    // The SDK would start that program, through a shell.
    if (context?.source === 'program') {
      const says =
        'the profile gets its credentials from a program (credential_process), which is not started from here: run the aws command yourself, and paste what it prints'
      return blind(argv, 'no-credentials', says)
    }
    const { list } = OPERATIONS[operation]
    const told = await inThread({ operation, list, region, inputs, limitMs: Math.floor(tools.timeoutMs / 2) }, tools)
    return outcomeOf(argv, told)
  }).then((outcome) => ({ ...outcome, kind: 'aws' }))
}

function outcomeOf(argv: string[], told: Told): LookOutcome {
  const out = told.documents.map((document) => JSON.stringify(document)).join('\n')
  const seen: LookOutcome = { outcome: 'ok', out, meta: {}, argv, cut: false, timedOut: false }
  if (told.ok) return seen
  const { why, says } = darkOfError(told)
  return told.documents.length > 0 ? { ...seen, why, says } : blind(argv, why, says)
}

/** From the sources the thread's code stands beside this file; in the bundle, beside the chunks. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : '../aws-worker.js', import.meta.url)

function inThread(
  asked: Asked,
  tools: { env: Record<string, string>; signal: AbortSignal; timeoutMs: number },
): Promise<Told> {
  return new Promise((resolve) => {
    const failed = (code: string, message: string) => resolve({ ok: false, code, message, documents: [] })
    // What the SDK would like to tell of versions of Node is nobody's concern here.
    const worker = new Worker(THREAD, { workerData: asked, env: tools.env, stdout: true, stderr: true, execArgv: [] })
    const stop = () => void worker.terminate()
    const timer = setTimeout(stop, tools.timeoutMs)
    tools.signal.addEventListener('abort', stop, { once: true })
    worker.once('message', (told: Told) => resolve(told))
    worker.once('error', (error) => failed('', String(error)))
    worker.once('exit', () => {
      clearTimeout(timer)
      tools.signal.removeEventListener('abort', stop)
      failed('TimeoutError', 'AWS did not answer in time')
    })
  })
}

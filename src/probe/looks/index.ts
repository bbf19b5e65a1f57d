import type { BuiltInLookFn } from './types.ts'

/** Loads a look's code when it is first needed: a run uses few of them. */
function lazy(load: () => Promise<BuiltInLookFn>): BuiltInLookFn {
  return async (args, tools) => (await load())(args, tools)
}

/** The tool's own looks by the name that flows use. */
export const LOOKS: Record<string, BuiltInLookFn> = {
  listeners: lazy(async () => (await import('./listeners.ts')).listenersLook),
  process: lazy(async () => (await import('./process.ts')).processLook),
}

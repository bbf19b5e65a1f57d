import { userInfo } from 'node:os'
import type { Library } from '../flow/types.ts'
import type { SessionEvent } from '../session/events.ts'
import type { LookingOptions } from './options.ts'
import { VERSION } from './version.ts'

/** The first event of a session: what was asked, with what, and where. */
export function startEvent(
  id: string,
  url: string,
  windowMs: number,
  options: LookingOptions,
  library: Library,
): SessionEvent {
  return {
    type: 'session.started',
    id,
    url,
    version: VERSION,
    library: library.digest,
    windowMs,
    options: {
      requests: options.requests,
      sudo: options.sudo,
      sweep: options.sweep,
      insecure: options.insecure,
      proxyAt: options.vantages.proxy,
      appAt: options.vantages.app,
      ...(options.recorded === null ? {} : { recorded: options.recorded }),
      ...(options.timeoutMs === null ? {} : { timeoutMs: options.timeoutMs }),
    },
    host: { platform: process.platform, user: userName(), node: process.versions.node },
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A uid without an entry in the user database (containers): the number says as much.
    return String(process.getuid?.() ?? '')
  }
}

import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { flag, object, text, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { keepingFields, printed, timeOf } from './json.ts'

const output = t.record({
  /** The latest releases were told. */
  complete: t.bool,
  count: t.int,
  /** Of the latest one: `v42`, or an id. */
  version: t.string,
  at: t.timestamp,
  /** done | running | failed | crashed | asleep | removed, or '' for what is none of these. */
  outcome: t.string,
  /** The platform's own word for it. */
  status: t.string,
  description: t.string,
  /** The one before that was done: what one would go back to. */
  before: t.string,
  /** Seconds from it to the beginning of this session. */
  seconds_before: t.int,
})

/** Words for how a release went, of the APIs' references: Heroku, Fly.io, Render, Railway. */
const OUTCOMES: Readonly<Record<string, string>> = {
  succeeded: 'done',
  complete: 'done',
  success: 'done',
  live: 'done',
  deactivated: 'done',
  pending: 'running',
  running: 'running',
  created: 'running',
  queued: 'running',
  building: 'running',
  deploying: 'running',
  initializing: 'running',
  waiting: 'running',
  build_in_progress: 'running',
  update_in_progress: 'running',
  pre_deploy_in_progress: 'running',
  failed: 'failed',
  interrupted: 'failed',
  build_failed: 'failed',
  update_failed: 'failed',
  pre_deploy_failed: 'failed',
  canceled: 'failed',
  crashed: 'crashed',
  sleeping: 'asleep',
  removed: 'removed',
  removing: 'removed',
  skipped: 'failed',
}

interface Release {
  version: string
  at: Date
  status: string
  description: string
}

/** The list of releases of any platform, newest first: `heroku releases`, `fly releases`, `render deploys list`, `railway deployment list`, all as JSON. */
export const platformReleasesReader = reader({
  name: 'platform-releases',
  output,
  consults: [],
  keep: keepingFields(
    withDeploy({
      id: true,
      ID: true,
      version: true,
      Version: true,
      status: true,
      Status: true,
      description: true,
      Description: true,
      created_at: true,
      createdAt: true,
      CreatedAt: true,
      current: true,
      commit: { message: true },
      meta: { commitMessage: true },
    }),
  ),
  read(capture, context) {
    const { items, whole: all } = printed(capture.out)
    const releases = items.map(releaseOf).sort((a, b) => b.at.getTime() - a.at.getTime())
    const complaint = releases.length === 0 ? complaintOf(capture) : null
    const [latest, ...earlier] = releases
    const before = earlier.find(({ status }) => OUTCOMES[status.toLowerCase()] === 'done')
    const at = latest?.at ?? NEVER
    const dark: Dark[] = complaint ? [complaint] : []
    return {
      value: {
        complete: answered(capture) && all && complaint === null,
        count: BigInt(releases.length),
        version: latest?.version ?? '',
        at,
        outcome: OUTCOMES[latest?.status.toLowerCase() ?? ''] ?? '',
        status: latest?.status ?? '',
        description: latest?.description ?? '',
        before: before?.version ?? '',
        seconds_before: at > NEVER ? BigInt(Math.floor((context.now.getTime() - at.getTime()) / 1000)) : 0n,
      },
      dark,
      lines: releases
        .slice(0, 5)
        .map((each) => `${each.version}  ${each.status}  ${each.at.toISOString()}  ${each.description}`),
    }
  },
})

/** Render's list wraps each one. */
function withDeploy(shape: Parameters<typeof keepingFields>[0]): Parameters<typeof keepingFields>[0] {
  return { ...shape, deploy: shape }
}

function releaseOf(item: JsonObject): Release {
  const release = Object.keys(object(item, 'deploy')).length > 0 ? object(item, 'deploy') : item
  const number = Math.max(whole(release, 'version'), whole(release, 'Version'))
  const either = (...names: string[]) => names.map((name) => text(release, name)).find((value) => value !== '') ?? ''
  const said =
    either('description', 'Description') ||
    text(object(release, 'commit'), 'message') ||
    text(object(release, 'meta'), 'commitMessage')
  return {
    version: number > 0 ? `v${number}` : visibleLine(either('id', 'ID'), 60),
    at: timeOf(either('created_at', 'createdAt', 'CreatedAt')),
    status: visibleLine(either('status', 'Status') || (flag(release, 'current') ? 'succeeded' : ''), 40),
    description: visibleLine(said, 120),
  }
}

import type { JsonObject } from '../../words/json.ts'
import { type Dark, reader } from '../reader.ts'
import { keptArguments } from './arguments.ts'
import { parseCgroup, unitOf } from './cgroup.ts'
import { flag, found, moment, objects, text, texts, whole } from './found.ts'
import { clockOf } from './process.ts'
import { startedAt } from './stat.ts'
import { candidates as output } from './types.ts'

/**
 * Programs that listen where the proxy could reach them and that no proxy configuration sends to,
 * from the looks `candidates` and `ask-candidates`; those with ties to this site come first.
 */
export const candidatesReader = reader({
  name: 'candidates',
  output,
  consults: ['container.name'],
  keep(out) {
    const { ok, raw } = found(out)
    if (!ok) return { out: '', leftOut: out === '' ? '' : 'what was no finding of this look' }
    const apps = objects(raw, 'apps').map((app) => ({ ...app, cmdline: keptArguments(texts(app, 'cmdline')) }))
    return { out: JSON.stringify({ ...raw, apps }), leftOut: apps.length > 0 ? 'arguments that may hold secrets' : '' }
  },
  read(capture, context) {
    const { raw } = found(capture.out)
    const hidden = objects(raw, 'unseen').filter(mayBeTheApp).length
    const dark: Dark[] = []
    if (hidden > 0)
      dark.push({
        why: 'no-permission',
        says: `${hidden} listening programs belong to other users and were not looked at`,
      })
    // Where the engine has told which container is behind the port, the others are others'.
    const told = context.facts.has('container.name')
    const elsewhere = objects(raw, 'elsewhere').filter((there) => !told || text(there, 'container') === '')
    for (const there of elsewhere.slice(0, 3)) dark.push({ why: 'no-vantage', says: livesElsewhere(there) })
    const silent = objects(raw, 'apps').filter((app) => app.asked === false).length
    if (silent > 0)
      dark.push({ why: 'declined', says: `${silent} other programs that may serve this site were not asked` })
    const unasked = text(raw, 'unasked')
    if (unasked !== '') dark.push({ why: 'no-vantage', says: unasked })
    const seen = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const apps = objects(raw, 'apps').map((app) => row(app, raw))
    return {
      value: {
        complete: seen && flag(raw, 'whole') && hidden === 0 && silent === 0 && elsewhere.length === 0,
        apps,
        elsewhere: objects(raw, 'elsewhere').map(there),
      },
      dark,
      lines: apps
        .slice(0, 5)
        .map((app) => `${app.program} (pid ${app.pid}) ${app.address}:${app.port} ${app.ties.join(', ')}`.trimEnd()),
    }
  },
})

function there(raw: JsonObject) {
  return { pid: BigInt(whole(raw, 'pid')), container: text(raw, 'container'), address: text(raw, 'address') }
}

function livesElsewhere(there: JsonObject): string {
  const container = text(there, 'container')
  const where = container === '' ? `another network namespace (pid ${whole(there, 'pid')})` : `container ${container}`
  return `something listens on that port in ${where}: it may be the application, and cannot be judged from here`
}

/** A hidden program that was asked, and does not answer the URL's path well, is not the application. */
function mayBeTheApp(socket: JsonObject): boolean {
  const status = whole(socket, 'status')
  return socket.asked !== true || (status > 0 && status < 400)
}

function row(app: JsonObject, raw: JsonObject) {
  const file = text(app, 'exe').replace(/ \(deleted\)$/, '')
  const ticks = whole(app, 'start_ticks', -1)
  return {
    pid: BigInt(whole(app, 'pid')),
    program: file === '' ? text(app, 'comm') : (file.split('/').at(-1) ?? ''),
    address: text(app, 'address'),
    port: BigInt(whole(app, 'port')),
    unit: unitOf(parseCgroup(text(app, 'cgroup')), parseCgroup(text(raw, 'own_cgroup'))).unit,
    command: keptArguments(texts(app, 'cmdline')).join(' '),
    cwd: text(app, 'cwd'),
    started: moment(ticks < 0 ? 0 : startedAt(ticks, clockOf(raw))),
    ties: texts(app, 'ties'),
    status: BigInt(whole(app, 'status')),
  }
}

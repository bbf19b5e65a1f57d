import type { OwnRequest } from '../reader.ts'

/** A record that one of our own requests may have caused. */
export interface Suspect {
  /** ms since 1970, UTC; whole seconds in most logs. */
  at: number
  client: string
  /** Tells the connections of one log apart: worker and connection number. */
  connection: string
}

/**
 * Which of these records did our own requests cause? Each request takes the records of one
 * connection between its start and its end (stamps are cut to the second, and a line is written a
 * little later): a loopback client's before another's, and the last one where several fit.
 */
export function ownRecords<T extends Suspect>(suspects: readonly T[], requests: readonly OwnRequest[]): Set<T> {
  const own = new Set<T>()
  for (const request of requests) {
    const from = Math.floor(request.startedAt.getTime() / 1000) * 1000
    const to = request.endedAt.getTime() + 1000
    const inTime = suspects.filter((each) => each.at >= from && each.at <= to)
    const near = inTime.filter((each) => isLoopback(each.client))
    const last = latest(near) ?? latest(inTime)
    for (const each of inTime) if (each.connection === last?.connection) own.add(each)
  }
  return own
}

function latest<T extends Suspect>(list: readonly T[]): T | undefined {
  let best: T | undefined
  for (const each of list) if (best === undefined || each.at >= best.at) best = each
  return best
}

/** A client on this machine itself. */
export function isLoopback(client: string): boolean {
  return client === 'unix:' || client === '::1' || client.startsWith('127.')
}

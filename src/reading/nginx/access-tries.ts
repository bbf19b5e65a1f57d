/** A server that nginx asked for one request. */
export interface Try {
  /** `127.0.0.1:3000`, `[::1]:3000` or `unix:/run/shop.sock`. */
  member: string
  /** What it answered; 502 or 504 where nginx got no answer from it. */
  status: number
}

/** Servers are told apart by commas, groups of them (after an internal redirect) by colons. */
const NEXT = /, | : /
const MEMBER = /^(?:\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}|\[[0-9a-f:.]{2,45}\]:\d{1,5}|unix:\/.{1,300})$/
/** nginx asks each server of a group once. */
const MOST = 50

/**
 * Whom nginx asked for a request, in turn, by `$upstream_addr` and `$upstream_status`
 * (ngx_http_upstream_module). A request that it answered itself, and one for which it could select no server (the name
 * of the group stands there then), asked nobody; so says a format without these two.
 */
export function triesOf(addresses: string | undefined, statuses: string | undefined): Try[] {
  if (addresses === undefined || statuses === undefined) return []
  const [asked, answers] = [addresses.split(NEXT, MOST), statuses.split(NEXT, MOST)]
  if (asked.length !== answers.length) return []
  return asked.flatMap((member, i) => {
    const status = answers[i] ?? ''
    // `-`: the visitor left before the server answered.
    return MEMBER.test(member) && /^\d{3}$/.test(status) ? [{ member, status: Number(status) }] : []
  })
}

/** 009: what came was no HTTP. */
export const isFailed = ({ status }: Try): boolean => status >= 500 || status === 9

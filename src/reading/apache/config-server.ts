import type { AskedRequest } from '../nginx/config-request.ts'
import { fitsGlob } from '../nginx/glob.ts'
import type { Directive } from './config-lines.ts'

/** Which part of the configuration answers a request. */
export interface ServerChoice {
  /** Apache listens on the URL's port at all. */
  listens: boolean
  /** Undefined: the main server. */
  host: Directive | undefined
  found: boolean
  names: string[]
}

/**
 * Chooses the virtual host as Apache does: the address sets with the most fitting address first, within it the name
 * (ServerName, ServerAlias), else the first of the set. Source: httpd's manual, "An In-Depth Discussion of Virtual
 * Host Matching". An address is only compared where the URL has one: which of its own addresses a name leads to,
 * the configuration does not tell.
 */
export function chooseServer(tree: readonly Directive[], request: AskedRequest): ServerChoice {
  const ports = tree.filter(({ name }) => name === 'listen').map(({ args }) => portOf(args[0] ?? ''))
  const listens = ports.includes(request.port)
  const hosts = tree.filter(({ name, block }) => name === 'virtualhost' && block !== undefined)
  const rated = hosts.map((host) => ({ host, fit: Math.max(0, ...host.args.map((arg) => fitOf(arg, request))) }))
  const best = Math.max(0, ...rated.map(({ fit }) => fit))
  const candidates = rated.filter(({ fit }) => fit > 0 && fit === best).map(({ host }) => host)
  const host =
    candidates.find((each) => namesOf(each.block ?? []).some((name) => fitsName(name, request.host))) ?? candidates[0]
  const names = namesOf(host?.block ?? []).concat(host === undefined ? namesOf(tree) : [])
  return { listens, host, found: listens, names }
}

/** 0: not this one. The more exact the address, the higher. */
function fitOf(address: string, request: AskedRequest): number {
  const { host, port } = split(address)
  if (port !== 0 && port !== request.port) return 0
  const exactPort = port === 0 ? 0 : 1
  if (host === '*' || host === '_default_') return 1 + exactPort
  const literal = /^[0-9.]+$|:/.test(request.host)
  if (literal && host !== request.host) return 0
  return literal ? 5 + exactPort : 3 + exactPort
}

function split(address: string): { host: string; port: number } {
  if (address.startsWith('[')) {
    const close = address.indexOf(']')
    return { host: address.slice(1, close), port: portOf(address.slice(close + 1)) }
  }
  const colon = address.lastIndexOf(':')
  if (colon < 0) return { host: address, port: 0 }
  return { host: address.slice(0, colon), port: portOf(address.slice(colon)) }
}

/** The port behind the last colon, or of a word that is only a port; 0 for `*` and what is none. */
function portOf(text: string): number {
  const match = /(?:^|:)([0-9]{1,5})$/.exec(text)
  return match === null ? 0 : Number(match[1])
}

function namesOf(block: readonly Directive[]): string[] {
  return block.flatMap(({ name, args }) => {
    if (name === 'servername') return args.slice(0, 1).map(bareName)
    return name === 'serveralias' ? args.map(bareName) : []
  })
}

/** `https://shop.example.com:443` -> `shop.example.com`. */
function bareName(text: string): string {
  return text
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/:[0-9]+$/, '')
    .toLowerCase()
}

function fitsName(name: string, host: string): boolean {
  return name === host || (/[*?]/.test(name) && fitsGlob(host, name))
}

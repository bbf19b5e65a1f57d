import type { Segment } from './caddyfile.ts'
import { durationMs } from './duration.ts'
import { emptyProxy, type Relay } from './model.ts'
import { sizeBytes } from './size.ts'

/** Makes a proxy of a `reverse_proxy` directive; `words` are its arguments without the matcher. */
export function adaptProxy(segment: Segment, words: readonly string[]): Relay {
  const proxy = emptyProxy(`${segment.file}:${segment.line}`)
  addMembers(proxy, words)
  for (const option of segment.block ?? []) applyOption(proxy, option)
  return proxy
}

/** As `php_fastcgi` does: the same upstreams, asked in FastCGI. */
export function adaptFastcgi(segment: Segment, words: readonly string[]): Relay {
  return { ...adaptProxy(segment, words), scheme: 'fastcgi' }
}

function applyOption(proxy: Relay, { name, args, block }: Segment): void {
  const [value = ''] = args
  switch (name) {
    case 'to':
      addMembers(proxy, args)
      break
    case 'dynamic':
      proxy.dynamic = true
      break
    case 'lb_policy':
      proxy.policy = value
      break
    case 'lb_try_duration':
      proxy.tryMs = durationMs(value)
      break
    case 'lb_retries':
      proxy.retries = count(value)
      break
    case 'health_uri':
    case 'health_path':
      proxy.health.uri = value
      break
    case 'health_port':
      proxy.health.port = count(value)
      break
    case 'health_status':
      // `2xx` is a class.
      proxy.health.status = /^[1-5]xx$/.test(value) ? Number(value.charAt(0)) : count(value)
      break
    case 'health_interval':
      proxy.health.intervalMs = durationMs(value) || proxy.health.intervalMs
      break
    case 'health_timeout':
      proxy.health.timeoutMs = durationMs(value) || proxy.health.timeoutMs
      break
    case 'fail_duration':
      proxy.failMs = durationMs(value)
      break
    case 'max_fails':
      proxy.maxFails = count(value) || proxy.maxFails
      break
    case 'header_up':
      if (value.toLowerCase() === 'host') proxy.hostHeader = args[1] ?? ''
      break
    case 'transport':
      if (value === 'fastcgi') proxy.scheme = 'fastcgi'
      for (const option of block ?? []) applyTransport(proxy, option)
      break
  }
}

function applyTransport(proxy: Relay, { name, args, file, line }: Segment): void {
  const [value = ''] = args
  const at = `${file}:${line}`
  if (name.startsWith('tls') && proxy.scheme === 'http') proxy.scheme = 'https'
  switch (name) {
    case 'dial_timeout':
      if (durationMs(value) > 0) Object.assign(proxy, { dialMs: durationMs(value), dialAt: at })
      break
    case 'response_header_timeout':
      proxy.headerMs = durationMs(value)
      proxy.headerAt = at
      break
    case 'max_response_header':
      proxy.headMost = sizeBytes(value)
      break
    case 'read_timeout':
      proxy.readMs = durationMs(value)
      proxy.readAt = at
      break
    case 'keepalive':
      if (value === 'off' || durationMs(value) > 0) Object.assign(proxy, { keepMs: durationMs(value), keepAt: at })
      break
    case 'tls_server_name':
      proxy.serverName = value
      break
    case 'tls_insecure_skip_verify':
      proxy.verify = false
      break
    case 'tls_trusted_ca_certs':
      proxy.trusted = value
      break
    case 'versions':
      if (args.includes('h2c')) proxy.scheme = 'h2c'
      break
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, h2c: 80, https: 443 }

function addMembers(proxy: Relay, words: readonly string[]): void {
  for (const word of words) {
    const [, scheme = '', rest = ''] = /^(?:(https?|h2c):\/\/)?(.*)$/s.exec(word) ?? []
    if (scheme !== '') proxy.scheme = scheme
    if (/^srv\+/.test(word)) {
      proxy.dynamic = true
      continue
    }
    // Behind a host there may be a slash and nothing else.
    const address = rest.startsWith('unix/') ? rest : rest.replace(/\/$/, '')
    if (address.startsWith('unix/') || /:\d{1,5}(?:-\d{1,5})?$/.test(address) || address.includes('{'))
      proxy.members.push(address)
    else if (address !== '') proxy.members.push(`${address}:${DEFAULT_PORTS[scheme || 'http'] ?? 80}`)
  }
}

function count(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}

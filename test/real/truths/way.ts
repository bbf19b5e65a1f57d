import type { Truth } from '../truths.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] } as const
const handshake = { ...failing, cause: 'tls-handshake', place: ['proxy', 'app'], shape: 'reset' } as const
const certificate = { ...failing, cause: 'cert-invalid', place: ['app', 'proxy'], shape: 'reset' } as const
const cut = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'truncated-response',
  place: ['app'],
  shape: 'reset',
} as const

const blocked = { ...failing, cause: 'blocked', place: ['proxy', 'app'], shape: 'unreachable' } as const

const limited = { ...failing, cause: 'rate-limited', place: ['proxy'], shape: 'none' } as const
const files = { ...failing, cause: 'fd-exhausted', place: ['proxy'] } as const
const connections = { ...failing, cause: 'connections-exhausted', place: ['proxy'] } as const

/** What the cases about nginx's way to its upstream must be told as. */
export const WAY_TRUTHS = {
  'tls-to-plain': { ...mismatch, shape: 'garbage', cites: ['127.0.0.1:3000', 'proxy_pass https', 'nginx.conf:'] },
  'tls-to-plain-mute': { ...mismatch, shape: 'slow', cites: ['127.0.0.1:3000'] },
  'tls-to-plain-reset': { ...mismatch, shape: 'reset', cites: ['127.0.0.1:3000'] },
  'plain-to-tls-400': {
    outcome: 'diagnosed',
    state: 'failing',
    cause: 'protocol-mismatch',
    place: ['proxy', 'app'],
    shape: 'garbage',
  },
  'upstream-cert-expired': { ...certificate, cites: ['2026-02-01'] },
  'upstream-cert-name': { ...certificate, cites: ['old.internal', 'app.internal'] },
  'upstream-cert-self-signed': { ...certificate, cites: ['signed by itself'] },
  'tls-version': { ...handshake, cites: ['TLSv1.2', 'TLSv1.3'] },
  'tls-ciphers': { ...handshake, cites: ['AES128-SHA256'] },
  'tls-sni': { ...handshake, cites: ['app.internal'] },
  'reset-before-head': cut,
  'reset-in-body': cut,
  'chunked-unfinished': cut,
  'crashed-in-body': { ...cut, cause: 'crashed-mid-response' },
  'header-too-big': {
    ...failing,
    cause: 'header-too-big',
    place: ['proxy', 'app'],
    shape: 'garbage',
    cites: ['proxy_buffer_size', '4096', '12'],
  },
  'invalid-header': { ...failing, cause: 'invalid-header', place: ['app'], shape: 'garbage', cites: ['X Cart'] },
  'socket-folder': {
    ...failing,
    cause: 'socket-permission',
    shape: 'unreachable',
    cites: ['run/shop.sock', 'may not pass'],
  },
  'blocked-dropped': { ...blocked, cites: ['OUTPUT -p tcp -m tcp --dport 3000 -j DROP', '0 waiting of 511'] },
  'blocked-prohibited': { ...blocked, cites: ['icmp-admin-prohibited', '0 waiting of 511'] },
  'blocked-refused': { ...blocked, cites: ['icmp-port-unreachable', '0 waiting of 511'] },
  'blocked-there': { ...blocked, cites: ['10.77.0.2:3000', 'answers on the wire'] },
  'blocked-prohibited-there': { ...blocked, cites: ['10.77.0.2:3000', 'answers on the wire'] },
  'host-down': { ...failing, cause: 'host-down', place: ['app'], shape: 'unreachable', cites: ['10.77.0.9', 'ARP'] },
  'limited-requests': { ...limited, cites: ['visitors', '1r/m', 'nginx.conf:'] },
  'limited-429': { outcome: 'healthy', state: 'well', cause: null },
  'limited-connections': { ...limited, cites: ['zone site', 'nginx.conf:'] },
  'own-503-behind-limit': { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app' },
  'files-for-upstream': { ...files, shape: 'none', cites: ['40', 'nginx.conf:'] },
  'files-for-visitors': { ...files, cites: ['40', 'nginx.conf:'] },
  'connections-for-upstream': { ...connections, shape: 'none', cites: ['32', 'nginx.conf:'] },
  'connections-for-visitors': { ...connections, cites: ['32', 'nginx.conf:'] },
} satisfies Record<string, Truth>

import * as apps from '../apps.ts'
import { behindCaddy, caddy, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case } from '../case.ts'
import { type Certified, certified, tlsUpstream } from '../certificates.ts'
import { url } from '../kit.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const certificate = { ...failing, cause: 'cert-invalid', place: ['app', 'proxy'], shape: 'reset' } as const

/** Caddy in front of an upstream that speaks TLS. */
function overTls(wanted: Parameters<typeof certified>[1], settings: (made: Certified) => string): Case['start'] {
  return async (lab, ports) => {
    const made = await certified(lab, wanted)
    await tlsUpstream(lab, ports, made, '', '')
    await caddy(lab, ports, sites(ports, reverseProxy(`https://127.0.0.1:${ports.app}`, transport(settings(made)))))
    return { url: url(ports) }
  }
}

/** TLS between Caddy and its upstream. */
export const CADDY_TLS_CASES: readonly Case[] = [
  {
    name: 'caddy-tls-to-plain',
    says: 'Caddy speaks TLS to an application that speaks plain HTTP',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['127.0.0.1:3000', 'first record'],
    },
    start: behindCaddy(apps.WELL, { scheme: 'https://' }),
  },
  {
    name: 'caddy-cert-self-signed',
    says: "Caddy trusts the system's authorities, and the upstream's certificate is signed by itself",
    truth: { ...certificate, cites: ['signed by itself'] },
    start: overTls({ names: 'DNS:app.internal', selfSigned: true }, () => '\t\t\ttls_server_name app.internal'),
  },
  {
    name: 'caddy-cert-name',
    says: 'the certificate is for another name than the one that Caddy checks',
    truth: { ...certificate, cites: ['old.internal', 'app.internal'] },
    start: overTls(
      { names: 'DNS:old.internal' },
      ({ ca }) => `\t\t\ttls_server_name app.internal\n\t\t\ttls_trusted_ca_certs ${ca}`,
    ),
  },
  {
    name: 'caddy-cert-expired',
    says: "the upstream's certificate ended",
    truth: { ...certificate, cites: ['2026-02-01'] },
    start: overTls(
      { names: 'DNS:app.internal', from: '260101000000Z', to: '260201000000Z' },
      ({ ca }) => `\t\t\ttls_server_name app.internal\n\t\t\ttls_trusted_ca_certs ${ca}`,
    ),
  },
]

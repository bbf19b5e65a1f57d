import { dirname } from 'node:path'
import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { selfSigned } from '../certificates.ts'
import { behind, front, site, statusOf, url } from '../kit.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const

/** What nginx itself says or does not say, and what is well. */
export const FRONT_CASES: readonly Case[] = [
  {
    name: 'deliberate',
    says: 'the configuration answers 503 by itself',
    truth: {
      ...failing,
      cause: 'deliberate',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'none',
      cites: ['nginx.conf:'],
    },

    async start(lab, ports) {
      await lab.nginx({ port: ports.site, http: site(ports, 'return 503;') })
      return { url: url(ports) }
    },
  },
  {
    name: 'healthy',
    says: 'nothing is wrong',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behind(apps.WELL),
  },
  {
    name: 'proxy-down',
    says: 'nobody listens on the port of the URL',
    truth: { ...failing, cause: 'proxy-down', place: ['proxy'], shape: 'unreachable', cites: ['8080'] },

    start: async (_, ports) => ({ url: url(ports) }),
  },
  {
    name: 'error-page',
    says: "nginx's own 502 wears the application's style",
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000'],
    },

    async start(lab, ports) {
      const page = lab.write('www/502.json', '{"error":"please try again","request":"af31"}\n')
      const location = `location = /502.json { root ${dirname(page)}; internal; default_type application/json; }`
      await front(lab, ports, '', `error_page 502 /502.json; ${location}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'error-page-200',
    says: "nginx's own 502 is sent as 200",
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000'],
    },

    async start(lab, ports) {
      const page = lab.write('www/ok.json', '{"items":[]}\n')
      const location = `location = /ok.json { root ${dirname(page)}; internal; }`
      await front(lab, ports, '', `error_page 502 =200 /ok.json; ${location}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'certificate-self-signed',
    says: 'the site shows a certificate that nobody vouches for',
    truth: { ...failing, cause: 'cert-invalid', place: ['proxy'] },

    async start(lab, ports) {
      const [key, cert] = [lab.path('tls/shop.key'), lab.path('tls/shop.crt')]
      await selfSigned(key, cert)
      const http = `server { listen 127.0.0.1:${ports.site} ssl; server_name shop.example.com; ssl_certificate ${cert}; ssl_certificate_key ${key}; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await lab.nginx({ port: ports.site, http })
      return { url: `https://127.0.0.1:${ports.site}/checkout` }
    },
  },
  {
    name: 'recovered',
    says: 'the application was down for five requests and is up again',
    truth: {
      outcome: 'diagnosed',
      state: 'recovered',
      cause: 'recovered',
      cites: ['it failed 5 times', 'Connection refused'],
    },

    async start(lab, ports) {
      await front(lab, ports)
      for (let request = 0; request < 5; request++) {
        if ((await statusOf(url(ports))) !== 502) throw new Error('nginx did not answer 502 while the app was down')
      }
      // The log knows whole seconds: what follows must not stand in the same one.
      const later = Date.now() + 3000
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await new Promise((resolve) => setTimeout(resolve, later - Date.now()))
      return { url: url(ports) }
    },
  },
]

import { dirname, join } from 'node:path'
import type { Ports } from './case.ts'
import { collect, type Lab, listening } from './lab.ts'

// Keys and certificates for the lab's servers, and an upstream that speaks TLS.

/** A certificate for 127.0.0.1 that nobody vouches for, written into these two files. */
export async function selfSigned(key: string, cert: string): Promise<void> {
  const subject = ['-subj', '/CN=shop.example.com', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', key, '-out', cert]
  await openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '90', ...subject, ...files])
}

export interface Certified {
  key: string
  cert: string
  /** The authority that signed it. */
  ca: string
}

interface Wanted {
  /** `DNS:app.internal` */
  names: string
  /** OpenSSL's YYMMDDHHMMSSZ. */
  from?: string
  to?: string
  selfSigned?: boolean
}

/** A key and a certificate, signed by an authority of the lab's own, or by itself. */
export async function certified(lab: Lab, { names, from, to, selfSigned = false }: Wanted): Promise<Certified> {
  const key = lab.path('tls/app.key')
  const cert = lab.path('tls/app.crt')
  const folder = dirname(key)
  const common = names.replace(/^[^:]*:/, '').split(',')[0] ?? 'app.internal'
  const keys = ['-newkey', 'rsa:2048', '-nodes']
  if (selfSigned) {
    const subject = ['-subj', `/CN=${common}`, '-addext', `subjectAltName=${names}`]
    await openssl(['req', '-x509', ...keys, '-days', '90', ...subject, '-keyout', key, '-out', cert])
    return { key, cert, ca: cert }
  }
  const [ca, caKey, request] = [join(folder, 'ca.crt'), join(folder, 'ca.key'), join(folder, 'app.csr')]
  await openssl(['req', '-x509', ...keys, '-days', '90', '-subj', '/CN=Shop internal CA', '-keyout', caKey, '-out', ca])
  await openssl(['req', ...keys, '-subj', `/CN=${common}`, '-keyout', key, '-out', request])
  lab.write('tls/index', '')
  lab.write('tls/serial', '01\n')
  const conf = lab.write(
    'tls/ca.conf',
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder}/index\nserial=${folder}/serial\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=any\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName=${names}\n`,
  )
  const dates = from === undefined || to === undefined ? ['-days', '90'] : ['-startdate', from, '-enddate', to]
  const signing = ['-cert', ca, '-keyfile', caKey, '-in', request, '-out', cert, '-notext', '-batch']
  await openssl(['ca', '-config', conf, ...signing, ...dates])
  return { key, cert, ca }
}

async function openssl(words: string[]): Promise<void> {
  const { exit, err } = await collect(['openssl', ...words])
  if (exit !== 0) throw new Error(`openssl ${words[0]}: ${err}`)
}

/** A second nginx as the upstream, over TLS: the application answers through it. */
export async function tlsUpstream(
  lab: Lab,
  ports: Ports,
  { key, cert }: Certified,
  settings = '',
  more = '',
): Promise<void> {
  const server = `server { listen 127.0.0.1:${ports.app} ssl; server_name app.internal; ssl_certificate ${cert}; ssl_certificate_key ${key}; ${settings} location / { return 200 hello; } }`
  await lab.nginx({ name: 'app', http: `${more} ${server}` })
  await listening(ports.app, '127.0.0.1')
}

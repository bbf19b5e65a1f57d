import net from 'node:net'
import tls from 'node:tls'
import { type Measured, NOTHING_MEASURED } from '../../reading/http/measured.ts'
import { ACCEPT, type Ask, bareHost, bracketed, type Exchange, hostHeader, portOf } from './exchange.ts'
import { nodeFailure } from './node-errors.ts'
import { type Ended, ResponseParser } from './response-parser.ts'
import { certificateOf, trustedBy, verifyFailure } from './trust.ts'

/** Asks with the tool's own client, where there is no curl. Measures the same things and never throws. */
export async function askNode(ask: Ask, signal: AbortSignal): Promise<Exchange> {
  const startedAt = new Date()
  const parser = new ResponseParser()
  const measured = await new Dialogue(ask, parser).run(signal)
  const { head } = parser
  Object.assign(measured, {
    http_version: head?.version ?? '',
    status: head?.status ?? 0,
    head_bytes: parser.headBytes,
    body_bytes: parser.bodyBytes,
    first_bytes: measured.exitcode === 1 || measured.exitcode === 8 ? parser.firstBytes.toString('hex') : '',
  })
  const said = measured.exitcode === 0 ? '' : `triage502: (${measured.exitcode}) ${measured.errormsg}`
  return {
    out: parser.text(),
    err: said,
    measured,
    leftOut: parser.leftOut,
    startedAt,
    ms: measured.phases.total,
  }
}

/** One connection: from the name to the last byte, with every wait under one limit. */
class Dialogue {
  readonly #ask: Ask
  readonly #parser: ResponseParser
  readonly #began = performance.now()
  readonly #measured: Measured
  #socket: net.Socket | null = null
  #settle: ((measured: Measured) => void) | null = null

  constructor(ask: Ask, parser: ResponseParser) {
    this.#ask = ask
    this.#parser = parser
    this.#measured = {
      ...NOTHING_MEASURED,
      phases: { ...NOTHING_MEASURED.phases },
      certificate: { ...NOTHING_MEASURED.certificate },
      client: `node ${process.versions.node}`,
      url: ask.url.href,
      socket: ask.socket,
      limit_ms: ask.timeoutMs,
    }
  }

  run(signal: AbortSignal): Promise<Measured> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#timeOut(), this.#ask.timeoutMs)
      const abort = () => this.#end({ done: true, exitcode: 42, errormsg: 'stopped before it ended' })
      this.#settle = (measured) => {
        this.#settle = null
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        this.#socket?.destroy()
        resolve(measured)
      }
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      else this.#connect()
    })
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#began)
  }

  #end({ exitcode, errormsg, flood }: Ended): void {
    // What still happens on a connection that we closed is no news.
    if (this.#settle === null) return
    this.#measured.phases.total = this.#elapsed()
    this.#settle(Object.assign(this.#measured, { exitcode, errormsg, flood: flood === true }))
  }

  #timeOut(): void {
    this.#measured.timed_out = true
    const errormsg = this.#measured.connected
      ? `Operation timed out after ${this.#elapsed()} milliseconds with ${this.#parser.bodyBytes} bytes received`
      : `Connection timed out after ${this.#elapsed()} milliseconds`
    this.#end({ done: true, exitcode: 28, errormsg })
  }

  #fail(error: Error): void {
    if (this.#settle === null) return
    const { exitcode, errormsg, errno } = nodeFailure(error, this.#measured, this.#parser.head !== null)
    this.#measured.errno = errno
    this.#end({ done: true, exitcode, errormsg })
  }

  #connect(): void {
    try {
      const socket = net.connect(this.#target())
      this.#socket = socket
      socket.once('lookup', () => {
        this.#measured.phases.dns = this.#elapsed()
      })
      socket.once('connect', () => this.#connected(socket))
      socket.on('error', (error) => this.#fail(error))
    } catch (error) {
      // Node refuses some paths and ports before it tries.
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #target(): net.NetConnectOpts {
    if (this.#ask.socket !== '') return { path: this.#ask.socket }
    const port = portOf(this.#ask.url)
    const name = this.#ask.connectTo === '' ? bareHost(this.#ask.url) : this.#ask.connectTo
    const fixed = this.#ask.resolve.find((each) => each.host === name && each.port === port)
    const host = fixed?.address ?? name
    if (net.isIP(host) !== 0) this.#measured.phases.dns = 0
    return { host, port, autoSelectFamily: true }
  }

  #connected(socket: net.Socket): void {
    const measured = this.#measured
    measured.connected = true
    measured.phases.connect = this.#elapsed()
    if (measured.phases.dns < 0) measured.phases.dns = measured.phases.connect
    measured.remote_ip = socket.remoteAddress ?? ''
    measured.remote_port = socket.remotePort ?? 0
    measured.local_port = socket.localPort ?? 0
    if (this.#ask.url.protocol === 'https:') void this.#secure(socket)
    else this.#talk(socket)
  }

  async #secure(socket: net.Socket): Promise<void> {
    const name = this.#ask.sni === '' ? bareHost(this.#ask.url) : this.#ask.sni
    const ca = this.#ask.verify ? await trustedBy(this.#ask.env) : undefined
    if (socket.destroyed) return
    const secure = tls.connect({
      socket,
      ...(net.isIP(name) === 0 ? { servername: name } : {}),
      ...(ca ? { ca } : {}),
      ALPNProtocols: ['http/1.1'],
      // Judged below, with the reason: a refusal by Node itself would hide the certificate.
      rejectUnauthorized: false,
    })
    this.#socket = secure
    secure.on('error', (error) => this.#fail(error))
    secure.once('secureConnect', () => {
      const certificate = secure.getPeerCertificate()
      this.#measured.certificate = certificateOf(certificate)
      const wrong = verifyFailure(secure, name, certificate)
      this.#measured.verify_result = wrong?.number ?? 0
      if (this.#ask.verify && wrong) {
        this.#end({ done: true, exitcode: 60, errormsg: `SSL certificate problem: ${wrong.says}` })
        return
      }
      this.#measured.phases.tls = this.#elapsed()
      this.#talk(secure)
    })
  }

  #talk(socket: net.Socket): void {
    socket.on('data', (chunk: Buffer) => {
      if (this.#measured.phases.first_byte < 0) this.#measured.phases.first_byte = this.#elapsed()
      const state = this.#parser.push(chunk)
      if (state.done) this.#end(state)
    })
    socket.once('end', () => {
      const state = this.#parser.end()
      if (state.done) this.#end(state)
    })
    socket.once('close', () => this.#fail(new Error('the connection was closed')))
    socket.write(requestText(this.#ask))
  }
}

function requestText(ask: Ask): string {
  const { username, password } = ask.url
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const lines = [
    // HTTP/2 is curl's: whoever speaks only that says so in what it answers here.
    `GET ${ask.target} HTTP/${ask.version === '2' ? '1.1' : ask.version}`,
    `Host: ${ask.host === '' ? bracketedHost(ask) : hostHeader(ask)}`,
    `User-Agent: ${ask.userAgent}`,
    `Accept: ${ACCEPT}`,
    ...(username === '' ? [] : [`Authorization: Basic ${Buffer.from(login).toString('base64')}`]),
    ...ask.headers.map(({ name, value }) => `${name}: ${value}`),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

function bracketedHost(ask: Ask): string {
  return ask.url.port === '' ? bracketed(bareHost(ask.url)) : ask.url.host
}

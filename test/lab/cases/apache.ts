import { readFileSync, writeFileSync } from 'node:fs'
import { apache, behindApache, mainFile, pass, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { later, url, visitors, well } from '../kit.ts'
import { collect, listening, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, shape: 'unreachable' } as const
const PATIENCE = ['--timeout', '6s']

/** A neighbour of the same Apache that is well. */
const blog = (ports: Ports) => `<VirtualHost *:${ports.site}>
  ServerName blog.example.com
  ProxyPass / http://127.0.0.1:${ports.other}/
</VirtualHost>`

/** What Apache wrote yesterday about another fault. */
function yesterday(log: string): void {
  const at = new Date(Date.now() - 86_400_000)
  const [day, month, date, year] = at.toDateString().split(' ')
  const stamp = `${day} ${month} ${date} 04:11:09.118201 ${year}`
  const before = readFileSync(log, 'utf8')
  const lines = [
    `[${stamp}] [proxy_http:error] [pid 711:tid 712] (70007)The timeout specified has expired: [client 192.0.2.10:51234] AH01102: error reading status line from remote server 127.0.0.1:3000`,
    `[${stamp}] [proxy:error] [pid 711:tid 712] [client 192.0.2.10:51234] AH00898: Error reading from remote server returned by /checkout`,
  ]
  writeFileSync(log, `${lines.join('\n')}\n${before}`)
}

/** Answers with one header of 20 000 bytes. */
const BIG_HEAD = `
const http = require('node:http')
http.createServer((request, response) => { response.setHeader('Set-Cookie', 'basket=' + 'x'.repeat(20000)); response.end('ok') })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers in HTTP with a header whose name has a blank. */
const BAD_HEADER = `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nBad Header: 1\\r\\nContent-Length: 2\\r\\n\\r\\nok'))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Apache in front of an HTTP application. */
export const APACHE_CASES: readonly Case[] = [
  {
    name: 'apache-healthy',
    says: 'Apache and its application are well; yesterday they were not',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const { errorLog } = await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      yesterday(errorLog)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-process-down',
    says: 'the application is not running; another site of the same Apache is well',
    truth: { ...unreachable, cause: 'process-down', place: ['app'], cites: ['127.0.0.1:3000', '000-shop.conf:'] },

    async start(lab, ports) {
      await well(lab, 'blog', ports.other)
      const { errorLog } = await apache(lab, { port: ports.site, sites: shop(ports, pass(ports), blog(ports)) })
      yesterday(errorLog)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-recovered',
    says: 'the application was down for some visitors, and is back',
    truth: {
      outcome: 'diagnosed',
      state: 'recovered',
      cause: 'recovered',
      cites: ['it failed 5 times', '127.0.0.1:3000'],
    },

    async start(lab, ports) {
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      await visitors(url(ports), 5)
      await later(1500)
      await well(lab, 'shop', ports.app)
      await visitors(url(ports), 3)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-wrong-port',
    says: 'the application listens next door to where Apache sends',
    truth: { ...unreachable, cause: 'wrong-port', place: ['proxy', 'app'], cites: ['3000', '3001'] },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      const lines = `ProxyPreserveHost On\n<Location />\n  ProxyPass http://127.0.0.1:${ports.app}/\n</Location>`
      await apache(lab, { port: ports.site, sites: shop(ports, lines) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-dropped',
    says: 'the firewall drops what Apache sends to the application',
    truth: { ...unreachable, cause: 'blocked', place: ['proxy', 'app'], cites: ['-j DROP'] },

    async start(lab, ports) {
      const made = await behindApache(apps.WELL, (each) => pass(each, 'connectiontimeout=1'), { args: PATIENCE })(
        lab,
        ports,
      )
      const rule = ['-A', 'OUTPUT', '-p', 'tcp', '--dport', String(ports.app), '-j', 'DROP']
      const { exit, err } = await collect(['iptables', ...rule])
      if (exit !== 0) throw new Error(err)
      return made
    },
  },
  {
    name: 'apache-closes',
    says: 'the application closes the connection without an answer',
    truth: {
      ...failing,
      cause: 'truncated-response',
      place: ['app'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'AH01102'],
    },
    start: behindApache(apps.CLOSES),
  },
  {
    name: 'apache-crashes',
    says: 'the application ends on the request, and is started again',
    truth: {
      ...failing,
      cause: 'crashed-mid-response',
      place: ['app'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'which listened a moment ago'],
    },
    async start(lab, ports) {
      const program = lab.write('srv/shop/server.js', apps.DIES)
      const supervisor = lab.write('srv/shop/supervisor.js', apps.SUPERVISES)
      lab.start([process.execPath, supervisor], { env: { PORT: String(ports.app), PROGRAM: program } })
      await listening(ports.app, '127.0.0.1')
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-cut-body',
    says: 'the application promises 1000 bytes and sends ten',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'truncated-response',
      place: ['app'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'AH01110'],
    },
    start: behindApache(apps.CUTS),
  },
  {
    name: 'apache-slow-app',
    says: 'the application answers after three seconds, Apache waits one: a 502, not a 504',
    truth: { ...failing, cause: 'slow-app', place: ['app'], shape: 'slow', cites: ['1000 ms', '502'] },
    start: behindApache(apps.SLOW, (ports) => `ProxyTimeout 1\n${pass(ports)}`, { env: { SLOW_MS: '3000' } }),
  },
  {
    name: 'apache-app-hung',
    says: 'the application takes requests and never answers',
    truth: { ...failing, cause: 'app-hung', place: ['app'], shape: 'slow', cites: ['127.0.0.1:3000', 'AH01102'] },
    start: behindApache(apps.MUTE, (ports) => pass(ports, 'timeout=1'), { args: PATIENCE }),
  },
  {
    name: 'apache-own-502',
    says: 'the application itself answers 502, and Apache passes it on',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['the upstream itself answers 502'],
    },
    start: behindApache(apps.OWN_502),
  },
  {
    name: 'apache-not-http',
    says: 'what listens there speaks no HTTP; Apache passes its bytes on with status 200',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'not-http',
      place: ['app', 'proxy'],
      shape: 'garbage',
      cites: ['200'],
    },
    start: behindApache(apps.NOT_HTTP),
  },
  {
    name: 'apache-header-too-big',
    says: 'the application sends a cookie of 20 000 bytes, and Apache has room for 8192',
    truth: { ...failing, cause: 'header-too-big', place: ['proxy', 'app'], shape: 'garbage', cites: ['8192'] },
    start: behindApache(BIG_HEAD),
  },
  {
    name: 'apache-invalid-header',
    says: "a header's name has a blank, and Apache answers 500",
    truth: { ...failing, cause: 'invalid-header', place: ['app'], shape: 'garbage', cites: ['Bad Header', '500'] },
    start: behindApache(BAD_HEADER),
  },
  {
    name: 'apache-deliberate',
    says: 'a rewrite rule answers 503 while a file is there',
    truth: {
      ...failing,
      cause: 'deliberate',
      place: ['proxy'],
      shape: 'none',
      cites: ['000-shop.conf:', 'maintenance'],
    },

    async start(lab, ports) {
      const file = lab.write('srv/shop/maintenance', '')
      const page = lab.write('srv/shop/back-soon.html', '<h1>Back soon</h1>\n')
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const rule = `RewriteEngine on\nRewriteCond ${file} -f\nRewriteRule ^ - [R=503,L]\nErrorDocument 503 "${readFileSync(page, 'utf8').trim()}"`
      await apache(lab, { port: ports.site, sites: shop(ports, `${rule}\n${pass(ports)}`) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-redirect-503',
    says: 'Redirect answers 503 for a part of the site',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], shape: 'none', cites: ['000-shop.conf:'] },

    async start(lab, ports) {
      await apache(lab, { port: ports.site, sites: shop(ports, 'Redirect 503 /checkout') })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-config-not-loaded',
    says: 'the port was corrected in the configuration, and Apache never read it again',
    truth: { ...failing, cause: 'config-not-loaded', place: ['proxy'], cites: ['000-shop.conf', '3000'] },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      const { sites } = await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      await later()
      writeFileSync(sites, readFileSync(sites, 'utf8').replace(String(ports.app), String(ports.other)))
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-not-started',
    says: 'a directive is misspelt, and Apache does not start',
    truth: { ...unreachable, cause: 'proxy-down', place: ['proxy'], cites: ['proxypas', '000-shop.conf:'] },

    async start(lab, ports) {
      const sites = lab.write(
        'apache/sites-enabled/000-shop.conf',
        `${shop(ports, pass(ports)).replace('ProxyPass ', 'ProxyPas ')}\n`,
      )
      const text = mainFile(lab, { port: ports.site, sites })
      const conf = lab.overlay(
        '/etc/apache2/apache2.conf',
        text
          .replaceAll('$' + '{LOG_DIR}', lab.path('apache/logs'))
          .replaceAll('$' + '{RUN_DIR}', lab.path('apache/run')),
      )
      const { exit } = await collect(['/usr/sbin/apache2', '-f', conf])
      if (exit === 0) throw new Error('Apache started')
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-workers-reached',
    says: 'the application is slow, and waiting visitors hold every worker of Apache',
    truth: {
      ...failing,
      cause: 'connections-exhausted',
      place: ['proxy', 'app'],
      shape: 'slow',
      cites: ['MaxRequestWorkers is 4'],
    },

    async start(lab, ports) {
      await lab.app('shop', apps.MUTE, ports.app, { PORT: String(ports.app) })
      const main = 'StartServers 1\nServerLimit 4\nMinSpareServers 1\nMaxSpareServers 2\nMaxRequestWorkers 4'
      const { errorLog } = await apache(lab, {
        port: ports.site,
        sites: shop(ports, pass(ports)),
        main,
        mpm: 'prefork',
      })
      const held = Array.from({ length: 8 }, () => lab.start(['curl', '-s', '-m', '120', url(ports, '/report')]))
      await until(() => readFileSync(errorLog, 'utf8').includes('AH00161'), 'Apache says that all its workers are busy')
      return { url: url(ports), args: PATIENCE, cites: held.length > 0 ? [] : ['none'] }
    },
  },
]

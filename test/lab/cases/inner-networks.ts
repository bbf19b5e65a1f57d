import { readFileSync, writeFileSync } from 'node:fs'
import { WELL } from '../apps.ts'
import type { Case } from '../case.ts'
import { APP, AT_RUN_TIME, compose, GATEWAY, NET, runWeb, says, serves, TO_WEB, WEB } from '../compose.ts'
import { later, statusOf, url, visitors } from '../kit.ts'
import { until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const inApp = { ...failing, place: ['app'] } as const
const between = { ...failing, place: ['proxy', 'app'] } as const

/** Between two containers, or a container and its machine: names, addresses, ports and networks do not fit. */
export const INNER_NETWORK_CASES: readonly Case[] = [
  {
    name: 'inner-localhost',
    says: 'nginx, in a container, sends to localhost:3000: that is its own container, and the application is another',
    truth: { ...between, cause: 'wrong-interface', shape: 'unreachable', cites: [APP, GATEWAY, '127.0.0.1'] },
    async start(lab, ports) {
      await compose(lab, ports, { location: 'proxy_pass http://127.0.0.1:3000;' })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-stale-address',
    says: 'the container of the application was made anew and has another address; nginx keeps the one it resolved',
    truth: { ...between, cause: 'stale-address', shape: 'unreachable', cites: [APP, '172.18.0'] },
    async start(lab, ports) {
      const made = await compose(lab, ports)
      await visitors(url(ports), 1)
      made.docker('rm', '-f', APP)
      // What else is started takes the address that became free.
      made.docker(
        'run',
        '-d',
        '--name',
        'shop-worker-1',
        '--network',
        NET,
        WEB,
        'node',
        '-e',
        'setInterval(() => {}, 1000)',
      )
      runWeb(made, NET)
      await says(made, 'listens')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-name-apart',
    says: 'nginx looks the name up while it runs, and is in another network than the application',
    truth: { ...between, cause: 'dns-failure', shape: 'unreachable', cites: [APP, 'shop_back', 'shop_front'] },
    async start(lab, ports) {
      await compose(lab, ports, { location: AT_RUN_TIME, networks: ['shop_back', 'shop_front'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-name-of-nobody',
    says: 'nginx looks up a name that no container has',
    truth: { ...failing, place: ['proxy'], cause: 'dns-failure', shape: 'unreachable', cites: ['wbe', GATEWAY] },
    async start(lab, ports) {
      await compose(lab, ports, { location: AT_RUN_TIME.replace('set $web web;', 'set $web wbe;') })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-name-stopped',
    says: 'nginx looks the name up while it runs, and somebody stopped the container that has it',
    truth: { ...inApp, cause: 'process-down', shape: 'unreachable', cites: [APP, 'signal 15'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: AT_RUN_TIME })
      await visitors(url(ports), 1)
      made.docker('stop', APP)
      await until(async () => (await statusOf(url(ports, '/ready'))) >= 500, 'nginx knows')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-other-network',
    says: 'the application was taken out of the network of nginx, which keeps the address that it had there',
    truth: { ...between, cause: 'blocked', shape: 'unreachable', cites: [APP, GATEWAY, 'shop_back'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      await visitors(url(ports), 1)
      made.docker('network', 'create', 'shop_back')
      made.docker('network', 'connect', '--alias', 'web', 'shop_back', APP)
      made.docker('network', 'disconnect', NET, APP)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-by-address-apart',
    says: 'nginx sends to the address of a container in a network that it is not in: Docker lets nothing pass',
    truth: { ...between, cause: 'blocked', shape: 'unreachable', cites: [APP, GATEWAY, 'shop_back'] },
    async start(lab, ports) {
      // The first network that is made has the first addresses.
      const location = 'proxy_connect_timeout 2s; proxy_pass http://172.18.0.2:3000;'
      const made = await compose(lab, ports, { location, networks: ['shop_back', 'shop_front'] })
      const address = made.inspect(APP, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')
      if (address !== '172.18.0.2') throw new Error(`the application has another address: ${address}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-gateway-port',
    says: 'the published port leads to 8080 inside, where nobody listens: nginx listens on 80',
    truth: { ...failing, place: ['proxy'], cause: 'wrong-port', shape: 'reset', cites: [GATEWAY, '8080', '80'] },
    async start(lab, ports) {
      await compose(lab, ports, { inside: 8080 })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-host-loopback',
    says: 'the application runs on the machine itself and listens on 127.0.0.1; nginx in a container sends to host.docker.internal',
    truth: { ...between, cause: 'wrong-interface', shape: 'unreachable', cites: ['127.0.0.1', '172.17.0.1'] },
    async start(lab, ports) {
      await lab.app('shop', WELL, 3000, { PORT: '3000' })
      const location = 'proxy_pass http://host.docker.internal:3000;'
      await compose(lab, ports, { code: null, location, nginx: ['--add-host', 'host.docker.internal:host-gateway'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-host-down',
    says: 'the application that should run on the machine itself does not; nginx in a container sends there',
    truth: { ...inApp, outcome: 'diagnosed', cause: 'process-down', shape: 'unreachable', cites: ['3000'] },
    async start(lab, ports) {
      const location = 'proxy_pass http://host.docker.internal:3000;'
      await compose(lab, ports, { code: null, location, nginx: ['--add-host', 'host.docker.internal:host-gateway'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-local-driver',
    says: 'the engine keeps logs with its local driver, in another zone than nginx stamps: the application listens elsewhere',
    truth: { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] },
    async start(lab, ports) {
      lab.overlay('/etc/timezone', 'Asia/Tokyo\n')
      lab.overlay('/etc/localtime', readFileSync('/usr/share/zoneinfo/Asia/Tokyo'))
      const nginx = ['--log-driver', 'local', '-e', 'TZ=UTC+5']
      await compose(lab, ports, { code: serves('0.0.0.0', 8000), nginx })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-no-log',
    says: 'the engine keeps no log of nginx: the application listens elsewhere, and that is seen all the same',
    truth: { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('0.0.0.0', 8000), nginx: ['--log-driver', 'none'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-host-network',
    says: "nginx in a container uses the machine's own network, and sends to 127.0.0.1:3000, where nobody listens",
    truth: { ...inApp, cause: 'process-down', shape: 'unreachable', cites: ['127.0.0.1:3000', 'nginx'] },
    async start(lab, ports) {
      const location = `proxy_pass http://127.0.0.1:${ports.app};`
      await compose(lab, ports, { code: null, host: true, location })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-gateway-loops',
    says: 'nginx in its container does not start, for it is in another network than the name; Docker starts it again and again',
    truth: {
      ...failing,
      place: ['proxy'],
      cause: 'proxy-down',
      cites: [GATEWAY, 'host not found in upstream "web"', 'shop_front'],
    },
    async start(lab, ports) {
      const networks = ['shop_back', 'shop_front'] as const
      const made = await compose(lab, ports, { networks, falls: true, nginx: ['--restart', 'always'] })
      await until(() => Number(made.inspect(GATEWAY, '{{.RestartCount}}')) >= 1, 'it was restarted')
      await until(() => made.inspect(GATEWAY, '{{.State.Status}}') === 'running', 'it lives once more')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-not-loaded',
    says: "the configuration that is mounted into nginx's container was corrected, and never loaded",
    truth: {
      ...failing,
      place: ['proxy'],
      cause: 'config-not-loaded',
      shape: 'unreachable',
      cites: ['/etc/nginx/nginx.conf', '3000'],
    },
    async start(lab, ports) {
      const conf = (port: number) =>
        `user www-data;\nevents {}\nhttp { access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log; server { listen 80; location / { proxy_pass http://web:${port}; } } }\n`
      const file = lab.write('shop/nginx.conf', conf(3000))
      await compose(lab, ports, { code: serves('0.0.0.0', 8000), nginx: ['-v', `${file}:/etc/nginx/nginx.conf:ro`] })
      await later()
      writeFileSync(file, conf(8000))
      return { url: url(ports) }
    },
  },
]

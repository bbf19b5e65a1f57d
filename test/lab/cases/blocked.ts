import { chmodSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { behind, site, url } from '../kit.ts'
import { collect, type Lab, until } from '../lab.ts'

// Packets that do not come through. These change the network they run in: only in a namespace of their own.

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const blocked = { ...failing, cause: 'blocked', place: ['proxy', 'app'], shape: 'unreachable' } as const

const PATIENCE = ['--timeout', '6s']
const HERE = '10.77.0.1'
const THERE = '10.77.0.2'
/** On the same network, and nobody's. */
const NOBODY = '10.77.0.9'

async function did(argv: string[]): Promise<void> {
  const { exit, err } = await collect(argv)
  if (exit !== 0) throw new Error(`${argv.join(' ')}: ${err}`)
}

/** The application runs here, and the firewall here does this with what is sent to it. */
function filtered(...what: string[]): Case['start'] {
  return async (lab, ports) => {
    const made = await behind(apps.WELL, 'proxy_connect_timeout 1s;', { args: PATIENCE })(lab, ports)
    await did(['iptables', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(ports.app), ...what])
    return made
  }
}

/** A second machine on a wire of its own; gives the words that run a command there. */
async function otherMachine(lab: Lab): Promise<string[]> {
  const machine = lab.start(['unshare', '--net', 'sleep', '600'])
  const there = ['nsenter', '--target', String(machine.pid), '--net']
  const network = () => readlinkSync(`/proc/${machine.pid}/ns/net`)
  await until(() => network() !== readlinkSync('/proc/self/ns/net'), 'the other machine has a network of its own')
  const peer = ['peer', 'name', 'eth0', 'netns', String(machine.pid)]
  await did(['ip', 'link', 'add', 'wire', 'type', 'veth', ...peer])
  await did(['ip', 'addr', 'add', `${HERE}/24`, 'dev', 'wire'])
  await did(['ip', 'link', 'set', 'wire', 'up'])
  await did([...there, 'ip', 'addr', 'add', `${THERE}/24`, 'dev', 'eth0'])
  await did([...there, 'ip', 'link', 'set', 'eth0', 'up'])
  await did([...there, 'ip', 'link', 'set', 'lo', 'up'])
  return there
}

/** nginx here, the application there. */
async function far(lab: Lab, ports: Ports, host: string): Promise<{ url: string; args: string[]; there: string[] }> {
  const there = await otherMachine(lab)
  const code = lab.write('srv/shop/server.js', apps.WELL)
  lab.start([...there, process.execPath, code], { env: { PORT: String(ports.app), HOST: THERE } })
  await until(
    async () => (await collect([...there, 'ss', '-ltn'])).out.includes(`${THERE}:${ports.app}`),
    'the application listens there',
  )
  const pass = `proxy_pass http://${host}:${ports.app}; proxy_connect_timeout 5s;`
  await lab.nginx({ port: ports.site, http: site(ports, pass) })
  return { url: url(ports), args: ['--timeout', '12s'], there }
}

/** The firewall of the other machine does this with what comes to the application. */
function filteredThere(...what: string[]): Case['start'] {
  return async (lab, ports) => {
    const { there, ...made } = await far(lab, ports, THERE)
    await did([...there, 'iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', String(ports.app), ...what])
    return made
  }
}

export const BLOCKED_CASES: readonly Case[] = [
  {
    name: 'socket-folder',
    says: "nginx's workers may not pass the folder of the application's socket",
    truth: {
      ...failing,
      cause: 'socket-permission',
      place: ['app', 'proxy'],
      shape: 'unreachable',
      cites: ['run/shop.sock', 'may not pass'],
    },

    async start(lab, ports) {
      const socket = lab.path('run/shop.sock')
      await lab.app('shop', apps.WELL, socket, { LISTEN: socket })
      chmodSync(socket, 0o666)
      chmodSync(dirname(socket), 0o700)
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://unix:${socket}:/;`) })
      return { url: url(ports) }
    },
  },
  {
    name: 'blocked-dropped',
    says: 'the firewall here drops what is sent to the application',
    truth: { ...blocked, cites: ['OUTPUT -p tcp -m tcp --dport 3000 -j DROP', '0 waiting of 511'] },

    start: filtered('-j', 'DROP'),
  },
  {
    name: 'blocked-prohibited',
    says: 'the firewall here rejects it as prohibited',
    truth: { ...blocked, cites: ['icmp-admin-prohibited', '0 waiting of 511'] },

    start: filtered('-j', 'REJECT', '--reject-with', 'icmp-admin-prohibited'),
  },
  {
    name: 'blocked-refused',
    says: 'the firewall here rejects it like an empty port',
    truth: { ...blocked, cites: ['icmp-port-unreachable', '0 waiting of 511'] },

    start: filtered('-j', 'REJECT'),
  },
  {
    name: 'blocked-there',
    says: "the application's machine drops what comes to it",
    truth: { ...blocked, cites: ['10.77.0.2:3000', 'answers on the wire'] },

    start: filteredThere('-j', 'DROP'),
  },
  {
    name: 'blocked-prohibited-there',
    says: "the application's machine rejects what comes to it",
    truth: { ...blocked, cites: ['10.77.0.2:3000', 'answers on the wire'] },

    start: filteredThere('-j', 'REJECT', '--reject-with', 'icmp-host-prohibited'),
  },
  {
    name: 'host-down',
    says: 'no machine has the address that nginx sends to',
    truth: { ...failing, cause: 'host-down', place: ['app'], shape: 'unreachable', cites: ['10.77.0.9', 'ARP'] },

    start: async (lab, ports) => {
      const { there: _, ...made } = await far(lab, ports, NOBODY)
      return made
    },
  },
]

import type { Told } from '../diagnosis.ts'
import { lastOfOld, oldAnswers, oldErrors } from '../noise.ts'
import type { Box } from './container.ts'
import { GATEWAYS } from './image.ts'

/** Node inside the container. */
export const NODE = '/usr/local/bin/node'
const PROGRAM = '/opt/triage502/bin/triage502.js'
const LOOK_AGAIN_MS = 100
const USUAL = 'location / { proxy_pass http://127.0.0.1:3000; }'
const LONGEST_WAIT_MS = 20_000

/** nginx on 8080 in front of 127.0.0.1:3000, and whatever a case makes of the shop behind it. */
export class Shop {
  readonly url = 'http://127.0.0.1:8080/checkout'
  readonly #strays: string[] = []
  readonly #groups: string[] = []
  /** Another gateway stands in the place of nginx. */
  #replaced = false
  /** Files of the other gateways. */
  readonly #written: string[] = []

  readonly box: Box

  constructor(box: Box) {
    this.box = box
  }

  /** Writes the applications, and starts nginx. Once for a container. */
  async open(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) await this.box.write(path, text)
    await this.ok('systemctl', 'enable', 'nginx')
    await this.nginx(USUAL)
  }

  /** The site's server block; nginx is started anew with it. */
  async nginx(locations: string): Promise<void> {
    const server = `server { listen 127.0.0.1:8080; server_name shop.example.com; ${locations} }\n`
    const blog = "server { listen 127.0.0.1:8090; server_name blog.example.com; location / { return 200 'blog'; } }\n"
    await this.box.write('/etc/nginx/sites-enabled/blog', blog)
    await this.box.write('/etc/nginx/sites-enabled/default', server)
    await this.ok('systemctl', 'restart', 'nginx')
  }

  /** Debian's HAProxy in the place of nginx, as its package sets it up: it logs to /dev/log, which is the journal's. */
  async haproxy(sections: string): Promise<void> {
    const global = `global
    log /dev/log local0
    chroot /var/lib/haproxy
    stats socket /run/haproxy/admin.sock mode 660 level admin
    user haproxy
    group haproxy
    daemon
defaults
    log global
    mode http
    option httplog
    option dontlognull
    timeout connect 5s
    timeout client 50s
    timeout server 50s
`
    await this.withoutNginx()
    await this.box.write('/etc/haproxy/haproxy.cfg', `${global}${sections}\n`)
    await this.box.exec(['systemctl', 'restart', 'haproxy'])
  }

  /** Another of Debian's gateways in the place of nginx, with these files; that it does not start is no mistake here. */
  async gateway(unit: string, files: Record<string, string>): Promise<void> {
    await this.withoutNginx()
    for (const [path, text] of Object.entries(files)) await this.box.write(path, text)
    this.#written.push(...Object.keys(files))
    await this.ok('systemctl', 'daemon-reload')
    await this.box.exec(['systemctl', 'restart', unit])
  }

  private async withoutNginx(): Promise<void> {
    await this.ok('systemctl', 'stop', 'nginx')
    // Its configuration must not speak of the port either.
    await this.ok('rm', '-f', '/etc/nginx/sites-enabled/default')
    this.#replaced = true
  }

  /** As before any case: no unit of ours, no process of ours, empty logs. */
  async clear(): Promise<void> {
    for (const pid of this.#strays.splice(0)) await this.box.exec(['kill', '-9', pid])
    for (const group of this.#groups.splice(0)) await this.box.exec(['rmdir', group])
    // It ends with 1 where there is none.
    const known = await this.box.exec(['systemctl', 'list-unit-files', '--no-legend', '--plain', 'shop*', 'web*'])
    const units = known.out.split('\n').flatMap((line) => line.split(/\s+/)[0] || [])
    if (units.length > 0) {
      await this.box.exec(['systemctl', 'disable', '--now', ...units])
      await this.box.exec(['systemctl', 'unmask', ...units])
      await this.box.exec(['systemctl', 'reset-failed', ...units])
      await this.ok(
        'rm',
        '-rf',
        ...units.flatMap((unit) => [`/etc/systemd/system/${unit}`, `/usr/lib/systemd/system/${unit}`]),
      )
    }
    await this.ok('systemctl', 'daemon-reload')
    // What another gateway was set up with must not speak of the port either.
    await this.ok('rm', '-f', '/etc/nginx/sites-enabled/other', '/etc/haproxy/haproxy.cfg')
    const others = GATEWAYS.filter((unit) => unit !== 'nginx')
    await this.box.exec(['systemctl', 'stop', ...others])
    await this.box.exec(['systemctl', 'reset-failed', ...others])
    const written = this.#written.splice(0)
    if (written.length > 0) await this.ok('rm', '-f', ...written)
    if (this.#replaced) await this.nginx(USUAL)
    this.#replaced = false
    const nginx = await this.property('ActiveState', 'nginx.service')
    if (nginx !== 'active') {
      await this.ok('systemctl', 'reset-failed', 'nginx')
      await this.ok('systemctl', 'start', 'nginx')
    }
    // Written into the files that nginx holds open: what it adds stands after.
    const now = new Date()
    const logs = { '/var/log/nginx/error.log': oldErrors(now), '/var/log/nginx/access.log': oldAnswers(now) }
    for (const [path, text] of Object.entries(logs)) await this.box.write(path, text)
    await this.ok('touch', '-d', lastOfOld(now).toISOString(), ...Object.keys(logs))
    await this.ok('journalctl', '--rotate')
    await this.ok('journalctl', '--vacuum-time=1ms')
  }

  /** Runs a program inside, and wants it to end well. */
  async ok(...argv: string[]): Promise<string> {
    const ran = await this.box.exec(argv)
    if (ran.exit !== 0) throw new Error(`${argv.join(' ')} ended with ${ran.exit}: ${ran.err}`)
    return ran.out
  }

  /** Writes a service of the shop and starts it; that it fails to start is no mistake here. */
  async service(lines: string, { unit = 'shop.service', more = '', start = true } = {}): Promise<void> {
    await this.box.units({ [unit]: serviceText(lines, more) })
    if (start) await this.box.exec(['systemctl', 'start', unit])
  }

  /** A program that no unit knows, as somebody starts one from a shell; gives its pid. */
  async stray(command: string, folder = '/srv/other'): Promise<string> {
    const shell = `mkdir -p ${folder}; cd ${folder}; setsid ${command} >>/tmp/stray.log 2>&1 </dev/null & echo $!`
    const pid = (await this.ok('sh', '-c', shell)).trim()
    this.#strays.push(pid)
    return pid
  }

  /** A memory cgroup beside all units; gives its folder. Whoever writes itself into `cgroup.procs` may hold so much. */
  async memoryGroup(limit: string): Promise<string> {
    const old = (await this.box.exec(['test', '-d', '/sys/fs/cgroup/memory'])).exit === 0
    const group = `/sys/fs/cgroup/${old ? 'memory/' : ''}triage502-lab-shop`
    const file = old ? 'memory.limit_in_bytes' : 'memory.max'
    await this.ok('sh', '-c', `mkdir -p ${group} && echo ${limit} > ${group}/${file}`)
    this.#groups.push(group)
    return group
  }

  /** One property of a unit as systemd prints it. */
  async property(name: string, unit = 'shop.service'): Promise<string> {
    return (await this.ok('systemctl', 'show', unit, '-P', name)).trim()
  }

  /** Waits until a unit is in one of these states (`failed`, `active`). */
  async isNow(state: string, unit = 'shop.service'): Promise<void> {
    await this.until(async () => (await this.property('ActiveState', unit)) === state, `${unit} is ${state}`)
  }

  /** Waits until somebody listens on this port. Nobody is asked: a request may be the end of them. */
  async listens(port: number): Promise<void> {
    const listed = async () => (await this.ok('ss', '-ltnH', `sport = :${port}`)).trim() !== ''
    await this.until(listed, `somebody listens on ${port}`)
  }

  /** What the site answers now: the status as a number, 0 where there was none. */
  async ask(): Promise<number> {
    const argv = ['curl', '-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', this.url]
    return Number((await this.box.exec(argv)).out)
  }

  /** Looks again and again, for at most 20 s. */
  async until(look: () => Promise<boolean>, what: string): Promise<void> {
    const last = Date.now() + LONGEST_WAIT_MS
    while (Date.now() < last) {
      if (await look()) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
    throw new Error(`it never came to pass that ${what}`)
  }

  /** As a person inside would, with nothing but the URL. `journal`: a full sweep is kept in this file inside. */
  async diagnose(options: { user?: string; journal?: string } = {}): Promise<Told> {
    const kept = options.journal ? ['--sweep', '--journal', options.journal] : ['--no-save']
    const argv = [NODE, PROGRAM, 'diagnose', this.url, '--json', ...kept]
    const ran = await this.box.exec(argv, { timeoutMs: 120_000, ...(options.user ? { user: options.user } : {}) })
    try {
      return JSON.parse(ran.out) as Told
    } catch {
      throw new Error(`no JSON (${ran.exit}): ${ran.out.slice(0, 300)} ${ran.err.slice(0, 2000)}`)
    }
  }
}

/** A unit file of the shop, with the lines of `[Service]` that a case wants to break. */
export function serviceText(lines: string, more = ''): string {
  return `[Unit]\nDescription=The shop\n${more}\n[Service]\n${lines}\n[Install]\nWantedBy=multi-user.target\n`
}

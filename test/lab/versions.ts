import { collect } from './lab.ts'

/** How the servers of the lab are asked for their versions: the name of the program's file, and its flag. */
const FLAGS: Readonly<Record<string, string>> = {
  nginx: '-v',
  haproxy: '-v',
  apache2: '-v',
  caddy: 'version',
  varnishd: '-V',
  'php-fpm8.2': '-v',
  gunicorn: '--version',
  go: 'version',
  node: '--version',
  dnsmasq: '--version',
  dockerd: '--version',
  systemctl: '--version',
}

/** A run of a server's version command: what it printed on both streams. */
export type Asks = (argv: string[]) => Promise<string>

const here: Asks = async (argv) => {
  const { out, err } = await collect(argv)
  return `${out}\n${err}`
}

/** `nginx` -> `1.22.1` for the known servers among these programs. */
export async function versionsOf(programs: Iterable<string>, ask: Asks = here): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const program of [...programs].sort()) {
    const flag = FLAGS[program]
    if (flag === undefined) continue
    const said = await ask([program, flag]).catch(() => '')
    const version = /\d+\.\d+(\.\d+)*|systemd (\d+)/.exec(said)
    found[program === 'systemctl' ? 'systemd' : program] = version?.[2] ?? version?.[0] ?? 'unknown'
  }
  return found
}

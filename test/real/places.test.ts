import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOOKS } from '../../src/probe/looks/index.ts'
import type { LookOutcome } from '../../src/probe/looks/types.ts'
import { openFilesReader } from '../../src/reading/machine/open-files.ts'
import { sightReader } from '../../src/reading/machine/sight.ts'
import { candidatesReader } from '../../src/reading/process/candidates.ts'
import { destinationReader } from '../../src/reading/process/destination.ts'
import { listenersReader } from '../../src/reading/process/listeners.ts'
import { pathReader } from '../../src/reading/process/path-info.ts'
import { processReader } from '../../src/reading/process/process.ts'
import { upstreamPlaceReader } from '../../src/reading/process/upstream-place.ts'
import type { JsonObject } from '../../src/words/json.ts'
import { captured, HTTP, start, tools } from '../probe/looks/support.ts'
import { context } from '../reading/process/support.ts'

/** Real namespaces and real users: needs root, util-linux and iproute2. */
const ROOT = process.geteuid?.() === 0 && existsSync('/usr/bin/unshare') && existsSync('/usr/bin/nsenter')

let folder = ''
let node = ''
let program = ''

/** Ordinary users cannot enter everybody's home: they get the looks as one file, and a Node, in a place of their own. */
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'places-')))
  chmodSync(folder, 0o755)
  node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  program = join(folder, 'look.mjs')
  const contents = `
    import { LOOKS } from './src/probe/looks/index.ts'
    import { runCommand } from './src/probe/run.ts'
    const [name, args] = process.argv.slice(2)
    const { signal } = new AbortController()
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
    const run = (argv, timeoutMs) => runCommand(argv, { timeoutMs, signal, env })
    const outcome = await LOOKS[name](JSON.parse(args), { run, signal, env, timeoutMs: 10000, now: () => new Date() })
    process.stdout.write(JSON.stringify(outcome))`
  const banner = { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" }
  const bundle = { bundle: true, platform: 'node', format: 'esm', outfile: program, banner } as const
  await build({ stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, logLevel: 'silent', ...bundle })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const see = async (name: string, args: JsonObject): Promise<LookOutcome> => {
  const look = LOOKS[name]
  if (!look) throw new Error(`no look ${name}`)
  return look(args, tools())
}

/** The same look as an ordinary user without any group. */
function seeAsNobody(name: string, args: JsonObject): LookOutcome {
  const setpriv = ['--reuid=65534', '--regid=65534', '--clear-groups', node, program, name, JSON.stringify(args)]
  return JSON.parse(execFileSync('setpriv', setpriv, { cwd: '/', env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' }))
}

const ANYWHERE = HTTP.replace("'127.0.0.1'", "'0.0.0.0'")
const apart = (...flags: string[]) => start('unshare', [...flags, node, '-e', ANYWHERE])

describe.skipIf(!ROOT)('another network namespace', () => {
  it('has listeners of its own, seen through its process', async () => {
    const app = await apart('--net')
    const port = BigInt(app.said)
    const ours = listenersReader.read(captured(await see('listeners', {})), context()).value
    expect(ours.complete).toBe(true)
    expect(ours.sockets.filter((socket) => socket.pid === BigInt(app.pid))).toEqual([])
    const outcome = await see('listeners', { pid: app.pid })
    expect(outcome).toMatchObject({
      at: `pid:${app.pid}`,
      argv: ['nsenter', '--target', String(app.pid), '--net', 'ss', '-lntxp'],
    })
    const theirs = listenersReader.read(captured(outcome), context()).value
    expect(theirs).toMatchObject({ complete: true, owners: true })
    const seen = theirs.sockets.filter((socket) => socket.protocol === 'tcp')
    expect(seen.map(({ address, port, pid }) => ({ address, port, pid }))).toEqual([
      { address: '0.0.0.0', port, pid: BigInt(app.pid) },
    ])
  })

  it('is no answer to a URL that points here', async () => {
    const app = await apart('--net')
    const { value } = destinationReader.read(
      captured(await see('destination', { url: `http://127.0.0.1:${app.said}/` })),
      context(),
    )
    expect(value).toMatchObject({ complete: true, local: true, listening: false, pid: 0n })
    const own = processReader.read(captured(await see('process', { pid: app.pid })), context()).value
    expect(own).toMatchObject({ complete: true, same_net: false, same_mnt: true })
  })

  it('has addresses of its own', async () => {
    const app = await apart('--net')
    const inside = (...argv: string[]) => execFileSync('nsenter', ['--target', String(app.pid), '--net', 'ip', ...argv])
    inside('link', 'set', 'lo', 'up')
    inside('addr', 'add', '198.51.100.7/32', 'dev', 'lo')
    inside('addr', 'add', '2001:db8::7/128', 'dev', 'lo', 'nodad')
    for (const host of ['198.51.100.7', '2001:db8::7', '127.0.0.1']) {
      const place = async (args: JsonObject) =>
        upstreamPlaceReader.read(captured(await see('upstream-place', { host, ...args })), context()).value
      expect(await place({ pid: app.pid })).toMatchObject({ complete: true, local: true })
      expect((await place({ pid: process.pid })).local).toBe(host === '127.0.0.1')
    }
  })

  it('has candidates that cannot be asked from here', async () => {
    const app = await apart('--net')
    const proxy = await start('nsenter', [
      '--target',
      String(app.pid),
      '--net',
      node,
      '-e',
      'console.log(1); setInterval(() => {}, 1000)',
    ])
    const args = { port: 3000, claimed: [], names: ['shop'], url_path: '/', host: 'shop.example.com', pid: proxy.pid }
    const { value, dark } = candidatesReader.read(captured(await see('ask-candidates', args)), context())
    expect(value.apps.map(({ pid, port, status }) => ({ pid, port, status }))).toEqual([
      { pid: BigInt(app.pid), port: BigInt(app.said), status: 0n },
    ])
    expect(dark.map((entry) => entry.why)).toEqual(['no-vantage'])
  })

  it('is told apart by an ordinary user too, who may not read its links', async () => {
    const app = await apart('--net')
    const read = (pid: number) => processReader.read(captured(seeAsNobody('process', { pid })), context()).value
    expect(read(app.pid)).toMatchObject({ complete: false, same_net: false, same_mnt: true })
    expect(read(process.pid)).toMatchObject({ complete: false, same_net: true, same_mnt: true })
  })
})

describe.skipIf(!ROOT)('another mount namespace', () => {
  /** What systemd's PrivateTmp does: a folder of the same name that is another. */
  async function privately(script: string) {
    const place = join(folder, 'private')
    mkdirSync(place, { recursive: true })
    const mount = `mount -t tmpfs tmpfs "$1" && chmod 755 "$1" && exec "$2" -e "$3" -- "$1"`
    return { place, app: await start('unshare', ['--mount', 'sh', '-c', mount, 'sh', place, node, script]) }
  }
  const SOCKET = `
    require('node:fs').symlinkSync(process.argv[1] + '/app.sock', process.argv[1] + '/link')
    require('node:net').createServer().listen(process.argv[1] + '/app.sock', () => console.log('ready'))`

  it('has files of its own, links in it lead nowhere else', async () => {
    const { place, app } = await privately(SOCKET)
    const read = async (path: string, pid: number) =>
      pathReader.read(captured(await see('path', { path, pid })), context()).value
    expect(await read(join(place, 'app.sock'), app.pid)).toMatchObject({ complete: true, exists: true, kind: 'socket' })
    expect(await read(join(place, 'link'), app.pid)).toMatchObject({ complete: true, exists: true, kind: 'socket' })
    expect(await read(join(place, 'app.sock'), process.pid)).toMatchObject({ complete: true, exists: false })
    expect((await see('path', { path: join(place, 'app.sock'), pid: app.pid })).at).toBe(`pid:${app.pid}`)
  })

  it('is dark for an ordinary user, never our files in its place', async () => {
    const { place, app } = await privately(SOCKET)
    const outcome = seeAsNobody('path', { path: join(place, 'app.sock'), pid: app.pid })
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'no-permission' })
    const same = seeAsNobody('path', { path: '/etc/hostname', pid: process.pid })
    expect(pathReader.read(captured(same), context()).value).toMatchObject({
      complete: true,
      exists: true,
      kind: 'file',
    })
  })

  it('resolves names by its own hosts file', async () => {
    const { place, app } = await privately(`
      const { execFileSync } = require('node:child_process')
      require('node:fs').writeFileSync(process.argv[1] + '/hosts', '192.0.2.99 backend\\n')
      execFileSync('mount', ['--bind', process.argv[1] + '/hosts', '/etc/hosts'])
      console.log('ready'); setInterval(() => {}, 1000)`)
    expect(place).not.toBe('')
    const read = async (pid: number) =>
      upstreamPlaceReader.read(captured(await see('upstream-place', { host: 'backend', pid })), context()).value
    expect(await read(app.pid)).toMatchObject({ complete: true, addresses: ['192.0.2.99'], local: false })
    expect((await read(process.pid)).addresses).not.toContain('192.0.2.99')
  })
})

describe.skipIf(!ROOT)('another pid namespace on our own network', () => {
  it('is elsewhere, though it listens here', async () => {
    const outer = await apart('--pid', '--fork', '--kill-child', '--mount-proc')
    const { value } = destinationReader.read(
      captured(await see('destination', { url: `http://127.0.0.1:${outer.said}/` })),
      context(),
    )
    expect(value).toMatchObject({ local: true, listening: true, same_net: true, same_mnt: false })
    expect(value.elsewhere).toBe(`another pid namespace (pid ${value.pid})`)
  })
})

describe.skipIf(!ROOT)('an ordinary user', () => {
  it('sees that somebody listens, and not who', async () => {
    const app = await start(node, ['-e', HTTP])
    const url = `http://127.0.0.1:${app.said}/`
    const { value, dark } = destinationReader.read(captured(seeAsNobody('destination', { url })), context())
    expect(value).toMatchObject({
      complete: false,
      local: true,
      listening: true,
      pid: 0n,
      same_net: false,
      same_mnt: false,
    })
    expect(dark.map((entry) => entry.why)).toEqual(['no-permission'])
    const listeners = listenersReader.read(captured(seeAsNobody('listeners', {})), context()).value
    expect(listeners).toMatchObject({ complete: true, owners: false })
    expect(listeners.sockets.some((socket) => socket.port === BigInt(app.said) && socket.pid === 0n)).toBe(true)
  })

  it('is told of hidden candidates instead of getting a short list for a whole one', async () => {
    await start(node, ['-e', HTTP])
    const args = { port: 3000, claimed: [], names: [] }
    const { value } = candidatesReader.read(captured(seeAsNobody('candidates', args)), context())
    expect(value.complete).toBe(false)
  })

  it('cannot count another’s open files, and knows what it cannot see', () => {
    const files = openFilesReader.read(captured(seeAsNobody('open-files', { pid: process.pid })), context())
    expect(files.value).toMatchObject({ complete: false, open: -1n })
    const sight = sightReader.read(captured(seeAsNobody('sight', {})), context()).value
    expect(sight).toMatchObject({ root: false, user: 'nobody', processes: 'no-permission', sockets: 'no-permission' })
  })
})

describe.skipIf(!ROOT)('the right to write a socket', () => {
  const GROUP = 4711
  const WORKER = ['--reuid=33', '--regid=33', `--groups=33,${GROUP}`]
  const MASTER = `require('node:child_process').spawn('setpriv', ['--pdeathsig=KILL', ...process.argv.slice(1), 'sleep', '60'], { stdio: 'ignore' })
    .on('spawn', () => setTimeout(() => console.log('ready'), 300))`
  const CONNECT = `require('node:net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', (e) => process.exit(e.code === 'EACCES' ? 13 : 1))`

  it.each<[string, { socket: number; folder: number; owner: [number, number]; folderOwner: [number, number] }]>([
    ['everything open', { socket: 0o666, folder: 0o755, owner: [0, 0], folderOwner: [0, 0] }],
    ['the socket closed to others', { socket: 0o660, folder: 0o755, owner: [0, 0], folderOwner: [0, 0] }],
    ['the worker owns it', { socket: 0o600, folder: 0o755, owner: [33, 0], folderOwner: [0, 0] }],
    ['the worker’s group', { socket: 0o660, folder: 0o755, owner: [0, 33], folderOwner: [0, 0] }],
    ['a supplementary group', { socket: 0o660, folder: 0o755, owner: [0, GROUP], folderOwner: [0, 0] }],
    ['its owner shut out', { socket: 0o066, folder: 0o755, owner: [33, 0], folderOwner: [0, 0] }],
    ['its group shut out', { socket: 0o606, folder: 0o755, owner: [0, GROUP], folderOwner: [0, 0] }],
    ['readable only', { socket: 0o444, folder: 0o755, owner: [0, 0], folderOwner: [0, 0] }],
    ['the folder closed', { socket: 0o666, folder: 0o700, owner: [0, 0], folderOwner: [0, 0] }],
    ['the folder open to the group', { socket: 0o666, folder: 0o710, owner: [0, 0], folderOwner: [0, GROUP] }],
    ['the folder only listable', { socket: 0o666, folder: 0o744, owner: [0, 0], folderOwner: [0, 0] }],
  ])('is judged as the kernel judges it: %s', async (_, rights) => {
    const place = mkdtempSync(join(folder, 'rights-'))
    const path = join(place, 'app.sock')
    await start(node, [
      '-e',
      `require('node:net').createServer((c) => c.end()).listen(process.argv[1], () => console.log('ready'))`,
      '--',
      path,
    ])
    chownSync(path, ...rights.owner)
    chmodSync(path, rights.socket)
    chownSync(place, ...rights.folderOwner)
    chmodSync(place, rights.folder)
    const master = await start(node, ['-e', MASTER, '--', ...WORKER])
    const truth = spawnSync('setpriv', [...WORKER, node, '-e', CONNECT, '--', path], { cwd: '/' }).status
    const { value } = pathReader.read(captured(await see('path', { path, pid: master.pid })), context())
    expect([0, 13]).toContain(truth)
    expect(value).toMatchObject({ complete: true, exists: true, worker: 'www-data', writable: truth === 0 })
    const closed = rights.folder !== 0o755 && truth === 13
    expect(value.stops_at).toBe(closed ? place : '')
  })

  it.skipIf(!existsSync('/usr/bin/setfacl'))('is left open where an access list has the last word', async () => {
    const place = mkdtempSync(join(folder, 'rights-'))
    chmodSync(place, 0o755)
    const path = join(place, 'app.sock')
    writeFileSync(path, '')
    chmodSync(path, 0o600)
    execFileSync('setfacl', ['-m', 'u:33:rw', path])
    const master = await start(node, ['-e', MASTER, '--', ...WORKER])
    const { value, dark } = pathReader.read(captured(await see('path', { path, pid: master.pid })), context())
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toBe(`${path} has an access list, which was not read`)
  })
})

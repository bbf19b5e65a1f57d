import { describe, expect, it } from 'vitest'
import { containersReader } from '../../../src/reading/docker/containers.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { context, looked, printed } from '../process/support.ts'

/** In the shape of `docker inspect` (Docker 20.10), as far as it is kept. */
const WEB: JsonObject = {
  Id: 'e78828512994a64ee3ea4c0d5497d6f55615c65ba797076a0364e1aced08b3c1',
  Name: '/shop-web-1',
  Created: '2026-11-21T03:00:00.5Z',
  RestartCount: 0,
  LogPath: '/var/lib/docker/containers/e788/e788-json.log',
  State: {
    Status: 'running',
    ExitCode: 0,
    OOMKilled: false,
    Error: '',
    StartedAt: '2026-11-21T03:00:01Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Pid: 4242,
  },
  Config: { Image: 'shop/web:1.4.2', Labels: {} },
  HostConfig: {
    NetworkMode: 'default',
    Memory: 67108864,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    PortBindings: { '3000/tcp': [{ HostIp: '127.0.0.1', HostPort: '3000' }] },
    LogConfig: { Type: 'json-file' },
  },
  NetworkSettings: {
    Ports: { '3000/tcp': [{ HostIp: '127.0.0.1', HostPort: '3000' }] },
    Networks: { shop_back: { NetworkID: 'n1', IPAddress: '172.18.0.2', Aliases: ['web', 'e78828512994'] } },
  },
}
const state = (more: JsonObject): JsonObject => ({ ...(WEB.State as JsonObject), ...more })
const settings = (networks: JsonObject): JsonObject => ({ Ports: {}, Networks: networks })

/** nginx in a container of its own, in the same network. */
const GATEWAY: JsonObject = {
  ...WEB,
  Id: 'a'.repeat(64),
  Name: '/shop-nginx-1',
  State: state({ Pid: 5000 }),
  HostConfig: {
    ...(WEB.HostConfig as JsonObject),
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
  },
  NetworkSettings: settings({ shop_back: { NetworkID: 'n1', IPAddress: '172.18.0.3', Aliases: ['nginx'] } }),
}

const UPSTREAM: Record<string, Value> = { 'upstream.host': '127.0.0.1', 'upstream.port': 3000n, 'url.port': 8080n }
const list = (containers: JsonObject[], more: JsonObject = {}) => looked({ engine: 'answers', containers, ...more })
const read = (containers: JsonObject[], facts: Record<string, Value> = UPSTREAM, more: JsonObject = {}) =>
  containersReader.read(list(containers, more), context(facts)).value

describe('the container behind the upstream', () => {
  it('is the one that publishes its port', () => {
    const { upstream, complete, engine, count } = read([WEB])
    expect({ complete, engine, count }).toEqual({ complete: true, engine: 'answers', count: 1n })
    expect(upstream).toMatchObject({
      found: true,
      by: 'port',
      name: 'shop-web-1',
      id: 'e78828512994',
      image: 'shop/web:1.4.2',
      state: 'running',
      policy: 'no',
      pid: 4242n,
      port: 3000n,
      published: '127.0.0.1:3000',
      memory: 67108864n,
      started: new Date('2026-11-21T03:00:01Z'),
      ended: NEVER,
      log: '/var/lib/docker/containers/e788/e788-json.log',
    })
  })

  it('is the one that has its address, whatever is published', () => {
    const facts = { 'upstream.host': '172.18.0.2', 'upstream.port': 8000n }
    expect(read([GATEWAY, WEB], facts).upstream).toMatchObject({ by: 'address', name: 'shop-web-1', port: 8000n })
  })

  it('is none where the port is published on an address that the gateway does not ask', () => {
    const facts = { 'upstream.host': '127.0.0.2', 'upstream.port': 3000n }
    expect(read([WEB], facts).upstream.found).toBe(false)
  })

  it('is none where another port is asked, or none is known', () => {
    expect(read([WEB], { 'upstream.host': '127.0.0.1', 'upstream.port': 3001n }).upstream.found).toBe(false)
    expect(read([WEB], {}).upstream.found).toBe(false)
  })

  it('is one that runs before one that ended, and of those the last', () => {
    const ended = (name: string, at: string): JsonObject => ({
      ...WEB,
      Id: name.padEnd(64, '0'),
      Name: `/${name}`,
      State: state({ Status: 'exited', Pid: 0, FinishedAt: at }),
    })
    const [first, last] = [ended('aa', '2026-11-21T03:10:00Z'), ended('bb', '2026-11-21T03:20:00Z')]
    expect(read([first, WEB, last]).upstream).toMatchObject({ name: 'shop-web-1', others: 2n })
    expect(read([first, last]).upstream.name).toBe('bb')
  })

  it('says why it ended', () => {
    const killed = { ...WEB, State: state({ Status: 'exited', ExitCode: 137, OOMKilled: true, Pid: 0 }) }
    expect(read([killed]).upstream).toMatchObject({ state: 'exited', exit_code: 137n, oom: true, pid: 0n })
  })

  it('says what its health check printed last', () => {
    const Health = { Status: 'unhealthy', FailingStreak: 4, Log: [{ ExitCode: 1, Output: 'refused\n' }] }
    const { upstream } = read([{ ...WEB, State: state({ Health }) }])
    expect(upstream).toMatchObject({ health: 'unhealthy', health_failed: 4n, health_said: 'refused' })
  })

  it('counts a port that the engine chose', () => {
    const chosen = {
      ...WEB,
      HostConfig: { PortBindings: { '3000/tcp': [{ HostIp: '', HostPort: '' }] } },
      NetworkSettings: { Ports: { '3000/tcp': [{ HostIp: '0.0.0.0', HostPort: '3000' }] }, Networks: {} },
    }
    expect(read([chosen]).upstream).toMatchObject({ by: 'port', published: '0.0.0.0:3000' })
  })

  it('does not take UDP for TCP', () => {
    const udp = { ...WEB, HostConfig: { PortBindings: { '3000/udp': [{ HostIp: '', HostPort: '3000' }] } } }
    expect(read([{ ...udp, NetworkSettings: settings({}) }]).upstream.found).toBe(false)
  })

  it('has no log file where its output goes elsewhere', () => {
    const journald = { ...WEB, HostConfig: { ...(WEB.HostConfig as JsonObject), LogConfig: { Type: 'journald' } } }
    expect(read([journald]).upstream.log).toBe('')
  })
})

describe('who was kept out of a port', () => {
  const error =
    'driver failed programming external connectivity: Bind for 127.0.0.1:3000 failed: port is already allocated'
  const refused = {
    ...WEB,
    Id: 'c'.repeat(64),
    Name: '/shop-web-2',
    State: state({ Status: 'created', Error: error, Pid: 0 }),
  }

  it('is a container that was never started, for that reason', () => {
    const { kept_out, upstream } = read([refused, WEB])
    expect(upstream.name).toBe('shop-web-1')
    expect(kept_out).toMatchObject({ found: true, name: 'shop-web-2', error })
  })

  it('is nobody where the reason is another', () => {
    const other = { ...refused, State: state({ Status: 'created', Error: 'no such file', Pid: 0 }) }
    expect(read([other, WEB]).kept_out.found).toBe(false)
  })
})

describe('a newer version beside it', () => {
  const ended = { ...WEB, State: state({ Status: 'exited', Pid: 0 }) }
  const next = (image: string, labels: JsonObject = {}): JsonObject => ({
    ...WEB,
    Id: 'd'.repeat(64),
    Name: '/shop-web-2',
    Config: { Image: image, Labels: labels },
    HostConfig: {
      ...(WEB.HostConfig as JsonObject),
      PortBindings: { '3000/tcp': [{ HostIp: '', HostPort: '3001' }] },
    },
    NetworkSettings: settings({}),
  })

  it('is of the same image, whatever its tag, and published on another port', () => {
    expect(read([ended, next('shop/web:1.5.0')]).moved).toMatchObject({
      found: true,
      name: 'shop-web-2',
      host_port: 3001n,
      published: '*:3001',
    })
    expect(read([ended, next(`shop/web@sha256:${'0'.repeat(64)}`)]).moved.found).toBe(true)
  })

  it('is not one of another image, or of a registry’s other port', () => {
    expect(read([ended, next('blog/web:1.4.2')]).moved.found).toBe(false)
    expect(read([ended, next('registry:5000/shop/web')]).moved.found).toBe(false)
  })

  it('is of the same service where both are of one, and not where they are of two', () => {
    const labels = (service: string) => ({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': service,
    })
    const web = { ...ended, Config: { Image: 'node:24', Labels: labels('web') } }
    expect(read([web, next('node:26', labels('web'))]).moved.found).toBe(true)
    expect(read([web, next('node:24', labels('worker'))]).moved.found).toBe(false)
  })

  it('does not matter while the first one runs', () => {
    expect(read([WEB, next('shop/web:1.5.0')]).moved.found).toBe(false)
  })
})

describe('the gateway', () => {
  it('is what publishes the port of the URL', () => {
    expect(read([WEB, GATEWAY]).gateway).toMatchObject({ name: 'shop-nginx-1', port: 80n, pid: 5000n, by: 'port' })
  })

  it('is what runs the process that was seen', () => {
    const host = { ...GATEWAY, HostConfig: { NetworkMode: 'host' }, NetworkSettings: settings({}) }
    expect(read([WEB, host], { 'proxy.pid': 5000n }).gateway).toMatchObject({ name: 'shop-nginx-1', by: 'process' })
  })

  it('is what was found to be it before, and then the machine’s ports say nothing of the upstream', () => {
    const value = read([WEB, GATEWAY], { ...UPSTREAM, 'proxy.container': 'shop-nginx-1' })
    expect(value.gateway.name).toBe('shop-nginx-1')
    expect(value.upstream.found).toBe(false)
  })
})

describe('a name', () => {
  const named = { 'proxy.container': 'shop-nginx-1', 'upstream.name': 'web', 'upstream.port': 3000n }

  it('leads to a container of a network that both are in', () => {
    expect(read([WEB, GATEWAY], named).named).toMatchObject({
      name: 'shop-web-1',
      shared: true,
      address: '172.18.0.2',
      port: 3000n,
    })
  })

  it('is known, and of no use, in another network', () => {
    const apart = {
      ...WEB,
      NetworkSettings: settings({ other: { NetworkID: 'n2', IPAddress: '172.19.0.2', Aliases: ['web'] } }),
    }
    expect(read([apart, GATEWAY], named).named).toMatchObject({ found: true, shared: false, networks: ['other'] })
  })

  it('stands in the configuration where the log does not tell it', () => {
    const facts = {
      'proxy.container': 'shop-nginx-1',
      'config.named': ['web:3000', 'api:4000'],
      'upstream.port': 3000n,
    }
    expect(read([WEB, GATEWAY], facts).named.name).toBe('shop-web-1')
    expect(read([WEB, GATEWAY], { ...facts, 'upstream.port': 5000n }).named.found).toBe(false)
  })
})

describe('what is not there', () => {
  it('is an answer where no engine is', () => {
    const { value } = containersReader.read(looked({ engine: '', containers: [] }), context(UPSTREAM))
    expect(value).toMatchObject({ complete: true, engine: '', count: 0n })
  })

  it('proves nothing where not all were looked at', () => {
    const { value, dark } = containersReader.read(list([WEB], { count: 3 }), context(UPSTREAM))
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toBe('2 of 3 containers were not looked at')
  })

  it('proves nothing where the look was cut or blind', () => {
    for (const more of [{ cut: true }, { timedOut: true }, { outcome: 'blind' as const }]) {
      const capture = { ...list([WEB]), ...more }
      expect(containersReader.read(capture, context()).value.complete).toBe(false)
    }
  })
})

describe('pasted', () => {
  it('`docker inspect` is read too, and proves no absence', () => {
    const capture = printed('docker inspect shop-web-1', JSON.stringify([WEB]), { pasted: true })
    const { value } = containersReader.read(capture, context(UPSTREAM))
    expect(value.upstream.name).toBe('shop-web-1')
    expect(value.complete).toBe(false)
  })

  it.each(['', 'null', '[]', '{', '[1,null,"a"]', 'Cannot connect to the Docker daemon'])('%j holds nothing', (out) => {
    expect(containersReader.read(printed('docker inspect x', out), context(UPSTREAM)).value.upstream.found).toBe(false)
  })
})

describe('what is kept', () => {
  const secret = {
    ...WEB,
    Args: ['--token', 's3cr3t'],
    Config: {
      Image: 'shop/web',
      Env: ['DATABASE_URL=postgres://shop:s3cr3t@db/shop'],
      Cmd: ['node', '--key=s3cr3t'],
      Labels: { 'com.docker.compose.service': 'web', token: 's3cr3t' },
    },
    Mounts: [{ Source: '/srv/s3cr3t' }],
  }

  it('holds no environment, command, foreign label, or mount of an unknown kind', () => {
    const { out } = containersReader.keep?.(JSON.stringify([secret])) ?? { out: '' }
    expect(out).not.toContain('s3cr3t')
    expect(out).toContain('com.docker.compose.service')
  })

  it('reads as the whole did', () => {
    const whole = JSON.stringify({ engine: 'answers', containers: [secret, GATEWAY] })
    const { out } = containersReader.keep?.(whole) ?? { out: '' }
    const facts = context(UPSTREAM)
    expect(containersReader.read(looked(JSON.parse(out)), facts)).toEqual(
      containersReader.read(looked(JSON.parse(whole)), facts),
    )
  })

  it('is nothing of what is no list', () => {
    expect(containersReader.keep?.('password: s3cr3t')).toEqual({ out: '', leftOut: 'what was no list of containers' })
    expect(containersReader.keep?.('')).toEqual({ out: '', leftOut: '' })
  })
})

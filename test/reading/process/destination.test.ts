import { describe, expect, it } from 'vitest'
import { destinationReader } from '../../../src/reading/process/destination.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, looked } from './support.ts'

const ID = '3f4e1c0d9a8b'.padEnd(64, '7')
const OWNER = {
  pid: 3630,
  exe: '/usr/sbin/nginx',
  comm: 'nginx',
  forward: [],
  cgroup: '0::/system.slice/nginx.service',
  own_cgroup: '0::/user.slice/user-0.slice/session-1.scope',
  same_net: 'same',
  same_mnt: 'same',
  same_pid: 'same',
}
const HERE: JsonObject = {
  host: 'shop.example.com',
  port: 80,
  addresses: ['192.0.2.2'],
  unresolved: '',
  error: '',
  interfaces: ['127.0.0.1', '::1', '192.0.2.2'],
  whole: true,
  listening: true,
  bound: '0.0.0.0',
  owner: OWNER,
}

const read = (raw: JsonObject, more = {}) => destinationReader.read(looked(raw, more), context())
const owned = (more: JsonObject) => read({ ...HERE, owner: { ...OWNER, ...more } }).value

describe('where the URL points', () => {
  it('is this machine when its address and the listener are ours', () => {
    expect(read(HERE).value).toEqual({
      complete: true,
      resolves: true,
      addresses: ['192.0.2.2'],
      local: true,
      listening: true,
      pid: 3630n,
      program: 'nginx',
      same_net: true,
      same_mnt: true,
      elsewhere: '',
      clients: [],
      interfaces: ['192.0.2.2'],
    })
    expect(read({ ...HERE, clients: ['kubectl'] }).value.clients).toEqual(['kubectl'])
  })

  it('is another machine when no interface has the address', () => {
    expect(read({ ...HERE, addresses: ['203.0.113.9'], listening: false, owner: {} }).value).toMatchObject({
      complete: true,
      local: false,
      listening: false,
    })
  })

  it('is this machine for every loopback address', () => {
    expect(read({ ...HERE, addresses: ['127.0.0.9'], interfaces: [] }).value.local).toBe(true)
  })
})

describe('an owner elsewhere', () => {
  it('is named by its container', () => {
    expect(
      owned({ cgroup: `0::/system.slice/docker-${ID}.scope`, same_mnt: 'other', same_pid: 'other' }),
    ).toMatchObject({
      same_net: true,
      same_mnt: false,
      elsewhere: 'container 3f4e1c0d9a8b',
    })
  })

  it('is not elsewhere when we are in that container too', () => {
    const cgroup = `0::/system.slice/docker-${ID}.scope`
    expect(owned({ cgroup, own_cgroup: cgroup }).elsewhere).toBe('')
  })

  it('is what a port forwarder sends to', () => {
    const forward = ['-container-ip', '172.17.0.2', '-container-port', '80']
    expect(owned({ exe: '/usr/bin/docker-proxy', forward }).elsewhere).toBe('the container at 172.17.0.2:80')
    // The title is anybody's to write; only the file says what runs.
    expect(owned({ exe: '/usr/sbin/nginx', comm: 'docker-proxy', forward }).elsewhere).toBe('')
  })

  it('is named by its namespace where there is no container', () => {
    expect(owned({ same_net: 'other' })).toMatchObject({
      same_net: false,
      elsewhere: 'another network namespace (pid 3630)',
    })
    expect(owned({ same_pid: 'other' }).elsewhere).toBe('another pid namespace (pid 3630)')
  })

  it('is not elsewhere for private files alone', () => {
    expect(owned({ same_mnt: 'other' })).toMatchObject({ same_mnt: false, elsewhere: '' })
  })
})

describe('what cannot be seen', () => {
  it('is no matter of rights where the look ran out of time', () => {
    const { value, dark } = read({ ...HERE, owner: {} }, { timedOut: true })
    expect(value).toMatchObject({ complete: false, listening: true, pid: 0n })
    expect(dark).toEqual([{ why: 'timed-out', says: 'who listens on port 80 was not found in time' }])
  })

  it('is never ours: an owner of another user', () => {
    const { value, dark } = read({ ...HERE, owner: {} })
    expect(value).toMatchObject({
      complete: false,
      listening: true,
      pid: 0n,
      program: '',
      same_net: false,
      same_mnt: false,
    })
    expect(dark).toEqual([{ why: 'no-permission', says: 'who listens on port 80 belongs to another user' }])
  })

  it('is never ours: namespaces that cannot be compared', () => {
    expect(owned({ same_net: 'unknown', same_mnt: 'unknown' })).toMatchObject({
      complete: false,
      same_net: false,
      same_mnt: false,
    })
  })

  it('a resolver that did not answer is no proof that the name does not resolve', () => {
    const nothing = { ...HERE, addresses: [], listening: false, owner: {} }
    expect(read({ ...nothing, unresolved: 'unsure', error: 'EAI_AGAIN' })).toMatchObject({
      value: { complete: false, resolves: false },
      dark: [{ why: 'unreachable-host', says: 'whether shop.example.com resolves is not known: EAI_AGAIN' }],
    })
    expect(read({ ...nothing, unresolved: 'definite', error: 'ENOTFOUND' }).value).toMatchObject({
      complete: true,
      resolves: false,
    })
  })
})

import { describe, expect, it } from 'vitest'
import { forwardsTo, parseCgroup, unitOf } from '../../../src/reading/process/cgroup.ts'
import { fixture } from './support.ts'

/** Docker's ids are 64 hexadecimal digits; people and `docker ps` use the first 12. */
const ID = '3f4e1c0d9a8b'.padEnd(64, '7')
const OTHER = 'aaaabbbbcccc'.padEnd(64, '1')

describe('units', () => {
  it.each([
    ['a system service', '0::/system.slice/nginx.service', 'nginx.service', false],
    ['a template’s instance', '0::/system.slice/system-shop.slice/shop@3000.service', 'shop@3000.service', false],
    ['an escaped name', '0::/system.slice/shop\\x2dapi.service', 'shop\\x2dapi.service', false],
    ['a part that the service made itself', '0::/system.slice/shop.service/worker', 'shop.service', false],
    ['a user’s service', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service', 'foo.service', true],
    ['a login', '0::/user.slice/user-1000.slice/session-3.scope', '', false],
    ['a user’s manager', '0::/user.slice/user-1000.slice/user@1000.service/init.scope', '', false],
    ['a protected name', '0::/system.slice/_cpu.service', 'cpu.service', false],
    [
      'version 1',
      '9:name=systemd:/system.slice/shop.service\n4:memory:/system.slice/shop.service',
      'shop.service',
      false,
    ],
    ['both versions', '1:name=systemd:/system.slice/shop.service\n0::/', 'shop.service', false],
    ['nothing', '0::/', '', false],
    ['no text', '', '', false],
  ])('%s', (_, cgroup, unit, userUnit) => {
    expect(parseCgroup(cgroup)).toEqual({ unit, userUnit, container: '' })
  })
})

describe('containers', () => {
  it.each([
    ['Docker, cgroup v1', `12:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}`, '3f4e1c0d9a8b'],
    ['Docker, systemd driver', `0::/system.slice/docker-${ID}.scope`, '3f4e1c0d9a8b'],
    [
      'Kubernetes',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1234.slice/cri-containerd-${ID}.scope`,
      '3f4e1c0d9a8b',
    ],
    [
      'Kubernetes, containerd in one line',
      `0::/system.slice/containerd.service/kubepods-besteffort-pod12.slice:cri-containerd:${ID}`,
      '3f4e1c0d9a8b',
    ],
    ['CRI-O', `0::/kubepods.slice/kubepods-pod12.slice/crio-${ID}.scope`, '3f4e1c0d9a8b'],
    [
      'Podman of a user',
      `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`,
      '3f4e1c0d9a8b',
    ],
    ['LXC', '0::/lxc.payload.web/init.scope', 'web'],
    ['LXC, cgroup v1', '4:memory:/lxc/web', 'web'],
    ['systemd-nspawn', '0::/machine.slice/systemd-nspawn@web.service/payload/system.slice/shop.service', 'web'],
    ['seen from outside a cgroup namespace', `0::/../../docker/${ID}`, '3f4e1c0d9a8b'],
  ])('%s', (_, cgroup, container) => {
    expect(parseCgroup(cgroup).container).toBe(container)
  })

  it('takes no shorter id and no other scope for one', () => {
    expect(parseCgroup(`0::/system.slice/docker-${ID.slice(1)}.scope`).container).toBe('')
    expect(parseCgroup(`0::/system.slice/x${ID}.scope`).container).toBe('')
    expect(parseCgroup('0::/system.slice/docker.service').container).toBe('')
  })
})

describe('whose unit it is', () => {
  const inside = parseCgroup(`0::/system.slice/docker-${ID}.scope/system.slice/shop.service`)
  const host = parseCgroup('0::/user.slice/user-0.slice/session-1.scope')

  it('a container’s unit is not one of the host', () => {
    expect(unitOf(inside, host)).toEqual({ unit: '', userUnit: false, container: '3f4e1c0d9a8b' })
  })

  it('a real one: systemd in Docker, seen from the host and from inside', () => {
    const journald = parseCgroup(fixture('cgroup-systemd-in-docker.txt'))
    expect(unitOf(journald, parseCgroup('0::/'))).toEqual({ unit: '', userUnit: false, container: 'eef6a39fe10b' })
    expect(unitOf(journald, journald)).toEqual({ unit: 'systemd-journald.service', userUnit: false, container: '' })
  })

  it('seen from the same container it is a unit, and nothing is elsewhere', () => {
    expect(unitOf(inside, parseCgroup(`0::/system.slice/docker-${ID}.scope/init.scope`))).toEqual({
      unit: 'shop.service',
      userUnit: false,
      container: '',
    })
  })

  it('another container is elsewhere', () => {
    expect(unitOf(inside, parseCgroup(`0::/system.slice/docker-${OTHER}.scope`)).container).toBe('3f4e1c0d9a8b')
  })

  it('the container’s own manager counts where only some hierarchies name the unit', () => {
    const mixed = `4:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}/system.slice/shop.service`
    expect(parseCgroup(mixed)).toEqual({ unit: 'shop.service', userUnit: false, container: '3f4e1c0d9a8b' })
  })
})

describe('port forwarders', () => {
  it('say where they send to', () => {
    const command =
      '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80'
    expect(forwardsTo('docker-proxy', command.split(' '))).toBe('the container at 172.17.0.2:80')
    expect(forwardsTo('docker-proxy', ['docker-proxy', '-container-ip', 'rm -rf'])).toBe(
      'a container behind docker-proxy',
    )
    expect(forwardsTo('rootlessport', [])).toBe('a container behind rootlessport')
    expect(forwardsTo('nginx', ['nginx', '-container-ip', '172.17.0.2'])).toBe('')
  })
})

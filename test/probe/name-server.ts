import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a name has: another name, or addresses. A name that is not there does not exist; an empty text is a name server that fails. */
export type Zone = Record<string, { alias: string } | { addresses: string[] } | 'fails'>

const [A, CNAME, NXDOMAIN, SERVFAIL] = [1, 5, 3, 2]

/** A name server on loopback for one test, as RFC 1035 wants one: `127.0.0.1:port`. It answers only what it is asked for. */
export async function nameServer(zone: Zone): Promise<string> {
  const socket = createSocket('udp4')
  onTestFinished(() => new Promise((resolve) => socket.close(() => resolve())))
  socket.on('message', (asked, from) => socket.send(answer(asked, zone), from.port, from.address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`
}

function answer(asked: Buffer, zone: Zone): Buffer {
  const { name, end } = nameAt(asked, 12)
  const type = asked.readUInt16BE(end)
  const known = zone[name]
  const records =
    known === undefined || known === 'fails'
      ? []
      : 'alias' in known
        ? type === CNAME
          ? [record(CNAME, encoded(known.alias))]
          : []
        : type === A
          ? known.addresses.map((address) => record(A, Buffer.from(address.split('.').map(Number))))
          : []
  const head = Buffer.alloc(12)
  asked.copy(head, 0, 0, 2)
  head.writeUInt16BE(0x8180 | (known === 'fails' ? SERVFAIL : known === undefined ? NXDOMAIN : 0), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(records.length, 6)
  return Buffer.concat([head, asked.subarray(12, end + 4), ...records])
}

/** About the name of the question, to be kept for a minute. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function encoded(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ])
}

function nameAt(packet: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

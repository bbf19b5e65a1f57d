import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askCandidatesLook, mayAsk } from '../../../src/probe/looks/ask-candidates.ts'
import { candidatesLook } from '../../../src/probe/looks/candidates.ts'
import { candidatesReader } from '../../../src/reading/process/candidates.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, HTTP, node, tools } from './support.ts'

const NAMES = ['shop.example.com', 'shop']

/** A folder `shop` for a program to run in: the tie to the site. */
function shopFolder(): string {
  const path = join(folder(), 'shop')
  mkdirSync(path)
  return path
}

async function look(args: JsonObject, pid: number) {
  const outcome = await candidatesLook({ port: 3000, claimed: [], names: NAMES, ...args }, tools())
  const { value } = candidatesReader.read(captured(outcome), context())
  return { value, outcome, app: value.apps.find((app) => app.pid === BigInt(pid)) }
}

describe('candidates', () => {
  it('are programs that listen, with their ties', async () => {
    const child = await node(HTTP, {
      cwd: shopFolder(),
      env: { PORT: '3000', URLS: 'https://shop.example.com/', TOKEN: 's3cr3t' },
    })
    const { app, outcome } = await look({}, child.pid)
    expect(app).toMatchObject({ program: 'node', address: '127.0.0.1', port: BigInt(child.said), status: 0n })
    expect(app?.ties).toEqual(['folder shop', 'environment PORT=3000', 'environment names shop.example.com'])
    expect(outcome.out).not.toContain('s3cr3t')
  })

  it('are not those that a proxy sends to already', async () => {
    const child = await node(HTTP)
    for (const claimed of [`127.0.0.1:${child.said}`, `localhost:${child.said}`, `app.internal:${child.said}`]) {
      expect((await look({ claimed: [claimed] }, child.pid)).app).toBeUndefined()
    }
    expect((await look({ claimed: [`203.0.113.9:${child.said}`, '127.0.0.1:1'] }, child.pid)).app).toBeDefined()
  })

  it('are not the proxy itself, nor what it started', async () => {
    const child = await node(HTTP)
    expect((await look({ pid: child.pid }, child.pid)).app).toBeUndefined()
    expect((await look({ pid: process.pid }, child.pid)).app).toBeUndefined()
  })

  it('cannot be known when the proxy is gone', async () => {
    expect((await look({ pid: 4_194_304 }, 1)).outcome).toMatchObject({ outcome: 'blind', why: 'no-vantage' })
  })
})

describe('ask-candidates', () => {
  const ask = async (args: JsonObject) =>
    candidatesReader.read(
      captured(
        await askCandidatesLook(
          { port: 3000, claimed: [], names: NAMES, host: 'shop.example.com', url_path: '/', ...args },
          tools(),
        ),
      ),
      context(),
    ).value.apps

  it('asks the tied ones as the proxy would', async () => {
    const child = await node(HTTP, { cwd: shopFolder() })
    const app = (await ask({})).find((candidate) => candidate.pid === BigInt(child.pid))
    expect(app).toMatchObject({ status: 418n })
  })

  it('gives no status to what does not speak HTTP', async () => {
    const ssh = `require('node:net').createServer((c) => c.end('SSH-2.0-x\\r\\n')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
    const child = await node(ssh, { cwd: shopFolder() })
    expect((await ask({})).find((candidate) => candidate.pid === BigInt(child.pid))).toMatchObject({ status: 0n })
  })

  it('asks over loopback only, and never a port that is no web application’s', () => {
    expect(mayAsk({ address: '127.0.0.1', port: 3001 })).toBe(true)
    expect(mayAsk({ address: '*', port: 3001 })).toBe(true)
    expect(mayAsk({ address: '10.0.0.5', port: 3001 })).toBe(false)
    const never = [22, 25, 80, 3306, 5432, 6379, 9100, 9200, 11211, 27017]
    expect(never.filter((port) => mayAsk({ address: '127.0.0.1', port }))).toEqual([])
  })

  it.each([
    ['a path that would be another request', { url_path: '/ HTTP/1.1\r\nX: y' }],
    ['no path', { url_path: 'x' }],
    ['a host that would be another header', { host: 'a\r\nX: y' }],
    ['a host with more than a host', { host: 'a/b' }],
    ['a host with a user', { host: 'u:p@a' }],
  ])('does not ask with %s', async (_, args) => {
    const outcome = await askCandidatesLook({ url_path: '/', host: 'a', ...args }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})

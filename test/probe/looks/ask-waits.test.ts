import { createServer as createHttp, get } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askWaitsLook } from '../../../src/probe/looks/ask-waits.ts'
import { waitsReader } from '../../../src/reading/process/waits-seen.ts'
import { context } from '../../reading/process/support.ts'
import { captured, tools } from './support.ts'

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Takes connections and says nothing. */
const mute = () =>
  listening(
    createServer((socket) => {
      socket.on('error', () => {}).on('data', () => {})
      onTestFinished(() => {
        socket.destroy()
      })
    }),
  )

async function look(port: number, timeoutMs = 20_000) {
  const args = { pid: process.pid, port, url: `http://127.0.0.1:${port}/checkout` }
  const outcome = await askWaitsLook(args, tools({ timeoutMs }))
  return { outcome, read: waitsReader.read(captured(outcome), context()) }
}

describe.skipIf(process.platform !== 'linux')('asking, and watching for whom it waits', () => {
  it('this process itself, which gives a call three seconds and answers 502', async () => {
    const silent = await mute()
    const app = await listening(
      createHttp((_, response) => {
        const call = get({ host: '127.0.0.1', port: silent, agent: false })
        call.on('error', () => response.writeHead(502).end())
        setTimeout(() => call.destroy(new Error('timeout')), 3000)
      }),
    )
    const { outcome, read } = await look(app)
    expect(outcome.argv).toEqual([
      ...['ss', '-tionpHO', 'state', 'established', 'state', 'syn-sent'],
      ...['sport', '!=', `:${app}`],
    ])
    expect(read.value).toMatchObject({
      complete: true,
      status: 502n,
      peer: `127.0.0.1:${silent}`,
      for: 'answer',
      to_the_end: true,
    })
    expect(Number(read.value.wait_ms)).toBeGreaterThan(300)
  })

  it('what answers at once waits for nobody', async () => {
    const { read } = await look(await listening(createHttp((_, response) => response.end('ok'))))
    expect(read.value).toMatchObject({ complete: true, status: 200n, peer: '' })
  })

  it('what takes its own time waits for nobody', async () => {
    const app = createHttp((_, response) => setTimeout(() => response.end('ok'), 3000))
    const { read } = await look(await listening(app))
    expect(read.value).toMatchObject({ complete: true, status: 200n })
    expect(Number(read.value.looked)).toBeGreaterThan(0)
  })

  it('ends at its limit where no answer comes', async () => {
    const { outcome, read } = await look(await mute(), 4000)
    expect(outcome.outcome).toBe('ok')
    expect(read.value).toMatchObject({ status: 0n, failure: 'silent' })
  })

  it.each([{ pid: 'x', url: 'http://127.0.0.1:1/' }, { pid: 1, url: 'file:///etc/passwd' }, { pid: 1 }])(
    '%j is refused',
    async (args) => {
      expect(await askWaitsLook(args, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    },
  )
})

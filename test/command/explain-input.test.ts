import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { readInput } from '../../src/command/explain-input.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const bytes = (text: string) => new TextEncoder().encode(text)

async function* from(...parts: (string | Uint8Array)[]) {
  for (const part of parts) {
    await Promise.resolve()
    yield part
  }
}

async function read(source: AsyncIterable<string | Uint8Array>) {
  const fed: number[] = []
  const { whole, ended } = await readInput(source, (piece) => fed.push(piece.length))
  return { whole: whole && new TextDecoder().decode(whole), ended, fed }
}

describe('what comes on standard input', () => {
  it('is given whole where it is short', async () => {
    expect(await read(from('a', bytes('b'), 'c'))).toEqual({ whole: 'abc', ended: 'complete', fed: [] })
    expect(await read(from())).toEqual({ whole: '', ended: 'complete', fed: [] })
  })

  it('goes on piece by piece where it is long, from the first', async () => {
    const piece = new Uint8Array(40_000)
    expect(await read(from(piece, piece, piece))).toEqual({
      whole: null,
      ended: 'complete',
      fed: [40_000, 40_000, 40_000],
    })
    expect((await read(from(new Uint8Array(65_537)))).fed).toEqual([65_537])
    expect((await read(from(new Uint8Array(65_536)))).fed).toEqual([])
  })

  it('keeps no piece of a long input', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const pieces: WeakRef<Uint8Array>[] = []
    let alive = Number.POSITIVE_INFINITY
    async function* flood() {
      for (let n = 0; n < 300; n += 1) {
        const piece = new Uint8Array(70_000)
        pieces.push(new WeakRef(piece))
        yield piece
        await new Promise((resolve) => setImmediate(resolve))
      }
      collect()
      await new Promise((resolve) => setImmediate(resolve))
      alive = pieces.filter((piece) => piece.deref() !== undefined).length
    }
    await readInput(flood(), () => {})
    expect(alive).toBeLessThan(10)
  })

  it('an input that fails is told', async () => {
    async function* failing() {
      yield 'a'
      await Promise.reject(new Error('the pipe broke'))
    }
    await expect(read(failing())).rejects.toThrow('the pipe broke')
  })

  it('ends when the person interrupts, with what came until then', async () => {
    async function* endless(): AsyncGenerator<string> {
      yield 'came'
      await new Promise(() => {})
    }
    const reading = read(endless())
    await new Promise((resolve) => setImmediate(resolve))
    process.listeners('SIGINT').at(-1)?.('SIGINT')
    expect(await reading).toEqual({ whole: 'came', ended: 'interrupted', fed: [] })
  })
})

describe('the program at a pipe', () => {
  it('prints at Ctrl-C what it has so far', async () => {
    const child = spawn(process.execPath, [join(root, 'bin/triage502.js'), 'explain', '--json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const line = '[2026-11-21 04:30:18 +0000] [9] [CRITICAL] WORKER TIMEOUT (pid:13387)\n'
    // More than a pipe holds: when the last of it is taken, most of it was read.
    await new Promise((resolve) => child.stdin.write(line.repeat(10_000), resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    const told = JSON.parse(out)
    expect(told.input.ended).toBe('interrupted')
    expect(told.answers[0].met.count).toBeGreaterThan(1000)
  })
})

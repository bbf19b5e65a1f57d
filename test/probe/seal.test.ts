import { describe, expect, it } from 'vitest'
import { createMasker } from '../../src/probe/mask/index.ts'
import { seal, sealed } from '../../src/probe/seal.ts'
import type { AnyReader } from '../../src/reading/reader.ts'
import { blindCapture, type Capture, type LookRequest } from '../../src/words/look.ts'

const request: LookRequest = { kind: 'run', at: 'here', read: 'env', timeoutMs: 1000, commands: [['env']] }
const capture = (part: Partial<Capture>): Capture => ({ ...blindCapture(request, 'cut', 'x'), outcome: 'ok', ...part })
const never = new AbortController().signal

/** Keeps the lines about the port, as the reader of something that leaks does. */
const portReader: AnyReader = {
  name: 'env',
  output: { kind: 'record', fields: {} },
  consults: [],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.filter((line) => line.startsWith('PORT='))
    return { out: kept.join('\n'), leftOut: `${lines.length - kept.length} lines left out` }
  },
  read: () => ({ value: {}, dark: [], lines: [] }),
}

describe('sealing a capture', () => {
  it('masks every text in it', () => {
    const masked = seal(
      capture({
        argv: [
          'app',
          '--password',
          'two words',
          'mysql',
          '-uroot',
          '-ps3cret',
          'TOKEN=s3cret',
          'http://u:s3cret@h/',
          '-H',
          'Authorization: s3cret',
          'http://kept/',
        ],
        out: 'DB_PASSWORD=s3cret',
        err: 'url http://u:s3cret@h/',
        says: 'failed with token=s3cret',
        meta: { url: 'http://h/?token=s3cret', headers: [{ name: 'cookie', value: 'a=s3cret' }] },
      }),
      undefined,
      createMasker(),
    )
    expect(JSON.stringify(masked)).not.toMatch(/s3cret|two words/)
    expect(masked.argv).toHaveLength(11)
    expect(masked.argv.at(-1)).toBe('http://kept/')
    expect(masked.argv[0]).toBe('app')
  })

  it('keeps of what leaks only what the reader needs, and says how much is gone', () => {
    const kept = seal(capture({ out: 'HOME=/x\nPORT=3000\nSECRET_THING=abc' }), portReader, createMasker())
    expect(kept).toMatchObject({ out: 'PORT=3000', leftOut: '2 lines left out' })
    const again = seal(kept, portReader, createMasker())
    expect(again.out).toBe(kept.out)
  })

  it('keeps no more of a blind look, and nothing at all where the list itself fails', () => {
    expect(seal(capture({ outcome: 'blind', out: 'HOME=/x\nPORT=1' }), portReader, createMasker()).out).toBe('PORT=1')
    const broken = {
      ...portReader,
      keep: () => {
        throw new Error('bug')
      },
    }
    expect(seal(capture({ out: 'HOME=/x' }), broken, createMasker())).toMatchObject({
      out: '',
      leftOut: expect.stringContaining('all of it'),
    })
  })

  it('bounds each output, keeps head and tail, and says how many lines are gone', () => {
    const line = (n: number) => `line ${n} ${'x'.repeat(90)}`
    const out = Array.from({ length: 20_000 }, (_, n) => line(n)).join('\n')
    const bounded = seal(capture({ out }), undefined, createMasker())
    expect(bounded.out.length).toBeLessThan(513 * 1024)
    expect(bounded.cut).toBe(true)
    const lines = bounded.out.split('\n')
    expect(lines[0]).toBe(line(0))
    expect(lines.at(-1)).toBe(line(19_999))
    const gap = lines.findIndex((each) => each.startsWith('…'))
    const gone = Number(/^… (\d+) lines left out …$/.exec(lines[gap] ?? '')?.[1])
    expect(lines.length - 1 + gone).toBe(20_000)
    expect(bounded.leftOut).toBe(`${gone} lines left out`)
    expect(seal(bounded, undefined, createMasker()).out).toBe(bounded.out)
  })

  it('bounds a text that is one line, never inside a character', () => {
    const bounded = seal(capture({ out: '👍'.repeat(600_000) }), undefined, createMasker())
    expect(bounded.out.length).toBeLessThan(513 * 1024)
    expect(bounded.out.isWellFormed()).toBe(true)
    expect(bounded.out).toContain('\n… 1 line left out …\n')
  })

  it('leaves what is small and holds no secret exactly as it was', () => {
    const small = capture({
      argv: ['ss', '-ltn'],
      out: '\u001b[31mLISTEN\r\n\t',
      err: 'e',
      leftOut: 'a part',
      meta: { pid: 7 },
    })
    expect(seal(small, undefined, createMasker())).toEqual(small)
  })

  it('takes NULs and half characters out: a journal line is text', () => {
    expect(seal(capture({ out: 'a\0b\ud800' }), undefined, createMasker()).out).toBe('a\ufffdb\ufffd')
  })

  it('joins what was left out by the prober, the reader and the bound', () => {
    expect(seal(capture({ out: 'A=1\nPORT=2', leftOut: '5 bytes left out' }), portReader, createMasker()).leftOut).toBe(
      '5 bytes left out; 1 lines left out',
    )
  })
})

describe('a sealed prober', () => {
  const prober = { look: async () => capture({ out: 'HOME=/x\nPORT=3000\nTOKEN=abc' }) }

  it('seals by the reader that the look names', async () => {
    const { look } = sealed(prober, { env: portReader }, createMasker())
    expect((await look(request, never)).out).toBe('PORT=3000')
  })

  it('masks where the reader is unknown, also one named like a part of every object', async () => {
    for (const read of ['text', 'constructor', '__proto__']) {
      const { look } = sealed(prober, { env: portReader }, createMasker())
      expect((await look({ ...request, read }, never)).out).toBe('HOME=/x\nPORT=3000\nTOKEN=[masked:secret-1]')
    }
  })
})

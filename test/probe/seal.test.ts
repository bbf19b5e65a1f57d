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

describe('a text much longer than what is kept', () => {
  const sealedText = (out: string) => seal(capture({ out }), undefined, createMasker())
  const numbered = (count: number, more: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `${at} ${more(at)}`)

  it('counts every line that is gone, and keeps those at both ends', () => {
    const lines = numbered(60_000, (at) => `plain ${'z'.repeat(at % 50)}`)
    const { out, leftOut } = sealedText(`${lines.join('\n')}\n`)
    const kept = out.split('\n')
    const gap = kept.findIndex((row) => row.startsWith('…'))
    expect(kept.slice(0, gap)).toEqual(lines.slice(0, gap))
    const after = kept.slice(gap + 1, -1)
    expect(after).toEqual(lines.slice(-after.length))
    expect(leftOut).toBe(`${lines.length - gap - after.length} lines left out`)
  })

  it('holds no secret, wherever one stands, and no line twice where masks made it shorter', () => {
    const secret = (at: number) => `password=${'s'.repeat(90)}${at}e`
    const { out, leftOut } = sealedText(`${numbered(40_000, secret).join('\n')}\n`)
    expect(out).not.toContain('sss')
    const numbers = out.split('\n').flatMap((row) => (/^\d/.test(row) ? [Number.parseInt(row, 10)] : []))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(leftOut).toBe(`${40_000 - numbers.length} lines left out`)
  })

  it('lets no part of a private key through where the middle begins or ends', () => {
    const body = Array.from({ length: 12_000 }, (_, at) => `${String(at).padStart(6, '0')}${'Ab9+'.repeat(14)}`)
    const key = ['-----BEGIN PRIVATE KEY-----', ...body.slice(0, 30), '-----END PRIVATE KEY-----']
    const keys = Array.from({ length: 900 }, () => key).flat()
    expect(sealedText(`${keys.join('\n')}\n`).out).not.toContain('Ab9+Ab9+')
  })
})

describe('watching a command that prints very much', () => {
  const watched = async (chunks: string[]) => {
    const told: string[] = []
    const prober = sealed(
      {
        look: async (_, __, watch) => {
          for (const chunk of chunks) watch?.(chunk)
          return capture({ out: '' })
        },
      },
      {},
      createMasker(),
    )
    await prober.look(request, never, (text) => void told.push(text))
    return told.join('')
  }
  const line = (at: number) => `${at} ${'x'.repeat(60)} password=hunter${at}secret\n`

  it('counts every line, and tells the last ones masked', async () => {
    const text = Array.from({ length: 5000 }, (_, at) => line(at)).join('')
    const told = await watched([text])
    expect(told.split('\n')).toHaveLength(5001)
    expect(told).not.toMatch(/hunter\d+secret/)
    expect(told).toMatch(/\n4999 x+ password=\[masked:[a-z-]+-\d+\]\n$/)
    expect(told.split('\n').filter((row) => row !== '').length).toBeGreaterThan(40)
  })

  it('tells all of what comes in little pieces', async () => {
    const told = await watched(Array.from({ length: 100 }, (_, at) => line(at)))
    expect(told.split('\n').filter((row) => /^\d+ x/.test(row))).toHaveLength(100)
  })

  it('masks a line whole, however long it is', async () => {
    const told = await watched([`first\n{"password":"${'y'.repeat(20_000)}"}\n`])
    expect(told).toContain('first\n')
    expect(told).not.toContain('yyyy')
  })
})

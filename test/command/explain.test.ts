import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../src/command/main.ts'
import type { Explanation } from '../../src/report/explanation.ts'
import { testIo } from './io.ts'

const schema: unknown = JSON.parse(readFileSync('schema/explanation.schema.json', 'utf8'))
// Only the form of times is left to the tests: it is always the program's own toISOString.
const fits = new Ajv2020({ strict: false, formats: { 'date-time': true } }).compile(schema as object)

async function* pieces(...parts: (string | Uint8Array)[]) {
  for (const part of parts) {
    await Promise.resolve()
    yield typeof part === 'string' ? new TextEncoder().encode(part) : part
  }
}

async function explain(argv: string[], input?: AsyncIterable<Uint8Array>, cwd = '/') {
  const io = testIo({}, { ...(input ? { input } : { stdinTty: true }), cwd })
  const code = await main(['explain', ...argv], io)
  return { code, out: io.printed(), err: io.said() }
}

async function document(argv: string[], input?: AsyncIterable<Uint8Array>) {
  const { code, out } = await explain([...argv, '--json'], input)
  const told = JSON.parse(out) as Explanation
  expect(fits(told), JSON.stringify(fits.errors)).toBe(true)
  return { code, ...told, ids: told.answers.map(({ id }) => id) }
}

const REFUSED =
  '2026/11/21 04:02:57 [error] 12#12: *3 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.7, server: shop, request: "GET /?token=hunter2secret HTTP/1.1", upstream: "http://127.0.0.1:3000/", host: "shop"'
const CLOSED = REFUSED.replace(
  'connect() failed (111: Connection refused) while connecting to upstream',
  'upstream prematurely closed connection while reading response header from upstream',
)

describe('a code', () => {
  it('is told with its shape, what to look at, and an example', async () => {
    const { code, out, err } = await explain(['H12'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('H12 (heroku, slow)')
    expect(out).toContain('within 30 s')
    expect(out).toContain('Likely cause: slow-app')
    expect(out).toContain('Next: ')
    expect(out).toContain('Example: ')
  })

  it.each([
    [['UF'], 'envoy/envoy-uf'],
    [['exit', '137'], 'exit-status/exit-137'],
    [['Exit', 'Code:', '137'], 'exit-status/exit-137'],
    [['520'], 'http-status/status-520'],
    [['Target.Timeout'], 'alb-health/alb-health-timeout'],
    [['elb.initialhealthchecking'], 'alb-health/alb-health-initialhealthchecking-balancer'],
    [['LambdaThrottling'], 'alb-reason/alb-reason-lambdathrottling'],
    [['R14'], 'heroku/heroku-r14'],
    [['econnreset'], 'errno/errno-econnreset'],
    [['Connection', 'refused'], 'errno/errno-econnrefused'],
  ])('%j: %s', async (argv, id) => {
    const told = await document(argv)
    expect([told.code, told.input.kind]).toEqual([0, 'words'])
    expect(told.ids).toContain(id)
  })

  it('a part of a message that somebody remembers', async () => {
    const told = await document(['prematurely closed connection'])
    expect(told.ids).toEqual(expect.arrayContaining(['nginx-error/premature-close', 'nginx-error/cut-in-body']))
    expect(told.answers[0]?.next?.says).toContain('process')
  })

  it('inside of other words is found too', async () => {
    expect((await document(['the log says H12 again'])).ids).toEqual(['heroku/heroku-h12'])
  })
})

describe('a word', () => {
  it('of the glossary', async () => {
    const { code, out } = await explain(['upstream'])
    expect(code).toBe(0)
    expect(out).toMatch(/^upstream\n {2}The server behind the gateway/)
  })

  it('that is a code as well gives both', async () => {
    const { ids } = await document(['502'])
    expect(ids).toEqual(['http-status/status-502', '502'])
  })
})

describe('a line', () => {
  it('is told by what it means, with what stood in it', async () => {
    const told = await document([
      'Nov 21 04:22:56 web1 kernel: Out of memory: Killed process 4242 (node) total-vm:4567890kB, anon-rss:1kB',
    ])
    expect(told.ids).toEqual(['kernel/kernel-oom-machine'])
    expect(told.input).toEqual({ kind: 'line', lines: 1, known: 1, cut: 0, ended: 'complete' })
    expect(told.answers[0]).toMatchObject({
      cause: 'oom-killed',
      shape: 'reset',
      holes: { pid: '4242', program: 'node' },
      next: { node: 'resources/kernel' },
      met: null,
    })
    expect(told.answers[0]?.verdicts).toContain('resources/oom-killed')
  })

  it('may come on standard input as well', async () => {
    for (const text of [REFUSED, `${REFUSED}\n`, `\n${REFUSED}\r\n\n`]) {
      expect((await document([], pieces(text))).ids).toEqual(['nginx-error/connect-refused'])
      expect((await document(['-'], pieces(text))).ids).toEqual(['nginx-error/connect-refused'])
    }
  })

  it('keeps its secrets', async () => {
    const { out } = await explain([`ModuleNotFoundError: No module named 'x' password=hunter2secret`, '--json'])
    expect(out).not.toContain('hunter2secret')
  })
})

const HEAD =
  'HTTP/1.1 502 Bad Gateway\r\nServer: cloudflare\r\nCF-RAY: 8f2a1b3c4d5e6f70-FRA\r\ncf-error-type: 502\r\n\r\n'
const NGINX_PAGE =
  'HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n\r\n<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n'

describe('a pasted response', () => {
  it('is told by who made it and what its status means', async () => {
    const told = await document([], pieces(NGINX_PAGE))
    expect(told.input.kind).toBe('response')
    expect(told.hops).toEqual([{ kind: 'proxy', vendor: 'nginx', role: 'made' }])
    expect(told.ids).toEqual(['nginx-502', 'http-status/status-502'])
  })

  it('as curl -v prints it, as an argument, and by its head alone', async () => {
    const verbose = `* Connected to shop (192.0.2.7) port 443\n> GET / HTTP/1.1\n>\n${HEAD.replaceAll('\r\n', '\n')
      .trimEnd()
      .split('\n')
      .map((line) => `< ${line}`)
      .join('\n')}\n<\n`
    for (const text of [HEAD, HEAD.trimEnd(), verbose]) {
      const told = await document([text])
      expect([told.input.kind, told.hops.at(-1)]).toEqual([
        'response',
        { kind: 'cdn', vendor: 'cloudflare', role: 'made' },
      ])
    }
  })

  it('is said in words', async () => {
    expect((await explain([HEAD])).out).toMatch(/^Made by cloudflare \(cdn\)\./)
  })

  it('of a maker that nobody knows still has a status', async () => {
    const told = await explain(['HTTP/1.1 504 Gateway Timeout\nServer: nobody\n\ngone'])
    expect(told.code).toBe(0)
    expect(told.out).toContain('Who made this response cannot be told from it.')
    expect(told.out).toContain('504 (http-status)')
  })

  it('tells first what its maker means with it', async () => {
    const told = await document(
      [],
      pieces('HTTP/2 521 \r\nserver: cloudflare\r\ncf-ray: 8f2a-FRA\r\n\r\nerror code: 521'),
    )
    expect(told.hops).toEqual([{ kind: 'cdn', vendor: 'cloudflare', role: 'made' }])
    expect(told.answers[0]).toMatchObject({
      kind: 'fingerprint',
      source: 'cloudflare',
      means: 'The origin refused the connection',
      shape: 'unreachable',
      cause: 'proxy-down',
      met: null,
    })
    expect(told.answers[0]?.verdicts).toContain('far/refused')
  })

  it.each([
    [
      'what a browser shows',
      'Application failed to respond\nThis error appears to be caused by the application.\n',
      'railway',
    ],
    ['one line of it', '504 Gateway Time-out nginx/1.22.1', 'nginx'],
    [
      'its source',
      '<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>openresty</center>\n</body>\n</html>\n',
      'openresty',
    ],
    [
      'a browser’s recording',
      JSON.stringify(
        {
          log: {
            entries: [
              {
                response: {
                  status: 503,
                  statusText: '',
                  httpVersion: 'h2',
                  headers: [{ name: 'x-squid-error', value: 'ERR_CONNECT_FAIL 111' }],
                  content: { text: 'The requested URL could not be retrieved' },
                },
              },
            ],
          },
        },
        null,
        2,
      ),
      'squid',
    ],
  ])('%s is one, too', async (_, text, vendor) => {
    const told = await document([], pieces(text))
    expect(told.input.kind).toBe('response')
    expect(told.hops.at(-1)).toMatchObject({ vendor, role: 'made' })
  })

  it('a log that quotes a page stays a log', async () => {
    const line = '2026-11-21T05:11:02Z ERR upstream said: no healthy upstream, and nothing else came'
    const told = await document([], pieces(`${line}\n${line}\n`))
    expect([told.input.kind, told.hops]).toEqual(['log', []])
  })

  it('tells of what its body says', async () => {
    const told = await document([
      'HTTP/1.1 503 Service Unavailable\nserver: envoy\n\nupstream connect error or disconnect/reset before headers. reset reason: connection timeout',
    ])
    expect(told.ids).toContain('envoy-body/envoy-body-connect-timeout')
  })
})

describe('a log', () => {
  const log = `${REFUSED}\n${CLOSED}\nsomething that nobody knows\n${REFUSED}\n[2026-11-21 04:30:18 +0000] [9] [CRITICAL] WORKER TIMEOUT (pid:13387)\n`

  it('is counted, with first, last and one example each', async () => {
    const told = await document([], pieces(log))
    expect(told.input).toEqual({ kind: 'log', lines: 5, known: 4, cut: 0, ended: 'complete' })
    expect(told.answers.map(({ id, met }) => [id, met?.count, met?.first.line, met?.last.line])).toEqual([
      ['nginx-error/connect-refused', 2, 1, 4],
      ['nginx-error/premature-close', 1, 2, 2],
      ['gunicorn/gunicorn-worker-timeout', 1, 5, 5],
    ])
    expect(told.answers[0]?.met?.first.at).toBeNull()
    expect(told.answers[2]?.met?.first.at).toBe('2026-11-21T04:30:18.000Z')
  })

  it('is told in words', async () => {
    const { code, out } = await explain([], pieces(log))
    expect(code).toBe(0)
    expect(out).toMatch(/^5 lines: 4 known \(3 forms are below\), 1 not\./)
    expect(out).toContain('2 × first line 1, last line 4')
    expect(out).toContain('1 × line 5 (2026-11-21T04:30:18.000Z)')
  })

  it('keeps its secrets and shows no escape sequences', async () => {
    const { out } = await explain([], pieces(`${log}WORKER TIMEOUT (pid:1) \u001b[31mpassword=hunter2secret\u0007\n`))
    expect(out).not.toContain('hunter2secret')
    expect(out).toContain('token=[masked:')
    expect(out).not.toContain('\u001b')
    expect(out).not.toContain('\u0007')
  })

  it('shows what tells of trouble first', async () => {
    const told = await document(
      [],
      pieces(`${'[1] [INFO] Listening at: http://127.0.0.1:8000 (1)\n'.repeat(5)}${REFUSED}\n`),
    )
    expect(told.ids).toEqual(['nginx-error/connect-refused', 'gunicorn/gunicorn-listening'])
  })

  it('may be longer than what is kept of a paste, in pieces of any length', async () => {
    const long = log.repeat(400)
    const half = Math.floor(long.length / 2)
    const told = await document([], pieces(long.slice(0, 100), long.slice(100, half), long.slice(half)))
    expect(told.input).toMatchObject({ kind: 'log', lines: 2000, known: 1600 })
    expect(told.answers[0]?.met?.count).toBe(800)
  })

  it('of which nothing is known', async () => {
    const { code, out } = await explain([], pieces('all is well\nstill well\n'))
    expect(code).toBe(4)
    expect(out).toBe('2 lines: 0 known (0 forms are below), 2 not.\n')
  })
})

describe("failures that end at somebody's default", () => {
  const line = (took: string, status = 504) =>
    `10.0.0.7 - - [21/Nov/2026:16:19:43 +0000] "GET / HTTP/1.1" ${status} 563 "-" "x" ${took}\n`
  const log = [line('60.001'), line('60.002'), line('60.003'), line('60.090'), line('0.2', 502), line('0.1', 200)]

  it('are counted, with whose default that is', async () => {
    const told = await document([], pieces(...log))
    expect(told.code).toBe(0)
    expect(told.rounds).toEqual({
      failures: 4,
      count: 4,
      ms: 60_000,
      least: 60_001,
      most: 60_090,
      whose: 'nginx (proxy_connect_timeout), nginx (proxy_read_timeout)',
    })
  })

  it('are told in a sentence', async () => {
    const { out } = await explain([], pieces(...log))
    expect(out.replaceAll('\n', ' ')).toContain(
      '4 of 4 failed requests that say how long they took ended at 60.0 to 60.1 s. A default is 60 s: nginx (proxy_connect_timeout), nginx (proxy_read_timeout).',
    )
  })

  it('of other lengths are no default', async () => {
    const told = await document([], pieces(line('1.001'), line('12.002'), line('47.003')))
    expect(told.rounds).toBeNull()
  })
})

describe('nothing, or nothing known', () => {
  it.each([
    ['an empty input', pieces()],
    ['blank lines', pieces('\n \n\t\n')],
  ])('%s', async (_, input) => {
    const told = await document([], input)
    expect([told.code, told.input.kind, told.answers]).toEqual([4, 'nothing', []])
  })

  it('an unknown code: the nearest is named, and the exit code is 4', async () => {
    const told = await document(['exit 136'])
    expect([told.code, told.answers]).toEqual([4, []])
    expect(told.nearest?.text).toMatch(/^exit 1\d\d$/)
    const { code, out } = await explain(['upstraem'])
    expect([code, out]).toEqual([4, 'Nothing is known of that. The nearest that is: upstream.\n'])
  })

  it('far from everything', async () => {
    expect(await explain(['xyzzy plugh nothing like it'])).toEqual({
      code: 4,
      out: 'Nothing is known of that.\n',
      err: '',
    })
  })

  it('--exit-zero', async () => {
    expect((await explain(['xyzzy plugh nothing like it', '--exit-zero'])).code).toBe(0)
  })

  it('a file: how to have it read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'triage502-explain-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'own.log'), REFUSED)
    const told = await explain(['own.log'], undefined, folder)
    expect([told.code, told.err]).toEqual([
      4,
      'triage502: that is a file; to have its lines explained: triage502 explain < own.log\n',
    ])
  })

  it('no text, and a person at the keyboard: how it is used', async () => {
    const told = await explain([])
    expect([told.code, told.out]).toEqual([2, ''])
    expect(told.err).toContain('triage502: there is nothing to explain')
    expect(told.err).toContain('triage502 explain < error.log')
  })

  it('an unknown option', async () => {
    const told = await explain(['H12', '--jsno'])
    expect([told.code, told.err]).toEqual([2, expect.stringContaining('Did you mean --json?')])
    expect(fits(JSON.parse((await explain(['--json', '--nosuch'])).out))).toBe(true)
  })
})

describe('odd input', () => {
  it('binary noise', async () => {
    const noise = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919 + (i >> 8)) % 256)
    const told = await document([], pieces(noise, '\n', `${REFUSED}\n`))
    expect(told.ids).toContain('nginx-error/connect-refused')
    expect((await document([], pieces(noise.slice(0, 1000)))).code).toBe(4)
  })

  it('a line of a megabyte', async () => {
    const long = `${REFUSED} ${'x'.repeat(1_000_000)}`
    const told = await document([], pieces(long, `\n${CLOSED}\n`))
    expect(told.input).toEqual({ kind: 'log', lines: 2, known: 2, cut: 1, ended: 'complete' })
    expect(told.answers[0]?.met?.first.text.length).toBeLessThan(5000)
    expect((await explain([], pieces(long))).out).toMatch(/Of 1 only the first 64 KiB were looked\s+at\./)
  })

  it('UTF-8 that is cut in two', async () => {
    const bytes = new TextEncoder().encode(`${REFUSED.replace('shop', 'späti')}\nzwei\n`)
    const told = await document([], pieces(bytes.slice(0, 150), bytes.slice(150)))
    expect(told.answers[0]?.met?.count).toBe(1)
  })
})

describe('a hundred thousand lines', () => {
  it('are counted rightly, as they come', async () => {
    const forms = [REFUSED, CLOSED, 'GET /cart 200 in 3 ms', 'Error: listen EADDRINUSE: address already in use :::3000']
    const counts = [0, 0, 0, 0]
    async function* flood() {
      let seed = 7
      for (let block = 0; block < 100; block += 1) {
        let text = ''
        for (let line = 0; line < 1000; line += 1) {
          seed = (seed * 1103515245 + 12345) % 2147483648
          const form = (seed >> 16) % forms.length
          counts[form] = (counts[form] ?? 0) + 1
          text += `${forms[form]}\n`
        }
        await Promise.resolve()
        yield new TextEncoder().encode(text)
      }
    }
    const told = await document([], flood())
    expect(told.input).toEqual({
      kind: 'log',
      lines: 100_000,
      known: 100_000 - (counts[2] ?? 0),
      cut: 0,
      ended: 'complete',
    })
    const met = new Map(told.answers.map(({ id, met }) => [id, met?.count]))
    expect(met.get('nginx-error/connect-refused')).toBe(counts[0])
    expect(met.get('nginx-error/premature-close')).toBe(counts[1])
    expect(met.get('app/node-port-in-use')).toBe(counts[3])
  }, 60_000)
})

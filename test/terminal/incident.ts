import type { FactSpec, FlowNode, Library, VerdictNode } from '../../src/flow/types.ts'
import { type AnyReader, reader } from '../../src/reading/reader.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'
import { t } from '../../src/words/value.ts'
import {
  ask,
  asks,
  branch,
  capture,
  end,
  FACTS,
  library,
  looksAt,
  option,
  probe,
  readsLog,
  runs,
  verdict,
} from '../guide/make.ts'

// An incident made for looking at screens: every kind of step, sentences as long as real ones. It is the test's own, so
// that a change of the shipped flows changes no picture.

/** Says which branch it is: the first word of the capture's first line. */
const told = reader({
  name: 'told',
  output: t.record({
    complete: t.bool,
    is: t.string,
    hops: t.list(t.record({ kind: t.string, vendor: t.string, role: t.string })),
  }),
  consults: [],
  read(seen) {
    const is = String(seen.meta.is ?? '')
    const lines = seen.out
      .split('\n')
      .filter((line) => seen.meta.marks !== undefined && line.includes(String(seen.meta.marks)))
    const hops =
      is === 'gateway'
        ? [
            { kind: 'cdn', vendor: 'Cloudflare', role: 'passed' },
            { kind: 'proxy', vendor: 'nginx', role: 'made' },
          ]
        : []
    return { value: { complete: true, is, hops }, dark: [], lines: lines.slice(0, 5) }
  },
})

export const READERS: Record<string, AnyReader> = { told }

const AT_PROXY = { read: 'told', at: 'proxy', timeoutMs: 6000 } as const
const is = (word: string) => `out.is == "${word}"`

const down: VerdictNode = verdict({
  id: 'shop/down',
  flow: 'shop',
  cause: 'process-down',
  place: 'app',
  sides: ['app'],
  shapes: ['unreachable'],
  proof: [['shop/log.refused'], ['shop/listening.nobody']],
  rivals: ['wrong-port'],
  says: 'The application is down: nobody listens on port {upstream.port}, where nginx sends its requests',
  fix: [
    { say: 'Read why it ended before you start it: its last words are in the journal' },
    { run: ['journalctl', '-u', '{app.unit}', '-n', '50', '--no-pager'], effect: 'reads' },
    { run: ['systemctl', 'start', '{app.unit}'], effect: 'changes' },
  ],
  verify: ['shop/answer'],
  prevent: [],
  sources: ['S1-01'],
})

const NODES: FlowNode[] = [
  {
    ...probe('shop/answer', {
      title: 'What does {url.text} answer now?',
      probe: asks('{url.text}', { own: true, redirects: 5, read: 'told' }),
      branches: [
        branch('well', 'shop/well', { when: is('well'), found: '{url.text} answered 200 in 12 ms' }),
        branch('gateway', 'shop/log', {
          when: is('gateway'),
          found: 'the 502 was made by nginx/1.22.1, not by the CDN in front of it',
          hops: 'out.hops',
          learn: { 'proxy.log': '"/var/log/nginx/shop.error.log"', 'proxy.program': '"nginx"' },
          rulesOut: ['vendor-outage', 'edge-blocked', 'origin-moved'],
          proves: ['proxy'],
        }),
        branch('other', 'shop/unknown', { found: 'it answered in a way that tells nothing' }),
      ],
      blind: 'shop/unknown',
    }),
    why: 'We ask the URL ourselves and see what a visitor sees. The page and its headers tell which server made the error, and the request leaves a line in the gateway’s log that is surely ours.',
  },
  {
    ...probe('shop/log', {
      title: 'What does nginx say in its error log about these requests?',
      probe: readsLog('proxy.log', AT_PROXY),
      branches: [
        branch('refused', 'shop/listening', {
          when: is('refused'),
          found: 'nginx was refused by 127.0.0.1:3000, 42 times since 02:03:12Z, the last 4 s ago',
          learn: { 'upstream.host': '"127.0.0.1"', 'upstream.port': '3000', 'failure.shape': '"unreachable"' },
          suspects: ['process-down', 'wrong-port'],
          rulesOut: ['slow-app', 'timeout-order'],
        }),
        branch('silent', 'shop/unknown', { found: 'it says nothing about them' }),
      ],
      blind: 'shop/listening',
    }),
    step: 'gateway-log',
  },
  {
    ...probe('shop/listening', {
      title: 'Is anything listening on {upstream.host}:{upstream.port}, seen from where the gateway runs?',
      probe: runs(['ss', '-ltnpH'], AT_PROXY),
      branches: [
        branch('there', 'shop/unknown', {
          when: is('there'),
          found: 'node (pid 812) listens on {upstream.port}',
          rulesOut: ['process-down'],
        }),
        branch('nobody', 'shop/unit', {
          when: is('nobody'),
          found:
            'nobody listens on port {upstream.port}; sshd (22), nginx (80), postgres (5432) and 9 more listen elsewhere',
          suspects: ['process-down'],
          rulesOut: ['wrong-port', 'wrong-interface'],
        }),
        branch('elsewhere', 'shop/unknown', { found: 'something else listens', suspects: ['wrong-port'] }),
      ],
      blind: 'shop/unknown',
    }),
    step: 'upstream-direct',
    why: 'A refused connection means that nobody waits on that port. The list shows whether the application is down, or waits on another port or address than the gateway uses.',
  },
  {
    ...probe('shop/unit', {
      title: 'What became of the unit of the application?',
      probe: runs(
        [
          'systemctl',
          'show',
          '{app.unit}',
          '--no-pager',
          '--property=ActiveState,SubState,Result,ExecMainStatus,NRestarts',
        ],
        AT_PROXY,
      ),
      branches: [
        branch('failed', 'shop/logs', {
          when: is('failed'),
          found: '{app.unit} failed with exit status 1 at 02:03:09Z',
          suspects: ['process-down'],
        }),
        branch('runs', 'shop/unknown', { found: '{app.unit} runs' }),
      ],
      blind: 'shop/logs',
    }),
    step: 'upstream-log',
  },
  {
    ...probe('shop/logs', {
      title: 'What were its last words?',
      probe: looksAt('last-words', { ...AT_PROXY, at: 'app' }),
      branches: [branch('all', 'shop/since', { found: 'its last line is: Error: Cannot find module express' })],
      blind: 'shop/since',
    }),
    step: 'upstream-log',
  },
  {
    ...ask('shop/since', 'Was anything changed on this machine shortly before 02:03Z?', [
      option('deploy', 'shop/down', {
        label: 'A deploy of the application',
        found: 'a deploy went out shortly before',
        suspects: ['crash-on-start'],
      }),
      option('config', 'shop/down', { label: 'The configuration of nginx', found: 'nginx was configured anew' }),
      option('none', 'shop/down', { label: 'Nothing that anybody knows of' }),
    ]),
    step: 'deploy',
    why: 'Most failures follow a change. What changed last is what is looked at first, and what is taken back first.',
  },
  down,
  end(
    'shop/unknown',
    'inconclusive',
    'What was seen does not tell why: the gateway’s log holds nothing about these requests',
  ),
  end('shop/well', 'healthy', '{url.text} answers well now, five times of five'),
]

const fact = (name: string, type: FactSpec['type'], question: string, example: string): [string, FactSpec] => [
  name,
  { name, type, question, example, discovered: 'by looking', askable: true },
]

/** Its flows, beginning at their first node. */
export function incidentLibrary(): Library {
  const made = library(NODES, {
    facts: {
      ...FACTS,
      ...Object.fromEntries([
        fact('app.unit', 'unit', 'Which systemd unit runs the application?', 'shop.service'),
        fact('window.seconds', 'int', 'How far back shall logs be read?', '900'),
        fact('window.now', 'timestamp', 'When did it begin?', '2026-11-21T02:03:00Z'),
        fact('proxy.program', 'string', 'Which server is it?', 'nginx'),
        fact('app.program', 'string', 'Which program is it?', 'node'),
      ]),
    },
  })
  const [first] = NODES
  return {
    ...made,
    flows: { ...made.flows, locate: { name: 'locate', title: 'Who answers?', start: first?.id ?? '', nodes: [] } },
  }
}

const ANSWER = `HTTP/1.1 502 Bad Gateway
Date: Sat, 21 Nov 2026 02:07:12 GMT
Server: cloudflare
CF-RAY: 8e5d1c2b3a4f5e6d-FRA

<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></body>
</html>
`

const LOG = Array.from(
  { length: 42 },
  (_, at) =>
    `2026/11/21 02:0${3 + Math.floor(at / 10)}:${String(12 + (at % 10) * 4).padStart(2, '0')} [error] 812#812: *${3000 + at * 7} connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.${at + 7}, server: shop.example.com, request: "GET /checkout HTTP/1.1", upstream: "http://127.0.0.1:3000/checkout", host: "shop.example.com"`,
).join('\n')

const SOCKETS = [22, 80, 443, 5432, 6379, 8125, 9090, 9100, 9113, 9121, 9187, 10050]
  .map(
    (port) =>
      `LISTEN 0 511 127.0.0.1:${port} 0.0.0.0:* users:(("${port === 80 ? 'nginx' : `svc${port}`}",pid=${700 + port},fd=6))`,
  )
  .join('\n')

/** What each of its looks gives when all is as it was that night. */
export const SEEN: Record<string, Partial<Capture> & { out: string }> = {
  http: { out: ANSWER, exit: null, ms: 31, meta: { is: 'gateway', marks: 'nginx' } },
  log: { out: `${LOG}\n`, exit: null, ms: 8, meta: { is: 'refused', marks: '*3287 ' } },
  ss: { out: `${SOCKETS}\n`, ms: 12, meta: { is: 'nobody' } },
  systemctl: {
    out: 'ActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=1\nNRestarts=0\n',
    ms: 9,
    meta: { is: 'failed', marks: 'failed' },
  },
  'last-words': { out: 'Error: Cannot find module express\n', ms: 4, meta: {} },
}

/** The capture of a look, by its program or kind. */
export function seen(request: LookRequest, answers: typeof SEEN): Capture {
  const program =
    request.kind === 'run' ? (request.commands[0]?.[0] ?? '') : request.kind === 'look' ? request.name : request.kind
  const answer = answers[program]
  const { out, ...more } = answer ?? { out: '' }
  const argv = request.kind === 'run' ? (request.commands[0] ?? []) : []
  return {
    ...capture(out, { kind: request.kind, argv, ...more }),
    ...(answer ? {} : { outcome: 'blind', why: 'no-permission', says: 'this account may not see it' }),
  }
}

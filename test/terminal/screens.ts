import type { View } from '../../src/terminal/app.ts'
import { fieldOf } from '../../src/terminal/field.ts'
import type { Key } from '../../src/terminal/keys.ts'
import { type Choice, startState } from '../../src/terminal/start.ts'
import type { World } from '../../src/terminal/world.ts'
import { SEEN, seen } from './incident.ts'
import { ESC, named, type Stage, stage } from './stage.tsx'

type Start = View & { kind: 'start' }
type Make = (columns: number, rows: number) => Promise<Stage | Start> | Stage | Start

const never = () => new Promise<never>(() => {})
const untilStopped: World['pause'] = (_, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
const ENTER = '\r'

/** A wizard at this size, some keys later. */
async function after(stage: Stage, columns: number, rows: number, ...keys: (string | Key)[]): Promise<Stage> {
  stage.wizard.resize(columns, rows)
  stage.wait(4)
  await stage.press(...keys)
  return stage
}

const walked =
  (keys: (string | Key)[], made: () => Stage = stage): Make =>
  (columns, rows) =>
    after(made(), columns, rows, ...keys)

/** Enter, so often: each step is run and gone on from. */
const steps = (count: number) => Array.from({ length: count * 2 }, () => ENTER)
/** To the question for a fact, the question whose machine it is, the question of the deploy, the verdict. */
const TO_FACT = steps(3)
const TO_VANTAGE = [...TO_FACT, ENTER, 'shop.service', ENTER, ...steps(1)]
const TO_ASK = [...TO_VANTAGE, ENTER, 'Error: Cannot find module express', ENTER, ENTER]
const TO_VERDICT = [...TO_ASK, ENTER]

/** A look that does not end, having said this. */
const hanging = (lines: number): Partial<World> => ({
  look: (request, _, watch) => {
    if (request.kind !== 'run')
      return Promise.resolve({ ...seen(request, SEEN), startedAt: '2026-11-21T02:07:16.000Z' })
    watch(
      Array.from(
        { length: lines },
        (_, at) => `LISTEN 0 511 127.0.0.1:${3001 + at} 0.0.0.0:* users:(("node",pid=${812 + at},fd=18))\n`,
      ).join(''),
    )
    return never()
  },
})

const LONG_URL = `https://checkout.a-rather-long-subdomain.shop.example.com/cart/items/${'0123456789abcdef/'.repeat(8)}pay?return=%2Fthanks&step=3`
const WIDE_URL = 'https://例え.テスト/商品/レジ?ページ=支払い確認'
const WIDE = {
  ...SEEN,
  log: {
    ...SEEN.log,
    out: `2026/11/21 02:03:12 [error] 812#812: *3287 connect() failed (111: 接続が拒否されました 接続が拒否されました 接続が拒否されました) upstream: "http://127.0.0.1:3000/商品/レジ" 👩‍💻 Ünïcödé\n`,
  },
}

const CHOICES: Choice[] = [
  {
    group: 'unfinished',
    id: 'unfinished:a',
    label: 'https://shop.example.com/checkout',
    hint: '2026-11-21T0203-shop-k3f9',
  },
  { group: 'service', id: 'service:shop', label: 'shop', hint: 'https://shop.example.com/checkout' },
  {
    group: 'service',
    id: 'service:a',
    label: 'an-internal-tool-with-a-long-name',
    hint: `https://internal.example.com/${'very/'.repeat(12)}long`,
  },
  ...Array.from(
    { length: 46 },
    (_, at): Choice => ({
      group: 'recorded',
      id: `recorded:${at}`,
      kind: at < 4 ? 'first night' : 'everyday',
      label: `incident number ${at + 1}${at === 5 ? ' with a rather long name' : ''}`,
      hint: `502 · ${at % 2 === 0 ? 'nginx' : 'cloudflare › HAProxy'}${at % 3 === 0 ? ' · Docker' : ''}`,
      about: `Visitors get 502 through ${at % 2 === 0 ? 'nginx' : 'cloudflare › HAProxy'}; ${at + 4} looks to the end.`,
      words: at % 5 === 0 ? 'oom-killed' : 'slow-app',
    }),
  ),
]

const start =
  (patch: Partial<ReturnType<typeof startState>>, choices: Choice[] = CHOICES): Make =>
  (columns, rows) => ({ kind: 'start', start: { ...startState(choices), ...patch }, columns, rows })

/** Every screen of the wizard, and how to get there. */
export const SCREENS: Record<string, Make> = {
  'start-empty': start({}, []),
  start: start({}),
  'start-typed': start({ field: fieldOf('https://shop.example.com/checkout') }),
  'start-chosen': start({ at: 30 }),
  'start-words': start({ field: fieldOf('docker'), at: 1 }),
  'start-none': start({ field: fieldOf('docker kubernetes') }),
  'start-problem': start({
    field: fieldOf('ftp://x'),
    problem: 'ftp: is not a scheme that can be asked. Give http:// or https://',
  }),
  'start-opening': start({ field: fieldOf(LONG_URL), opening: LONG_URL }),
  'probe-http': walked([]),
  'probe-log': walked(steps(1)),
  'probe-run': walked(steps(2)),
  fact: walked(TO_FACT),
  'fact-typing': walked([...TO_FACT, ENTER, 'shop.ser']),
  'fact-refused': walked([...TO_FACT, ENTER, 'shop service', ENTER]),
  vantage: walked(TO_VANTAGE),
  ask: walked(TO_ASK),
  'ask-why': walked([...TO_ASK, 'w']),
  why: walked([...steps(2), 'w']),
  known: walked([...steps(2), '4']),
  edit: walked([...steps(2), '2']),
  'edit-refused': walked([...steps(2), '2', named('ctrl-u'), 'systemctl restart shop', ENTER]),
  paste: walked([...steps(2), '3']),
  'paste-full': walked([...steps(2), '3', SEEN.ss?.out ?? '']),
  running: async (columns, rows) => {
    const made = await after(stage({ world: hanging(0) }), columns, rows, ...steps(2), ENTER)
    made.wait(3)
    return made
  },
  'running-long': async (columns, rows) => {
    const made = await after(stage({ world: { look: never } }), columns, rows, ENTER)
    made.wait(7)
    return made
  },
  'running-tail': async (columns, rows) => {
    const made = await after(stage({ world: hanging(120) }), columns, rows, ...steps(2), ENTER)
    // The tail is told ten times a second.
    await new Promise((resolve) => setTimeout(resolve, 150))
    made.wait(5)
    return made
  },
  'result-http': walked([ENTER]),
  'result-log': walked([...steps(1), ENTER]),
  'result-run': walked([...steps(2), ENTER]),
  'result-blind': walked([...steps(1), ENTER], () => stage({ answers: without('log') })),
  output: walked([...steps(1), ENTER, 'o']),
  'output-scrolled': walked([...steps(1), ENTER, 'o', named('page-down'), named('down')]),
  'output-searching': walked([...steps(1), ENTER, 'o', '/', 'refus']),
  'output-found': walked([...steps(1), ENTER, 'o', '/', '02:05', ENTER, 'n']),
  'output-none': walked([...steps(2), 'o'], () => stage({ answers: { ...SEEN, log: { ...SEEN.log, out: '' } } })),
  'map-start': walked(['m']),
  map: walked([...TO_ASK, 'm']),
  'map-end': walked([...TO_VERDICT, 'm']),
  transcript: walked([
    ...TO_VERDICT,
    'n',
    'Called Ana, she is on it; she says that the deploy of 02:01Z was rolled back already',
    ENTER,
    'f',
    ENTER,
    't',
  ]),
  help: walked(['?']),
  'help-end': walked(['?', 'G']),
  note: walked([...steps(1), 'n', 'customers call since 02:03']),
  noted: walked([...steps(1), 'n', 'customers call', ENTER]),
  flag: walked(['f', named('down')]),
  quit: walked([...steps(1), 'q']),
  'quit-end': walked([...TO_VERDICT, 'q']),
  verdict: walked(TO_VERDICT),
  'verdict-done': walked([...TO_VERDICT, ENTER, 'j']),
  evidence: walked([...TO_VERDICT, 'j', 'j', 'j', 'j', ENTER]),
  confirm: walked([...TO_VERDICT, '3']),
  fixing: async (columns, rows) => {
    const act: World['act'] = (_, __, watch) => {
      watch('Job for shop.service is being started\n')
      return never()
    }
    const made = await after(stage({ world: { act } }), columns, rows, ...TO_VERDICT, '3', '2')
    await new Promise((resolve) => setTimeout(resolve, 150))
    made.wait(2)
    return made
  },
  fixed: walked([...TO_VERDICT, '3', '2']),
  'fix-failed': walked([...TO_VERDICT, '3', '2'], () =>
    stage({
      world: {
        act: async () => ({ exit: 5, ms: 40, out: 'Failed to start shop.service: Unit shop.service not found.\n' }),
      },
    }),
  ),
  'fix-elsewhere': walked([...TO_VERDICT, '3'], () => stage({ world: { act: null } })),
  verifying: async (columns, rows) => {
    let asked = 0
    const sample: World['sample'] = () =>
      ++asked > 2
        ? never()
        : Promise.resolve(
            asked === 1 ? { well: false, says: '502 after 3 ms' } : { well: true, says: '200 after 12 ms' },
          )
    const made = await after(stage({ world: { sample } }), columns, rows, ...TO_VERDICT, '4')
    await until(() => asked > 2)
    return made
  },
  verified: async (columns, rows) => {
    const made = await after(stage(), columns, rows, ...TO_VERDICT, '4')
    await until(() => made.wizard.state.screen.kind === 'verified')
    return made
  },
  'verified-stopped': walked([...TO_VERDICT, '4', ESC], () =>
    stage({ world: { sample: async () => ({ well: false, says: '502 after 3 ms' }), pause: untilStopped } }),
  ),
  inconclusive: walked(steps(2), () =>
    stage({ answers: { ...SEEN, log: { out: 'nothing\n', meta: { is: 'silent' } } } }),
  ),
  healthy: walked(steps(1), () =>
    stage({ answers: { ...SEEN, http: { out: 'HTTP/1.1 200 OK\n', meta: { is: 'well' } } } }),
  ),
  stopped: walked([...steps(2), ENTER, ESC], () => stage({ world: hanging(0) })),
  'on-its-own': async (columns, rows) => {
    const made = await after(stage({ world: hanging(3) }), columns, rows, 'a')
    await new Promise((resolve) => setTimeout(resolve, 150))
    return made
  },
  'nothing-here': walked(['x']),
  'over-ten-minutes': async (columns, rows) => {
    const made = await after(stage(), columns, rows, ...steps(2))
    made.wait(754)
    return made
  },
  recorded: walked(steps(1), () => stage({ world: { recorded: 'process-down', act: null, sample: null } })),
  'not-kept-quit': walked(['q'], () => stage({ world: { kept: false } })),
  'wide-probe': walked([], () => stage({ url: WIDE_URL, answers: WIDE })),
  'wide-result': walked([...steps(1), ENTER], () => stage({ url: WIDE_URL, answers: WIDE })),
  'wide-output': walked([...steps(1), ENTER, 'o'], () => stage({ url: WIDE_URL, answers: WIDE })),
  'wide-note': walked([
    'n',
    '顧客から電話がありました、支払いページで502が出ているとのことです。至急確認をお願いします',
  ]),
  'wide-transcript': walked([
    'n',
    '顧客から電話がありました、支払いページで502が出ているとのことです。至急確認をお願いします',
    ENTER,
    't',
  ]),
  'long-probe': walked([], () => stage({ url: LONG_URL })),
  'long-result': walked([ENTER], () => stage({ url: LONG_URL })),
  'long-verdict': walked(TO_VERDICT, () => stage({ url: LONG_URL })),
}

function without(name: string): typeof SEEN {
  const { [name]: _, ...rest } = SEEN
  return rest
}

async function until(holds: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000
  while (!holds() && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 10))
}

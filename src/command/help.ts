/** What `triage502 --help` prints. */
export const OVERVIEW = `triage502: find out why a site answers 502, 503 or 504.

  triage502 [URL]                 the wizard: it walks you through, step by step
  triage502 diagnose [URL]        look without a person, print the diagnosis
  triage502 resume [SESSION]      go on with an unfinished session
  triage502 sessions              list sessions
  triage502 export SESSION        the postmortem transcript
  triage502 services              saved services
  triage502 explain [TEXT]        what a log line, a code or a head means
  triage502 flows list|check|graph|show NODE
                                  the decision tree

It looks; it changes nothing without a second key, and sends nothing anywhere.
Try it on a recorded incident first: triage502 --recorded process-down

  --help after a command shows its options. --version prints the version.
`

const LOOKING = `  --fact NAME=VALUE        tell a fact (repeatable)
  --service NAME           use what a saved service knows
  --flows DIR              add a folder of flows
  --since 15m              how far back evidence counts
  --answer NODE=OPTION     answer a question of the tree (repeatable)
  --header NAME:VALUE      send a header with our own requests (always masked)
  --resolve HOST:PORT:ADDR ask this address for this name
  --insecure               do not verify the site's certificate
  --no-requests            read logs only, ask nobody
  --timeout 10s            one command (10 s), one request (75 s)
  --budget 120s            the whole of diagnose
  --proxy-at, --app-at     auto (default: proven or unknown) or local
  --sudo                   allow sudo -n for single probes
  --dry-run                print what might run, run nothing
  --no-save                keep no session
  --lines                  the wizard line by line; answers may come from a file
  --no-color, --verbose
`

const PAGES: Record<string, string> = {
  diagnose: `triage502 diagnose [URL]: look without a person, print the diagnosis.

${LOOKING}  --json                   one JSON document (schema/diagnosis.schema.json)
  --sweep                  run every probe that applies: the fullest recording
  --exit-zero              exit 0 also for diagnosed and suspected
  --recorded NAME          replay a recorded incident, or a session file
  --journal FILE           write the journal there

Exit: 0 healthy · 3 diagnosed · 4 suspected or inconclusive · 2 wrong use
      1 failed itself · 124 budget ended · 130 interrupted

  triage502 diagnose https://shop.example.com/checkout
  triage502 diagnose http://127.0.0.1:8080/ --json --since 1h
`,
  sessions: `triage502 sessions [--json]: list sessions, newest first.\n`,
  resume: `triage502 resume [SESSION]: go on with an unfinished session

The last one if none is named. It takes the options of diagnose. On a terminal
it goes on with you; with --json, or without a terminal, by itself.
`,
  export: `triage502 export SESSION [--format md|html|json]
                         [--level local|team|public] [--out FILE]

The transcript for a postmortem: summary, timeline, commands, evidence, verdict.
Secrets are masked at every level; team hides e-mail addresses and account ids,
public also hosts and addresses.

  triage502 export 2026-11-21T0203-shop-k3f9 --level public --out postmortem.md
`,
  services: `triage502 services [list | add NAME URL [FACT=VALUE…] | remove NAME] [--json]

  triage502 services add shop https://shop.example.com/ app.unit=shop.service
  triage502 diagnose --service shop
`,
  explain: `triage502 explain [TEXT…] [--json]: what a log line, a code, a word or a response means.

Without a text it reads standard input: one line, a pasted header block, or a
whole log, which is counted by what its lines mean. Secrets are masked.
  --json        one JSON document (schema/explanation.schema.json)
  --exit-zero   exit 0 also where nothing is known

Exit: 0 something is known · 4 nothing is · 2 wrong use · 130 interrupted

  triage502 explain H12
  triage502 explain 'upstream prematurely closed connection'
  triage502 explain < /var/log/nginx/error.log
  curl -si https://shop.example.com/ | triage502 explain
`,
  flows: `triage502 flows list | check | graph | show NODE [--flows DIR]

  list    every flow and node          check   the seven guarantees
  graph   the tree as Mermaid          show    one node in words
`,
}

/** One command's help; the overview where it has none of its own. */
export function helpFor(command: string): string {
  return (Object.hasOwn(PAGES, command) ? PAGES[command] : undefined) ?? OVERVIEW
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { describeNode, listFlows } from '../../src/flow/describe.ts'
import { drawFlows } from '../../src/flow/draw.ts'
import { jsonSchemas } from '../../src/flow/json-schema.ts'
import { loadLibrary } from '../../src/flow/load.ts'
import { baseFiles, CATALOGUE, FIXTURES, folderOf, loadWith, readFiles } from './support.ts'

function documented() {
  const files = readFiles(join(FIXTURES, 'neighbours'))
  const nginx = readFileSync(join(FIXTURES, 'nginx.yaml'), 'utf8')
  return loadLibrary(
    folderOf({ ...files, 'commands.yaml': baseFiles()['commands.yaml'] ?? '', 'nginx.yaml': nginx }),
    CATALOGUE,
  ).library
}

function describedIn(library: ReturnType<typeof documented>, id: string): string {
  const node = library.nodes[id]
  if (!node) throw new Error(`no node ${id}`)
  return describeNode(node, library)
}

describe('drawFlows', () => {
  test('draws a flow as a Mermaid subgraph, blind ways dashed', () => {
    expect(drawFlows(loadWith({}).library)).toBe(`flowchart TD
  subgraph f_locate["locate: Who answered?"]
    n0["look: What listens on #123;url.port#125;?"]
    n1(["process-down #40;app#41;"])
    n2(["inconclusive"])
  end
  n0 -->|"there"| n2
  n0 -->|"nothing"| n1
  n0 -->|"other"| n2
  n0 -.->|"blind"| n2
  classDef probe fill:#eef,stroke:#446
  class n0 probe
  classDef verdict fill:#efe,stroke:#464,font-weight:bold
  class n1 verdict
  classDef end fill:#eee,stroke:#666
  class n2 end
`)
  })

  test('leaves nothing in a label that Mermaid would take for its own', () => {
    const locate = (baseFiles()['locate.yaml'] ?? '').replace(
      'Who answered?',
      '\'"]; click n0 "javascript:alert(1)" #quot;\'',
    )
    const drawn = drawFlows(loadWith({ 'locate.yaml': locate }).library)
    const label = /subgraph f_locate\["(.*)"\]/.exec(drawn)?.[1] ?? ''
    expect(label).toContain('javascript:alert#40;1#41;')
    expect(label.replace(/#\d+;/g, '')).not.toMatch(/["[\]{}()<>|;#]/)
  })
})

describe('describeNode', () => {
  test('a probe: what runs, from where, its ways, and what leads to it', () => {
    expect(
      describedIn(documented(), 'nginx/upstream-refused'),
    ).toBe(`nginx/upstream-refused — Is anything listening on {upstream.host}:{upstream.port}, seen from where nginx runs?

Runs: ss -ltnpH
Or: lsof -nP -iTCP -sTCP:LISTEN
Or: netstat -ltnp
Seen from: proxy; read as listeners; at most 5000 ms

there-now: when out.sockets.exists(s, s.port == upstream.port && covers(s.address, upstream.host))
  found: something listens there now
  go to app/direct
other-address: when out.sockets.exists(s, s.port == upstream.port)
  found: it listens on {upstream.port}, on an address that does not cover {upstream.host}
  go to nginx/wrong-interface
app-elsewhere: when has(app.pid) && out.sockets.exists(s, s.pid == app.pid)
  found: the app (pid {app.pid}) listens on {app.port}
  learns app.port = out.sockets.filter(s, s.pid == app.pid)[0].port
  rules out process-down, wrong-interface, port-in-use
  go to nginx/wrong-port
nothing: otherwise
  found: nothing listens on {upstream.port}
  suspects process-down
  go to systemd/unit
When nothing can be seen: go to nginx/ask-listening

Comes from: nginx/error-log.refused
`)
  })

  test('a verdict: what it needs, what must be ruled out, how to mend and verify', () => {
    expect(describedIn(documented(), 'nginx/wrong-port')).toBe(`nginx/wrong-port — verdict wrong-port (proxy)

The app (pid {app.pid}) listens on {app.port}; nginx sends to {upstream.port}
Place: proxy; sides: proxy, app; shape: unreachable
Needs:
  nginx/error-log.refused
  nginx/upstream-refused.app-elsewhere
Must be ruled out: port-in-use, wrong-interface
Fix:
  Point proxy_pass at {app.port}, or start the app with PORT={upstream.port}
  nginx -t  (changes)
  systemctl reload nginx  (changes)
Verify: app/direct, locate/response
Prevent: pin-the-port
Sources: S2-25, S4-08, S3-26

Comes from: nginx/upstream-refused.app-elsewhere
`)
  })

  test('the node where a walk begins says so', () => {
    const library = documented()
    expect(describedIn(library, 'locate/unknown')).toContain(
      'Comes from: locate/response.other, locate/response (blind)',
    )
    expect(describedIn(loadWith({}).library, 'locate/look')).toContain('Comes from: locate/down (to verify)')
  })
})

test('listFlows names every flow and node', () => {
  expect(listFlows(loadWith({}).library)).toBe(`locate: Who answered?
  locate/look     What listens on {url.port}?
  locate/down     verdict process-down (app)
  locate/unknown  ends inconclusive
`)
})

describe('the published schemas', () => {
  test.each(Object.entries(jsonSchemas()))('schema/%s is what the loader checks', (name, text) => {
    const path = fileURLToPath(new URL(`../../schema/${name}`, import.meta.url))
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { t } from '../../words/value.ts'
import { allowed } from '../allowed.ts'
import { found, object, objects, text } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping } from './answer.ts'
import { failureOf } from './failure.ts'

const context = t.record({
  complete: t.bool,
  /** '' where it names none. */
  context: t.string,
  cluster: t.string,
  /** `https://10.0.0.1:6443` */
  server: t.string,
  user: t.string,
  /** What is asked where none is named. */
  namespace: t.string,
})

/** `kubectl config view --minify -o json`: whom kubectl would ask, as whom. No key and no token is kept. */
export const kubeContextReader = reader({
  name: 'kube-context',
  output: context,
  consults: [],
  keep(out) {
    const { ok, raw } = found(out)
    if (!ok) return { out: out.slice(0, 2000), leftOut: '' }
    return { out: JSON.stringify(keptView(raw)), leftOut: 'how one signs in was left out' }
  },
  read(capture) {
    const { raw } = found(capture.out)
    const [first] = objects(raw, 'contexts')
    const own = object(first ?? {}, 'context')
    const [cluster] = objects(raw, 'clusters')
    const name = visibleLine(text(first ?? {}, 'name'), 300)
    const server = visibleLine(text(object(cluster ?? {}, 'cluster'), 'server'), 300)
    const known = name !== '' && server !== ''
    return {
      value: {
        complete: capture.outcome === 'ok' && known,
        context: known ? name : '',
        cluster: visibleLine(text(own, 'cluster'), 300),
        server,
        user: visibleLine(text(own, 'user'), 300),
        namespace: visibleLine(text(own, 'namespace'), 253) || 'default',
      },
      dark: known ? [] : [unfinished(capture) ?? failureOf(capture.err) ?? NO_CONTEXT],
      lines: [],
    }
  },
})

function keptView(view: JsonObject): JsonObject {
  const named = (list: string, field: string, keep: (inner: JsonObject) => JsonObject) =>
    objects(view, list)
      .slice(0, 1)
      .map((each) => ({ name: text(each, 'name'), [field]: keep(object(each, field)) }))
  return {
    contexts: named('contexts', 'context', (own) => allowed(own, { cluster: true, user: true, namespace: true })),
    clusters: named('clusters', 'cluster', (own) => allowed(own, { server: true })),
  }
}

/** It did not come to an end: that says nothing of contexts. */
function unfinished({ timedOut, outcome, why, says }: Capture): Dark | undefined {
  if (outcome === 'blind' && why !== undefined) return { why, says: says ?? 'kubectl could not be asked' }
  return timedOut ? { why: 'timed-out', says: 'kubectl did not tell its context in time' } : undefined
}

const NO_CONTEXT: Dark = {
  why: 'wrong-context',
  says: 'kubectl has no context that names a cluster: kubectl config get-contexts lists those there are',
}

/** `kubectl auth can-i …`: one word. Whether the API server answers at all is told by the same question. */
export const kubeMayReader = reader({
  name: 'kube-may',
  output: t.record({
    complete: t.bool,
    yes: t.bool,
  }),
  consults: [],
  read(capture) {
    const word = /^(yes|no)\b/m.exec(capture.out.slice(0, 2000))?.[1]
    const dark: Dark[] = word === undefined ? [failureOf(capture.err) ?? SILENT] : []
    return { value: { complete: word !== undefined, yes: word === 'yes' }, dark, lines: [] }
  },
})

const SILENT: Dark = { why: 'not-understood', says: 'kubectl does not say whether this user may read Ingresses' }

/** `kubectl get namespace NAME -o json`: whether there is one. */
export const kubeNamespaceReader = reader({
  name: 'kube-namespace',
  output: t.record({
    complete: t.bool,
    found: t.bool,
  }),
  consults: [],
  keep: keeping({}),
  read(capture) {
    const answer = answerOf(capture, ['Namespace'])
    return { value: { complete: answer.complete, found: answer.items.length > 0 }, dark: answer.dark, lines: [] }
  },
})

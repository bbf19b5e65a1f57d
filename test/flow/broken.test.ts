import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FIXTURES, loadWith, told } from './support.ts'

/** Which file of the base a broken one replaces, by its first key. */
const TARGETS: Record<string, string> = {
  facts: 'facts.yaml',
  signatures: 'signatures/nginx-error.yaml',
  fingerprints: 'fingerprints.yaml',
  remedies: 'remedies.yaml',
  uncovered: 'uncovered.yaml',
  commands: 'commands.yaml',
  glossary: 'glossary.yaml',
}

/** Each broken file -> what a person is told: `file:line:column what | mend`. */
const TOLD: Record<string, string[]> = {
  alias: [
    'locate.yaml:38:11 aliases are not used in flows | write it out where it is used: a reader should not have to look it up',
  ],
  empty: ['locate.yaml:1:1 the file is empty | fill it or remove it'],
  tab: ['locate.yaml:37:1 not valid YAML: Tabs are not allowed as indentation | indent with spaces'],
  'two-documents': [
    'locate.yaml:39:1 not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments() | one file holds one flow: remove the --- line',
  ],
  'absence-all': [
    'locate.yaml:16:15 this holds when something was not seen | write `out.complete && …`: absent counts only where it could have been seen',
  ],
  'absence-count': [
    'locate.yaml:16:15 this holds when something was not seen | write `out.complete && …`: absent counts only where it could have been seen',
  ],
  'absence-not': [
    'locate.yaml:16:17 this holds when something was not seen | write `out.complete && …`: absent counts only where it could have been seen',
  ],
  'aside-does-not-return': [
    'locate.yaml:14:17 the aside "locate/unknown" can end in "locate/unknown" | an aside adds findings and goes back',
  ],
  'back-from-nowhere': [
    'locate.yaml:22:18 there is nothing to go back to | name a node: only a node that is visited as an aside can go back',
  ],
  'bad-duration': ['locate.yaml:8:68 "5 seconds" cannot be "timeout" | a duration is written 500ms, 5s or 2m'],
  'bad-name': ['locate.yaml:10:13 "There now" cannot be "id" | a name is lower-case words joined by hyphens'],
  'bad-vantage': ['locate.yaml:8:36 "her" cannot be "at" | did you mean "here"?'],
  'branch-twice': ['locate.yaml:21:15 two branches are called "there" | rename one: proofs name them'],
  'commands-flag': ['commands.yaml:2:32 "t" cannot stand in "flags" | a flag begins with - or +'],
  'commands-path': ['commands.yaml:5:16 "/tmp/cat" cannot be "program" | a program is a bare name, no path'],
  'commands-unexplained': [
    'commands.yaml:2:36 nothing explains -n of `ss` | say what it does under explain: ss: flags',
    'commands.yaml:4:28 nothing explains `cat now` | say what it does under explain: cat: words',
    'commands.yaml:4:45 nothing explains the free words of `cat` | say what it does under explain: cat: operands',
    'commands.yaml:5:16 nothing explains `ls` | say what it does under explain: ls: says',
    'commands.yaml:9:80 no rule of `ss` knows --numbre | remove it, or correct its spelling',
  ],
  'glossary-empty': ['glossary.yaml:2:28 "says" is empty | write one sentence with {holes}, as text'],
  'glossary-twice': [
    'glossary.yaml:3:27 term "gateway" is already in flows/glossary.yaml:2 | rename or remove one of the two',
  ],
  'facts-example': ['facts.yaml:6:75 the example is not a systemd unit name | give a unit as people would type it'],
  'facts-name': ['facts.yaml:6:13 "app-unit" cannot be "name" | a fact is named group.name'],
  'facts-never-learned': [
    'facts.yaml:6:13 nothing ever learns the fact "app.unit", and nobody may be asked for it | let a branch learn it, or make it askable',
    'locate.yaml:32:18 "app.unit" is not known on every way here | learn it on every way here, or leave it out of the sentence',
  ],
  'facts-twice': ['facts.yaml:7:13 fact "app.unit" is already in flows/facts.yaml:6 | rename or remove one of the two'],
  'facts-type': ['facts.yaml:6:29 "unitt" cannot be "type" | did you mean "unit"?'],
  'facts-unused': ['facts.yaml:7:13 no flow uses the fact "app.user" | use it or remove it'],
  'file-name': ['locate.yaml:1:7 flow "nginx" stands in locate.yaml | write flow: locate, or rename the file'],
  'fingerprints-empty': [
    'fingerprints.yaml:2:5 fingerprint "all" fits every response | give a status, headers or body',
  ],
  'fingerprints-lone-brace': [
    'fingerprints.yaml:2:82 literal "nginx/{version": a { without its }: write {{ for the character itself | write literal text with holes: {name}, {name:int}, {name:path}, {name:word}, {name:rest} at the end',
  ],
  'fix-claims-to-read': [
    'locate.yaml:32:46 `systemctl start {app.unit}` is not known to only read | write effect: changes',
  ],
  'fork-circle': [
    'locate.yaml:36:3 forks lead in a circle through "locate/unknown" | let one of them look at something or end',
    'locate.yaml:38:3 forks lead in a circle through "locate/again" | let one of them look at something or end',
  ],
  glob: ['locate.yaml:8:19 a command may not hold "*" | there are no globs: name the file, or quote the character'],
  'guard-after-use': [
    'locate.yaml:11:47 "app.port" is not known on every way here | write has(app.port) && … in front, or learn it on every way here',
  ],
  'has-misspelt': ['locate.yaml:11:15 there is no fact "app.prt" | did you mean "app.port"?'],
  'has-of-out': [
    'locate.yaml:11:15 has() asks for a fact, group.name | leave it out: the fields of out are always there',
  ],
  'hidden-fact-in-says': [
    'locate.yaml:29:13 "app.program" is not known on every way here | learn it on every way here, or leave it out of the sentence',
  ],
  'key-twice': [
    'locate.yaml:8:5 not valid YAML: Map keys must be unique | give each key once: the second would silently replace the first',
  ],
  'last-has-when': [
    'locate.yaml:21:22 the last branch has a when | remove its when, or add a branch without one: something must hold when nothing else does',
  ],
  'learn-not-text': ['locate.yaml:18:28 "app.port" must be text | put it in quotes'],
  'learn-wrong-type': ['locate.yaml:18:28 it is string, and must be int | write an expression of type int'],
  'middle-without-when': [
    'locate.yaml:15:9 branch "nothing" has no when and is not the last | add a when, or move it to the end: what stands below is never reached',
  ],
  'missing-go': ['locate.yaml:15:9 "go" is missing | add go: a node of this flow, flow/node, or back'],
  'never-ends': [
    'locate.yaml:36:3 no way from "locate/unknown" ever ends | let one of its ways end in a verdict, or in an end that says what stays open',
    'locate.yaml:38:3 no way from "locate/more" ever ends | let one of its ways end in a verdict, or in an end that says what stays open',
  ],
  'no-blind': [
    'locate.yaml:5:3 "blind" is missing | add blind: { go: node }: the way that is taken when nothing could be seen',
  ],
  'no-finding': [
    'locate.yaml:15:9 branch "nothing" does not say what was found | add found: one sentence with what was seen in it',
  ],
  'no-fix': [
    'locate.yaml:30:10 "fix" is an empty list | write a list of { say: … }, { run: …, effect: … } or { steps: … }',
  ],
  'no-kind': ['locate.yaml:37:5 unknown key "edn" | did you mean "end"?'],
  'no-probe-kind': ['locate.yaml:8:5 it does not say what it is | a probe is one of run, http, log, look'],
  'no-proof': [
    'locate.yaml:27:12 "proof" is an empty list | write a list of node.branch; an item may be a list of alternatives',
  ],
  'no-reader': ['locate.yaml:8:5 "read" is missing | add read: a reader\'s name, or text'],
  'no-rivals': [
    'locate.yaml:28:13 a verdict without rivals must say why | name the causes that look alike, or write { none: "why nothing else can explain it" }',
  ],
  'no-such-blind': ['locate.yaml:22:18 there is no node "unknwon" | did you mean "unknown"?'],
  'no-such-cause': ['locate.yaml:19:21 "wrong-prot" cannot stand in "rules-out" | did you mean "wrong-port"?'],
  'no-such-fact-argument': ['locate.yaml:8:42 there is no fact "app.pid" | did you mean "app.port"?'],
  'no-such-fact-learned': ['locate.yaml:18:18 there is no fact "app.prt" | did you mean "app.port"?'],
  'no-such-flow': ['locate.yaml:20:13 there is no node "app/direct" | name a node of this flow, or flow/node'],
  'no-such-look': ['locate.yaml:8:20 there is no look "socket" | did you mean "sockets"?'],
  'no-such-node': ['locate.yaml:20:13 there is no node "dwon" | did you mean "down"?'],
  'no-such-otherwise': ['locate.yaml:8:43 there is no look "listners" | did you mean "listeners"?'],
  'no-such-proof': ['locate.yaml:27:13 locate/look has no branch "noting" | did you mean "nothing"?'],
  'no-such-reader': ['locate.yaml:8:48 there is no reader "listener" | did you mean "listeners"?'],
  'no-such-remedy': ['locate.yaml:34:15 there is no remedy "wach" | did you mean "watch"?'],
  'no-such-source': [
    'locate.yaml:35:15 "S3/38" cannot stand in "sources" | a source is S, the article, a hyphen and its item: S3-45',
  ],
  'no-such-start': ['locate.yaml:3:8 there is no node "lok" | did you mean "look"?'],
  'no-such-verify': ['locate.yaml:33:14 there is no node "loook" | did you mean "look"?'],
  'no-timeout': ['locate.yaml:8:5 "timeout" is missing | add timeout: 500ms, 5s or 2m'],
  'not-a-flow': ['locate.yaml:1:1 the file must be a map | write a map'],
  'not-known-in-when': [
    'locate.yaml:11:47 "app.port" is not known on every way here | write has(app.port) && … in front, or learn it on every way here',
  ],
  'not-yaml': [
    'locate.yaml:2:8 not valid YAML: Nested mappings are not allowed in compact mappings | put text that holds ": ", "#", "{" or quotes between quotes',
  ],
  'own-rival': ['locate.yaml:28:14 process-down stands among its own rivals | remove it'],
  pipe: ['locate.yaml:8:19 a command may not hold "|" | there is never a shell: a reader does what the pipe would do'],
  'placeholder-expression': [
    'locate.yaml:8:19 {url.port + 1} is no placeholder | write {group.fact}; a command holds facts only',
  ],
  'placeholder-is-no-fact': ['locate.yaml:8:19 there is no fact "out.path" | learn it as a fact first'],
  'probe-changes-in-else': [
    'locate.yaml:8:56 `nginx -t` is not known to only read | a probe may only read: use a command that flows/commands.yaml allows, or put it into a fix',
  ],
  'probe-changes': [
    'locate.yaml:8:19 `ss -K` is not known to only read | a probe may only read: use a command that flows/commands.yaml allows, or put it into a fix',
  ],
  'proof-leads-elsewhere': [
    'locate.yaml:27:27 no way from locate/look.there leads to this verdict | remove it, or let that branch lead here',
  ],
  'remedies-unused': ['remedies.yaml:3:11 no verdict names the remedy "pray" | use it or remove it'],
  'rivals-without-reason': ['locate.yaml:28:21 "none" is empty | write some text'],
  'signatures-adjacent': [
    'signatures/nginx-error.yaml:4:12 literal "connect() failed ({errno:int}{text}) while connecting to upstream": {errno} and {text} touch: put text between two holes | write literal text with holes: {name}, {name:int}, {name:path}, {name:word}, {name:rest} at the end',
  ],
  'signatures-hole-type': [
    'signatures/nginx-error.yaml:4:12 literal "connect() failed (111: {text:regex}) while connecting to upstream": {text:regex} has an unknown type: use one of text, int, path, word, rest | write literal text with holes: {name}, {name:int}, {name:path}, {name:word}, {name:rest} at the end',
  ],
  'signatures-twice': [
    'signatures/nginx-error.yaml:7:9 signature "nginx-error/connect-refused" is already in flows/signatures/nginx-error.yaml:2 | rename or remove one of the two',
  ],
  'start-at-back': ['locate.yaml:36:3 no node may be called back | rename it: `go: back` returns from an aside'],
  subshell: [
    'locate.yaml:8:19 a command may not hold "$" | there are no variables: write {fact}, or quote the character with single quotes',
  ],
  'template-out-in-title': [
    'locate.yaml:6:21 there is no out here: nothing was looked at | write facts as {group.name} and what was seen as {out.field}',
  ],
  'template-record': ['locate.yaml:21:46 list<out.sockets> cannot stand in a sentence | name a field of it'],
  'template-unclosed': ['locate.yaml:29:31 a { without its } | close it, or write {{ for the character itself'],
  'two-kinds': [
    'locate.yaml:37:5 it is both verdict and end | a node is one of probe, ask, fork, verdict, end: make two of it',
  ],
  'unclosed-quote': ["locate.yaml:8:19 a command may not hold a ' without its partner | close the quotes"],
  'uncovered-missing': [
    'locate.yaml:24:5 no recorded case reaches "locate/down" | record an incident that ends here, or give the reason in uncovered.yaml',
  ],
  'uncovered-nobody': ['uncovered.yaml:3:3 there is no verdict "locate/dwon" | did you mean "locate/down"?'],
  'unknown-key-branch': ['locate.yaml:11:9 unknown key "whne" | did you mean "when"?'],
  'unknown-key-fix': ['locate.yaml:32:46 unknown key "efect" | did you mean "effect"?'],
  'unknown-key-flow': ['locate.yaml:2:1 unknown key "titel" | did you mean "title"?'],
  'unknown-key-node': ['locate.yaml:7:5 unknown key "wy" | did you mean "why"?'],
  'unknown-key-probe': [
    'locate.yaml:8:72 unknown key "retries" | use one of run, else, otherwise, asks, at, read, timeout, leaks, effect',
  ],
  unreachable: ['locate.yaml:36:3 no way leads to "locate/lost" | let a branch go there, or remove it'],
  'url-is-none': [
    'locate.yaml:8:20 "shop.example.com" is no URL | begin with {a.fact} that holds a URL, with http:// or with https://',
  ],
  'verify-asks-nothing': [
    'locate.yaml:33:14 "locate/unknown" does not look at anything | name a probe node: verifying is looking again',
  ],
  'when-bare-group': ['locate.yaml:11:47 "url" is a group of facts | name one fact of it'],
  'when-does-not-parse': [
    'locate.yaml:11:46 Unexpected token: RPAREN | write a condition over facts and out that is true or false',
  ],
  'when-double': ['locate.yaml:11:46 there are no doubles | use whole numbers: milliseconds, bytes, per mille'],
  'when-dyn': [
    'locate.yaml:11:37 dyn() is not used in flows | use one of has, size, int, string, timestamp, duration, covers, hostPort, urlOf',
  ],
  'when-is-no-bool': [
    'locate.yaml:11:15 it is list<int>, and must be bool | write a condition over facts and out that is true or false',
  ],
  'when-mixed-types': [
    'locate.yaml:11:37 there is no int == string | bring like and like together: text in quotes, whole numbers without',
  ],
  'when-null': ['locate.yaml:11:50 there is no null | compare with "", 0 or []; has() asks for a fact'],
  'when-regex': [
    'locate.yaml:11:37 matches() is not used in flows | use one of exists, exists_one, all, filter, map, size, join, startsWith, endsWith, contains, lowerAscii, upperAscii, trim',
  ],
  'when-unknown-fact': ['locate.yaml:11:47 there is no fact "url.prot" | did you mean "url.port"?'],
  'when-unknown-field': ['locate.yaml:11:39 there is no field "prot" | did you mean "port"?'],
}

const folder = join(FIXTURES, 'broken')

describe('a mistake is told with its place and how to mend it', () => {
  test.each(Object.entries(TOLD))('%s', (name, expected) => {
    const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')
    const target = TARGETS[/^(\w+):/m.exec(text)?.[1] ?? ''] ?? 'locate.yaml'
    expect(told(loadWith({ [target]: text }))).toEqual(expected.map((line) => `flows/${line}`))
  })

  test('every broken file stands in the table', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(TOLD)
        .map((name) => `${name}.yaml`)
        .sort(),
    )
  })

  test('the file they are made from has no mistake', () => {
    expect(told(loadWith({}))).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Person, pageOf, recorded } from './person.ts'

// Somebody who has texts and no shell: a colleague sends lines of the gateway's log, a list of listeners, a unit's state.

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')

/** At nginx's error log, with nginx's own page pasted before. The URL is the one of the recordings. */
function atLog(status = '502 Bad Gateway'): Person {
  const page = pageOf('nginx-page').replaceAll('502 Bad Gateway', status)
  const person = new Person('http://127.0.0.1:8080/checkout').until('locate/response').paste(page)
  expect(person.session.here).toBe('nginx/error-log')
  return person
}

/** The line as nginx wrote it for the recorded request, of the minute in which the person pastes it. */
const lineOf = (name: string) =>
  recorded(name, 'nginx/error-log').replaceAll(/^\d{4}\/\d\d\/\d\d [\d:]{8} /gm, '2026/11/21 02:59:58 ')

describe('the gateway’s error log, pasted', () => {
  it.each([
    ['process-down', '502 Bad Gateway', 'refused', 'unreachable', 'app/where'],
    ['wrong-port', '502 Bad Gateway', 'refused', 'unreachable', 'app/where'],
    ['slow-app', '504 Gateway Time-out', 'timed-out', 'slow', 'app/where'],
    ['truncated-response', '502 Bad Gateway', 'closed', 'reset', 'app/where'],
    ['not-http', '502 Bad Gateway', 'not-http', 'garbage', 'app/where'],
    ['socket-missing', '502 Bad Gateway', 'socket-missing', 'unreachable', 'app/socket'],
    ['socket-permission', '502 Bad Gateway', 'socket-denied', 'unreachable', 'app/socket'],
  ])('of %s is understood as it was live', (name, status, branch, shape, next) => {
    const person = atLog(status).paste(lineOf(name))
    const finding = person.session.findings.find(({ node }) => node === 'nginx/error-log')
    expect(finding).toMatchObject({ branch, pasted: true, proven: false })
    expect(person.session.facts.get('failure.shape')?.value).toBe(shape)
    expect(person.session.here).toBe(next)
  })

  it('teaches the upstream that the next questions are about', () => {
    const person = atLog().paste(lineOf('process-down'))
    expect(person.session.facts.get('upstream.host')?.value).toBe('127.0.0.1')
    expect(person.session.facts.get('upstream.port')?.value).toBe(3000)
  })

  it('of another site is not taken for this one', () => {
    const other = lineOf('process-down').replaceAll('127.0.0.1:8080"', 'other.example.com"')
    const person = atLog().paste(other)
    expect(person.session.findings.some(({ node }) => node === 'nginx/error-log')).toBe(false)
    expect(person.session.here).toBe('place/nginx-log')
  })

  it('of last week tells nothing of now, and says so', () => {
    const person = atLog().paste(lineOf('process-down').replaceAll('2026/11/21', '2026/11/14'))
    expect(person.session.blindSpots.map(({ says }) => says).join(' ')).toContain('is of 2026-11-14T')
    expect(person.session.here).toBe('place/nginx-log')
  })

  it('that holds only other things leads to somebody who may send the right lines, and can be tried again', () => {
    const person = atLog().paste('it does not work\n')
    expect(person.session.here).toBe('place/nginx-log')
    person.answer('send').paste(lineOf('process-down'))
    expect(person.session.here).toBe('app/where')
  })

  it('of an earlier failure is not blamed for an answer that is well', () => {
    const person = new Person('http://127.0.0.1:8080/checkout').until('locate/response')
    person.paste('HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok')
    expect(person.session.facts.get('answer.class')?.value).toBe('ok')
    person.until('nginx/error-log')
    if (person.session.here === 'nginx/error-log') {
      person.paste(lineOf('process-down'))
      expect(person.session.facts.get('failure.signature')).toBeUndefined()
    }
  })
})

describe('what follows, pasted', () => {
  it('a list of listeners without the upstream’s port: likely, and never sure from a paste', () => {
    const person = atLog().paste(lineOf('process-down')).until('app/listening')
    person.paste(recorded('process-down', 'app/listening'))
    expect(person.session.findings.at(-1)).toMatchObject({ node: 'app/listening', branch: 'nothing', pasted: true })
    person.until('')
    expect(person.short).toBe('process-down likely')
    expect(person.conclusion.verdict?.id).toBe('app/process-down')
  })

  it('even after somebody said that this is the machine', () => {
    const person = atLog().paste(lineOf('process-down'))
    person.do({ type: 'say.where', role: 'proxy' })
    person.until('app/listening')
    person.do({ type: 'say.where', role: 'app' })
    person.paste(recorded('process-down', 'app/listening')).until('app/unit-search')
    expect(person.session.findings.filter(({ pasted }) => pasted).every(({ proven }) => !proven)).toBe(true)
    expect(person.until('').short).toBe('process-down likely')
  })

  it('a list in which the upstream listens leads to asking it', () => {
    const person = atLog().paste(lineOf('process-down')).until('app/listening')
    person.paste('LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("node",pid=77,fd=21))\n')
    expect(person.until('app/direct').session.here).toBe('app/direct')
    expect(person.session.facts.get('app.pid')?.value).toBe(77)
  })

  it.each([
    ['netstat.txt', 'process/netstat.txt'],
    ['ss with its headings', 'process/ss-ltnp-header.txt'],
    ['lsof', 'process/lsof.txt'],
  ])('%s will do as well', (_, name) => {
    const person = atLog().paste(lineOf('process-down')).until('app/listening').paste(fixture(name))
    expect(
      person.session.findings.some(({ node }) => node === 'app/listening') || person.session.here === 'app/direct',
    ).toBe(true)
  })

  it('the unit and its journal, from a colleague', () => {
    const person = atLog().paste(lineOf('process-down')).until('app/listening')
    person.paste(recorded('process-down', 'app/listening')).until('app/unit-search')
    expect(person.expecting('vantage').pattern).toMatchObject({ kind: 'look', name: 'units-by-token' })
    person.answer('one')
    // The name of the unit is what only the look could tell.
    person.do({ type: 'give.fact', name: 'app.unit', value: 'shop.service', origin: { by: 'person' } })
    expect(person.session.here).toBe('systemd/unit')
    person
      .paste(recorded('systemd-missing-module', 'systemd/unit'))
      .paste(recorded('systemd-missing-module', 'systemd/journal'))
    expect(person.until('').conclusion.verdict).toMatchObject({ cause: 'crash-on-start', confidence: 'reported' })
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileLiteral } from '../../src/reading/literal.ts'
import { matchLiteral } from '../../src/reading/literal-match.ts'
import { compileSignatures, matchSignature, type Signature, signatureIndex } from '../../src/reading/signatures.ts'
import { CAUSES, SHAPES } from '../../src/words/vocabulary.ts'
import { cpuNow } from '../cpu.ts'
import { nginxErrorSignatures } from './nginx/knowledge.ts'

const make = (id: string, match: string, source = 'app'): Signature => ({ id, source, match, meaning: '', example: '' })

describe('the index', () => {
  it('gives the signature and the holes', () => {
    const index = compileSignatures([make('refused', 'connect to {port:int} refused')])
    const found = matchSignature(index, 'app', 'Error: connect to 3000 refused')
    expect(found?.signature.id).toBe('refused')
    expect(found?.holes).toEqual({ port: '3000' })
  })

  it('prefers the one with the most literal text, whatever the order', () => {
    const loose = make('any', 'failed: {why:rest}')
    const exact = make('module', 'failed: cannot find module {name:rest}')
    for (const list of [
      [loose, exact],
      [exact, loose],
    ]) {
      expect(matchSignature(compileSignatures(list), 'app', 'failed: cannot find module x')?.signature.id).toBe(
        'module',
      )
    }
  })

  it('keeps the sources apart', () => {
    const index = compileSignatures([make('a', 'boom', 'kernel')])
    expect(matchSignature(index, 'app', 'boom')).toBeNull()
    expect(matchSignature(index, 'kernel', 'boom')?.signature.id).toBe('a')
  })

  it('names the signature whose literal is bad', () => {
    expect(() => compileSignatures([make('good', 'x'), make('bad-one', '{a}{b}')])).toThrow(/bad-one.*touch/)
    expect(signatureIndex([make('good', 'x'), make('bad-one', '{a}{b}')]).get('app')).toHaveLength(1)
  })

  it('whole: what a stranger had quoted inside a message is no message', () => {
    const index = compileSignatures(nginxErrorSignatures)
    const line = 'FastCGI said: connect() failed (111: Connection refused) while connecting to upstream'
    expect(matchSignature(index, 'nginx-error', line, { whole: true })).toBeNull()
    expect(matchSignature(index, 'nginx-error', line)?.signature.id).toBe('connect-refused')
  })
})

describe("the error log's signatures", () => {
  const index = compileSignatures(nginxErrorSignatures)

  it('have ids of their own, and words of the vocabulary', () => {
    expect(new Set(nginxErrorSignatures.map((each) => each.id)).size).toBe(nginxErrorSignatures.length)
    for (const each of nginxErrorSignatures) {
      if (each.shape) expect(SHAPES).toContain(each.shape)
      if (each.cause) expect(CAUSES).toContain(each.cause)
      expect(each.source).toBe('nginx-error')
    }
  })

  it.each(nginxErrorSignatures)('$id: its example fits it, and is claimed by no other', (signature) => {
    expect(matchLiteral(compileLiteral(signature.match), signature.example, { whole: true })).not.toBeNull()
    expect(matchSignature(index, 'nginx-error', signature.example, { whole: true })?.signature.id).toBe(signature.id)
    expect(matchSignature(index, 'nginx-error', signature.example)?.signature.id).toBe(signature.id)
  })

  it.each([
    ['connect-timeout', 'upstream timed out (110: Operation timed out) while connecting to upstream'],
    ['host-unreachable', 'connect() failed (113: Host is unreachable) while connecting to upstream'],
    ['net-unreachable', 'connect() to [::1]:80 failed (101: Network unreachable) while connecting to upstream'],
    ['ports-exhausted', 'connect() to 10.0.0.2:80 failed (99: Address not available) while connecting to upstream'],
    ['bind-failed', 'bind() to 0.0.0.0:80 failed (98: Address in use)'],
    ['accept-too-many-files', 'accept4() failed (24: No file descriptors available)'],
    ['accept-too-many-files', 'accept() failed (24: Too many open files)'],
  ])('%s also with the words of musl: %s', (id, message) => {
    expect(matchSignature(index, 'nginx-error', message, { whole: true })?.signature.id).toBe(id)
  })

  it('takes no failed handshake of a visitor for one of the upstream', () => {
    const message =
      'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking'
    expect(matchSignature(index, 'nginx-error', message, { whole: true })).toBeNull()
  })

  it('reads a real log of 20,000 lines in well under a second', () => {
    const log = readFileSync(new URL('../fixtures/nginx-log/error-info.log', import.meta.url), 'utf8').split('\n')
    const started = cpuNow()
    let found = 0
    for (let i = 0; i < 20_000; i += 1) {
      if (matchSignature(index, 'nginx-error', log[i % log.length] ?? '')) found += 1
    }
    expect(found).toBeGreaterThan(10_000)
    expect(cpuNow() - started).toBeLessThan(1500)
  })
})

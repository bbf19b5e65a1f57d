import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compileLiteral } from '../../src/reading/literal.ts'
import { compileSignatures, matchSignature, type Signature } from '../../src/reading/signatures.ts'
import { CAUSES, SHAPES } from '../../src/words/vocabulary.ts'

const folder = new URL('../../flows/signatures/', import.meta.url)
const all = readdirSync(folder).flatMap((name) => {
  const { signatures } = parse(readFileSync(new URL(name, folder), 'utf8')) as { signatures: Signature[] }
  return signatures.map((signature) => ({ name, ...signature }))
})
const index = compileSignatures(all)
const idOf = (source: string, line: string) => matchSignature(index, source, line)?.signature.id ?? ''

describe('the shipped signatures', () => {
  it('each have an id that no other of its source has', () => {
    const ids = all.map(({ source, id }) => `${source}/${id}`)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })

  it('use the words of the vocabulary', () => {
    for (const { id, shape, cause } of all) {
      if (shape !== undefined) expect(SHAPES, id).toContain(shape)
      if (cause !== undefined) expect(CAUSES, id).toContain(cause)
    }
  })

  it.each(all)('$source $id: its example fits it, and no other of its source says more', ({ id, source, example }) => {
    expect(idOf(source, example)).toBe(id)
  })

  it.each(all)('$source $id: without its longest words it does not fit', ({ source, id, match, example }) => {
    expect(idOf(source, '')).toBe('')
    expect(idOf(source, example.replaceAll(compileLiteral(match).longest, ''))).not.toBe(id)
  })
})

describe('lines as apps write them', () => {
  it.each([
    ['node-port-in-use', 'Error: listen EADDRINUSE: address already in use :::3000'],
    ['node-port-in-use', 'Uncaught Error: listen EADDRINUSE: address already in use /run/app.sock'],
    ['node-port-forbidden', 'Error: listen EACCES: permission denied 0.0.0.0:80'],
    ['node-module-missing', "Error: Cannot find module './dist/server.js'"],
    ['node-dependency-refused', 'Error: connect ECONNREFUSED ::1:5432'],
    ['node-dependency-refused', '2026-11-21T04:03:07Z error Error: connect ECONNREFUSED /run/postgresql/.s.PGSQL.5432'],
    ['node-dependency-name', 'Error: getaddrinfo ENOTFOUND db.internal'],
    ['node-disk-full', 'Error: ENOSPC: no space left on device, open'],
    ['variable-is-not-set-plain', 'Error: SESSION_SECRET is not set'],
    ['node-uncaught-error', 'Error: something that nobody knows'],
    ['', 'Server listening on http://127.0.0.1:3000'],
    ['', 'GET /cart 502 in 3 ms'],
    ['', 'ERROR'],
  ])('%j: %s', (id, line) => {
    expect(idOf('app', line)).toBe(id)
  })
})

describe('a source’s signatures are for its own lines', () => {
  it.each([
    ['app', 'connect() failed (111: Connection refused) while connecting to upstream', ''],
    ['nginx-error', 'Error: listen EADDRINUSE: address already in use :::3000', ''],
    ['nosuch', 'connect() failed (111: Connection refused) while connecting to upstream', ''],
    ['nginx-error', 'connect() failed (111: Connection refused) while connecting to upstream', 'connect-refused'],
  ])('%s: %s: %j', (source, line, id) => {
    expect(idOf(source, line)).toBe(id)
  })
})

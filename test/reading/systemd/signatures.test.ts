import { describe, expect, it } from 'vitest'
import { compileSignatures, matchSignature } from '../../../src/reading/signatures.ts'
import { SIGNATURES } from './support.ts'

const index = compileSignatures(SIGNATURES)
const OURS = ['app', 'gunicorn', 'php-fpm', 'systemd', 'kernel']

describe('what apps, supervisors and the kernel say', () => {
  it.each(SIGNATURES.filter((each) => OURS.includes(each.source)).map((each) => [each.id, each]))(
    '%s',
    (id, signature) => {
      const match = matchSignature(index, signature.source, signature.example)
      expect(match?.signature.id).toBe(id)
      expect(signature.meaning).toMatch(/^\S.{10,}[^.]$/)
    },
  )

  it('no id stands twice in the words of one source', () => {
    const ids = SIGNATURES.map((each) => `${each.source}/${each.id}`)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('a line of systemd is matched whole: an app cannot quote one', () => {
    const quoted = "GET /?q=shop.service: Failed with result 'oom-kill'. 404"
    expect(matchSignature(index, 'systemd', quoted, { whole: true })).toBeNull()
  })

  it('takes out what the line is about', () => {
    const holes = (source: string, line: string) => matchSignature(index, source, line)?.holes
    expect(holes('app', "Error: Cannot find module 'express'")).toEqual({ module: 'express' })
    expect(holes('app', 'listen tcp :38111: bind: address already in use')).toEqual({ address: ':38111' })
    expect(holes('kernel', 'Out of memory: Killed process 42 (node) total-vm:1kB')).toMatchObject({
      pid: '42',
      program: 'node',
    })
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { replay } from '../replay.ts'

// The recorded HAProxy of the lab, with another time in its configuration.

const folder = mkdtempSync(join(tmpdir(), 'race-haproxy-'))
afterAll(() => rmSync(folder, { recursive: true }))
const recording = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../recordings/${name}.jsonl`, import.meta.url)), 'utf8')

interface Told {
  findings: { node: string; branch: string; says: string }[]
  ruledOut: { cause: string }[]
  verdict: { cause: string } | null
}

async function told(text: string): Promise<Told> {
  const path = join(folder, 'edited.jsonl')
  writeFileSync(path, text)
  return replay<Told>(path)
}

const keeps = ({ findings }: Told) => findings.find(({ node }) => node === 'race/keeps')

/** The application keeps them for 1958 ms or a little more or less: each recording measures it anew. */
const set = (delay: number) =>
  told(recording('race-haproxy').replaceAll(/( server app1 127\.0\.0\.1:3000)/g, `$1 pool-purge-delay ${delay}ms`))

it('where it is done long before the application, the race is ruled out', async () => {
  const seen = await set(150)
  expect(keeps(seen)).toMatchObject({ branch: 'later' })
  expect(seen.verdict?.cause).not.toBe('keepalive-race')
})

it('where it only begins before the application, nothing is ruled out, and no end is claimed', async () => {
  const seen = await set(700)
  expect(keeps(seen)).toMatchObject({ branch: 'begins-later' })
  expect(keeps(seen)?.says).toContain('HAProxy begins after 700 ms to close what lies idle')
  expect(keeps(seen)?.says).not.toContain('up to')
  expect(seen.ruledOut.map(({ cause }) => cause)).not.toContain('keepalive-race')
})

it('where the application is first, the sentence says when HAProxy begins, and no longest time', async () => {
  const seen = await told(recording('race-haproxy'))
  expect(seen.verdict?.cause).toBe('keepalive-race')
  expect(keeps(seen)?.says).toContain('idle for 5000 ms and longer, for only then does it begin to close some')
})

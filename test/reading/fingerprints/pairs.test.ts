import { describe, expect, it } from 'vitest'
import { judgeFingerprints } from '../../../src/reading/fingerprints.ts'
import { fitting, SHIPPED_FINGERPRINTS } from './shipped.ts'

/** Whom else an example came through; all others show their own hop only. */
const THROUGH: Record<string, string[]> = {
  'digitalocean-no-upstream': ['cloudflare'],
  'digitalocean-reset': ['cloudflare'],
  'render-no-server': ['cloudflare'],
  'render-suspended': ['cloudflare'],
}

describe('every example against every fingerprint', () => {
  it.each(SHIPPED_FINGERPRINTS)('$id: nobody else made it', (fingerprint) => {
    const found = fitting(fingerprint.example)
    expect(found.map(({ id }) => id)).toContain(fingerprint.id)
    const makers = new Set(found.filter(({ role }) => role === 'made').map(({ vendor }) => vendor))
    expect([...makers]).toEqual(fingerprint.role === 'made' ? [fingerprint.vendor] : [])
    const { made, message, hops } = judgeFingerprints(found)
    if (fingerprint.role === 'made') expect(made).toEqual({ kind: fingerprint.kind, vendor: fingerprint.vendor })
    if (fingerprint.means !== undefined) expect(message?.id).toBe(fingerprint.id)
    expect(hops.at(-1)).toEqual({ kind: fingerprint.kind, vendor: fingerprint.vendor, role: fingerprint.role })
    expect(hops.slice(0, -1).map(({ vendor }) => vendor)).toEqual(THROUGH[fingerprint.id] ?? [])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { summary } from '../lab/diagnosis.ts'
import { APPS } from '../lab/systemd/apps.ts'
import { startSystemd, whyNoSystemd } from '../lab/systemd/container.ts'
import { NODE, Shop } from '../lab/systemd/shop.ts'

const why = await whyNoSystemd()

describe.skipIf(why !== '')(`under a real systemd ${why === '' ? '' : `(skipped: ${why})`}`, () => {
  let shop: Shop

  beforeAll(async () => {
    shop = new Shop(await startSystemd())
    await shop.open(APPS)
  })

  afterAll(async () => shop?.box.stop())

  it('as an ordinary user it is no surer', async () => {
    await shop.service(`Environment=PORT=3000\nExecStart=${NODE} /srv/shop/own-words.js`)
    await shop.isNow('failed')
    const told = await shop.diagnose({ user: 'nobody' })
    expect(told.verdict?.confidence, summary(told)).not.toBe('confirmed')
    expect(told.blindSpots.map((spot) => spot.why)).toContain('no-permission')
  })
})

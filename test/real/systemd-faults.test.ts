import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES, isBoxed } from '../lab/cases.ts'
import { summary } from '../lab/lab.ts'
import { APPS } from '../lab/systemd/apps.ts'
import { startSystemd, whyNoSystemd } from '../lab/systemd/container.ts'
import { Shop } from '../lab/systemd/shop.ts'
import { departures } from '../lab/truth.ts'

const why = await whyNoSystemd()
/** With TRIAGE502_RECORD=FOLDER each case's full sweep is kept there as a recording. */
const recordings = process.env.TRIAGE502_RECORD

describe.skipIf(why !== '')(`faults under a real systemd ${why === '' ? '' : `(skipped: ${why})`}`, () => {
  let shop: Shop

  beforeAll(async () => {
    shop = new Shop(await startSystemd())
    await shop.open(APPS)
  })

  afterAll(async () => shop?.box.stop())

  it.each(CASES.filter(isBoxed))('$name: $says', async ({ name, truth, inBox }) => {
    await shop.clear()
    await inBox(shop)
    const journal = recordings === undefined ? undefined : `/tmp/${name}.jsonl`
    const told = await shop.diagnose(journal === undefined ? {} : { journal })
    expect(departures(told, truth), summary(told)).toEqual([])
    if (journal) writeFileSync(join(recordings ?? '', `${name}.jsonl`), await shop.ok('cat', journal))
  })
})

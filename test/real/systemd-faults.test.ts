import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEMD_CASES } from './cases/systemd.ts'
import { APPS } from './cases/systemd-apps.ts'
import { summary } from './lab.ts'
import { startSystemd, whyNoSystemd } from './systemd-container.ts'
import { Shop } from './systemd-shop.ts'
import { BOX_TRUTHS } from './truths/systemd.ts'
import { departures } from './truths.ts'

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

  it('every case has a truth', () => {
    expect(SYSTEMD_CASES.map(({ name }) => name).sort()).toEqual(Object.keys(BOX_TRUTHS).sort())
  })

  it.each(SYSTEMD_CASES)('$name: $says', async ({ name, start }) => {
    await shop.clear()
    await start(shop)
    const journal = recordings === undefined ? undefined : `/tmp/${name}.jsonl`
    const told = await shop.diagnose(journal === undefined ? {} : { journal })
    const truth = BOX_TRUTHS[name]
    expect(truth && departures(told, truth), summary(told)).toEqual([])
    if (journal) writeFileSync(join(recordings ?? '', `${name}.jsonl`), await shop.ok('cat', journal))
  })
})

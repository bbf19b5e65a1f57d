import { guess } from '../baseline/guess.ts'
import type { BoxCase } from '../case.ts'
import { APPS } from '../systemd/apps.ts'
import { startSystemd } from '../systemd/container.ts'
import { Shop } from '../systemd/shop.ts'
import { versionsOf } from '../versions.ts'
import type { Ran, Wants } from './ran.ts'

/** A container with a real systemd, for one case after the other. */
export class Boxed {
  #shop: Shop | null = null
  #opening: Promise<Shop> | null = null
  #servers: Record<string, string> = {}

  async run({ name, inBox }: BoxCase, { record, baseline }: Wants): Promise<Ran> {
    // One that did not come up does not come up for the next case either: it is tried once.
    this.#opening ??= this.#opened()
    const shop = await this.#opening
    await shop.clear()
    const cites = (await inBox(shop))?.cites ?? []
    const journal = `/tmp/${name}.jsonl`
    const began = performance.now()
    const told = await shop.diagnose(record ? { journal } : {})
    const seconds = (performance.now() - began) / 1000
    const ran: Ran = { told, seconds, cites, servers: this.#servers }
    if (baseline) ran.guess = await guess(shop.url, async (argv) => (await shop.box.exec(argv)).out)
    if (record) ran.journal = await shop.ok('cat', journal)
    return ran
  }

  /** Removes the container, and everything in it. */
  async end(): Promise<void> {
    const shop = this.#shop
    this.#shop = null
    this.#opening = null
    await shop?.box.stop()
  }

  async #opened(): Promise<Shop> {
    const shop = new Shop(await startSystemd())
    this.#shop = shop
    await shop.open(APPS)
    const ask = async (argv: string[]) => {
      const { out, err } = await shop.box.exec(argv)
      return `${out}\n${err}`
    }
    this.#servers = await versionsOf(['nginx', 'node', 'systemctl'], ask)
    return shop
  }
}

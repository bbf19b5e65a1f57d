import { describe, expect, it } from 'vitest'
import { journalReader } from '../../../src/reading/systemd/journal.ts'
import { context, fixture, printed } from './support.ts'

const unit = (name: string) =>
  journalReader.read(printed('journalctl -o json', fixture(`systemd/journal-${name}.jsonl`)), context()).value

describe('how the last run ended', () => {
  it.each([
    ['shop-module', 'status 1', false],
    ['shop-exec', 'status 203', false],
    ['shop-user', 'status 217', false],
    ['shop-chdir', 'status 200', false],
    ['shop-oom', 'signal KILL', false],
    ['shop-heap', 'signal ABRT', false],
    ['shop-watchdog', 'signal ABRT', false],
    ['shop-stopped', '', true],
    ['shop-well', '', false],
  ])('%s: %j', (name, exited_with, exited_in_order) => {
    expect(unit(name)).toMatchObject({ exited_with, exited_in_order })
  })
})

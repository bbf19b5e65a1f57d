import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writtenFilesLook } from '../../../src/probe/looks/written-files.ts'
import { writtenFilesReader } from '../../../src/reading/process/written-files.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

/** Opens the first file to append, the second to read and write, the third to read, and deletes the fourth. */
const OPENS = `
const fs = require('node:fs')
const [log, both, read, gone] = process.argv.slice(1)
fs.openSync(log, 'a')
fs.openSync(both, 'w+')
fs.openSync(read, 'r')
fs.openSync(gone, 'a')
fs.unlinkSync(gone)
console.log('ready')
setTimeout(() => {}, 60_000)`

it('sees what a process only writes, and nothing that it reads or deleted', async () => {
  const home = folder()
  const [log, both, gone] = ['shop.log', 'state.db', 'old.log'].map((name) => join(home, name))
  const child = await node(OPENS, { argv: [log ?? '', both ?? '', '/etc/hostname', gone ?? ''] })
  const outcome = await writtenFilesLook({ pid: child.pid }, tools())
  const { value } = writtenFilesReader.read(captured(outcome), context())
  expect(value).toEqual({ complete: true, log, files: [log] })
  expect(outcome.argv).toEqual(['ls', '-l', `/proc/${child.pid}/fd`])
})

it('finds no log where all goes to pipes', async () => {
  const child = await node(`console.log('ready'); setTimeout(() => {}, 60_000)`)
  const { value } = writtenFilesReader.read(captured(await writtenFilesLook({ pid: child.pid }, tools())), context())
  // Its standard error may be a file of whoever runs the tests.
  expect(value.files.filter((path) => path.includes('triage502'))).toEqual([])
  expect(value.complete).toBe(true)
})

it('is blind for what is no process, and for one that is gone', async () => {
  expect(await writtenFilesLook({}, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  expect(await writtenFilesLook({ pid: 4_194_304 }, tools())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
})

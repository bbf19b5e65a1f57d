import { describe, expect, it } from 'vitest'
import { withPrograms } from '../../src/probe/programs.ts'
import { listenersReader } from '../../src/reading/process/listeners.ts'
import type { Capture } from '../../src/words/look.ts'
import { context, printed } from '../reading/process/support.ts'
import { writer } from './log/support.ts'

const listed = (...named: [string, number][]): Capture =>
  printed(
    'ss -ltnpH',
    named
      .map(([name, pid], at) => `LISTEN 0 511 127.0.0.1:${3000 + at} 0.0.0.0:* users:(("${name}",pid=${pid},fd=18))\n`)
      .join(''),
  )
const programs = (capture: Capture) =>
  listenersReader.read(capture, context()).value.sockets.map(({ program }) => program)

describe('the names of programs in a list of sockets', () => {
  it('that are those of a thread are replaced by the file that the process runs', async () => {
    const pid = await writer([])
    const capture = await withPrograms(listed(['MainThread', pid]))
    expect(capture.meta).toMatchObject({ programs: { [String(pid)]: 'node' } })
    expect(programs(capture)).toEqual(['node'])
  })

  it('stay where they are the file’s own, or a word of the command: an interpreter is not the program', async () => {
    const pid = await writer(['/dev/null'])
    for (const name of ['node', 'null']) {
      const capture = listed([name, pid])
      // Words behind the third are arguments: anything may stand there.
      const known = name === 'node'
      expect((await withPrograms(capture)).meta.programs === undefined).toBe(known)
    }
  })

  it('stay where the process is gone, or nothing is listed', async () => {
    expect((await withPrograms(listed(['MainThread', 2 ** 22 + 1]))).meta).toEqual({})
    expect((await withPrograms(listed())).meta).toEqual({})
  })

  it('are not believed where what was measured is no text', () => {
    const odd = { ...listed(['MainThread', 7]), meta: { programs: { 7: 5 } } }
    expect(programs(odd)).toEqual(['MainThread'])
    expect(programs({ ...odd, meta: { programs: 'x' } })).toEqual(['MainThread'])
  })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { pathLook } from '../../../src/probe/looks/path.ts'
import type { LookTools } from '../../../src/probe/looks/types.ts'
import { pathReader } from '../../../src/reading/process/path-info.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, looked } from '../../reading/process/support.ts'
import { folder, tools } from './support.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(folder('path-'))
})

/** What the look wrote down. */
async function findings(path: string, more: Partial<LookTools> = {}): Promise<JsonObject> {
  const outcome = await pathLook({ path }, tools(more))
  return JSON.parse(outcome.out) as JsonObject
}

/** The last steps, without those that lead to the test's own folder. */
async function steps(path: string): Promise<JsonObject[]> {
  const { steps } = await findings(join(root, path))
  const all = Array.isArray(steps) ? steps : []
  return all.flatMap((step) =>
    typeof step === 'object' && step !== null && !Array.isArray(step) && String(step.path).startsWith(`${root}/`)
      ? [{ ...step, path: String(step.path).slice(root.length) }]
      : [],
  )
}

const READING = { pid: 70, uid: 33, gid: 33, groups: [33, 100], overrides: false, user: 'www-data' }

/** How the reader judges a path for the worker www-data (33), with these folders and last thing on the way. */
function judged(on: { mode: number; uid?: number; gid?: number; acl?: boolean }[], worker: JsonObject = READING) {
  const path = on.map((step, i) => ({
    ...{ path: `/p${i}`, error: '', kind: i === on.length - 1 ? 'socket' : 'folder', uid: 0, gid: 0 },
    ...{ owner: 'root', group: 'root', changed_ms: 1_700_000_000_000, ...step },
  }))
  const found = { path: '/p', steps: path, exists: true, whole: true, missing_folder: '', worker }
  return pathReader.read(looked(found), context()).value
}

describe('the steps of a path', () => {
  it('begin at the root, and each has its mode, owner and kind', async () => {
    const path = join(root, 'a.txt')
    writeFileSync(path, '')
    chmodSync(path, 0o640)
    const { steps } = await findings(path)
    const all = Array.isArray(steps) ? steps : []
    expect(all[0]).toMatchObject({ path: '/', kind: 'folder', uid: 0, owner: 'root', error: '' })
    expect(all.at(-1)).toMatchObject({ path, kind: 'file', mode: 0o640, uid: process.geteuid?.() ?? -1 })
  })

  it.each([
    ['sticky, as /tmp is', 0o1777],
    ['set-group-id, as shared folders are', 0o2775],
    ['closed', 0o000],
    ['enter only', 0o711],
  ])('a folder that is %s', async (_, mode) => {
    mkdirSync(join(root, 'run'))
    chmodSync(join(root, 'run'), mode)
    onTestFinished(() => chmodSync(join(root, 'run'), 0o700))
    expect((await steps('run'))[0]).toMatchObject({ path: '/run', kind: 'folder', mode })
  })

  it('do not stand for links, nor for . and ..', async () => {
    mkdirSync(join(root, 'a/b'), { recursive: true })
    writeFileSync(join(root, 'a/b/c'), '')
    symlinkSync('a/./b', join(root, 'link'))
    expect((await steps('link/c')).map((step) => step.path)).toEqual(['/a', '/a/b', '/a/b/c'])
    // The look is asked through its own argument, whose dots join() would have resolved.
    const { steps: dotted } = await findings(`${root}/a/./b/../b//c`)
    expect(Array.isArray(dotted) ? dotted.length : 0).toBeGreaterThan(3)
  })

  it('a link’s .. goes up from where the link leads, as the kernel walks', async () => {
    mkdirSync(join(root, 'real/deep'), { recursive: true })
    writeFileSync(join(root, 'real/x'), 'beside deep')
    symlinkSync('real/deep', join(root, 'link'))
    const outcome = await findings(`${root}/link/../x`)
    expect(outcome).toMatchObject({ exists: true, whole: true })
    expect(JSON.stringify(outcome.steps)).toContain(join(root, 'real/x'))
  })

  it('above the root is the root', async () => {
    expect(await findings('/../../..')).toMatchObject({ exists: true, missing_folder: '' })
    expect(await findings('/')).toMatchObject({ exists: true, whole: true })
  })

  it.each([
    ['39 links', 39, true],
    ['40 links', 40, true],
    ['41 links, as many as the kernel refuses', 41, false],
  ])('%s in a chain', async (_, links, exists) => {
    writeFileSync(join(root, '0'), '')
    for (let i = 1; i <= links; i += 1) symlinkSync(String(i - 1), join(root, String(i)))
    expect((await findings(join(root, String(links)))).exists).toBe(exists)
  })

  it.each<[string, () => void, JsonObject]>([
    ['the last part', () => mkdirSync(join(root, 'run')), { exists: false, whole: true, missing_folder: '' }],
    ['a folder on the way', () => {}, { exists: false, whole: true, missing_folder: 'ROOT/run' }],
    [
      'where a file stands',
      () => writeFileSync(join(root, 'run'), ''),
      { exists: false, whole: true, missing_folder: 'ROOT/run' },
    ],
    [
      'where a link leads to nothing',
      () => symlinkSync('gone', join(root, 'run')),
      { exists: false, whole: true, missing_folder: 'ROOT/gone' },
    ],
    [
      'where a link leads to a file',
      () => {
        writeFileSync(join(root, 'file'), '')
        symlinkSync('file', join(root, 'run'))
      },
      { exists: false, whole: true, missing_folder: 'ROOT/file' },
    ],
    [
      'where a link leads to itself',
      () => symlinkSync('run', join(root, 'run')),
      { exists: false, whole: false, missing_folder: '' },
    ],
  ])('what is missing: %s', async (_, make, want) => {
    make()
    const expected = { ...want, missing_folder: String(want.missing_folder).replace('ROOT', root) }
    expect(await findings(join(root, 'run/app.sock'))).toMatchObject(expected)
  })

  it('a socket, a FIFO and a device are named, not opened', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(root, 's'), resolve))
    onTestFinished(() => void server.close())
    expect((await steps('pipe'))[0]?.kind).toBe('fifo')
    expect((await steps('s'))[0]?.kind).toBe('socket')
    const { steps: device } = await findings('/dev/null')
    expect(Array.isArray(device) ? device.at(-1) : {}).toMatchObject({ kind: 'other' })
  })

  it('a stale socket file still stands there', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(root, 's'), resolve))
    linkSync(join(root, 's'), join(root, 'stale'))
    await new Promise((resolve) => server.close(resolve))
    expect((await steps('stale'))[0]).toMatchObject({ kind: 'socket' })
    unlinkSync(join(root, 'stale'))
  })

  it('a name that is too long cannot be seen, which is not the same as missing', async () => {
    expect(await findings(join(root, 'x'.repeat(300)))).toMatchObject({ exists: false, whole: false })
  })

  it('a name with blanks, quotes and a line feed is one name', async () => {
    writeFileSync(join(root, "my 'app'\n.sock"), '')
    expect((await steps("my 'app'\n.sock"))[0]).toMatchObject({ kind: 'file', error: '' })
  })
})

describe('access lists', () => {
  /** `ls -ldn` of GNU coreutils 9.1, with the plus that it writes where there is an access list. */
  const ls = (marked: string[]): Partial<LookTools> => ({
    run: async (argv) => ({
      ...{ exit: 0, signal: null, err: '', ms: 1, startedAt: new Date(), cut: false, timedOut: false },
      ...{ cancelled: false, missing: false },
      out: argv
        .slice(3)
        .map((path) => `drwxr-xr-x${marked.includes(path) ? '+' : ''} 2 0 0 4096 Nov 21 04:00 ${path}\n`)
        .join(''),
    }),
  })
  const marked = async (paths: string[]) => {
    mkdirSync(join(root, 'run'), { recursive: true })
    writeFileSync(join(root, 'run/a'), '')
    const { steps } = await findings(join(root, 'run/a'), ls(paths))
    return (Array.isArray(steps) ? steps : []).flatMap((step) =>
      typeof step === 'object' && step !== null && !Array.isArray(step) && step.acl === true ? [String(step.path)] : [],
    )
  }

  it('are marked on the very step that has one', async () => {
    expect(await marked([])).toEqual([])
    expect(await marked([join(root, 'run')])).toEqual([join(root, 'run')])
    expect(await marked([join(root, 'run/a')])).toEqual([join(root, 'run/a')])
    expect(await marked(['/'])).toEqual(['/'])
  })

  it('only matter where they stand on what closes the way', () => {
    expect(judged([{ mode: 0o755, acl: true }, { mode: 0o666 }])).toMatchObject({ writable: true, complete: true })
    expect(judged([{ mode: 0o700, acl: true }, { mode: 0o666 }])).toMatchObject({ writable: false, complete: false })
    expect(judged([{ mode: 0o755 }, { mode: 0o600, acl: true }])).toMatchObject({ writable: false, complete: false })
    expect(judged([{ mode: 0o755, acl: true }, { mode: 0o600 }])).toMatchObject({ writable: false, complete: true })
  })
})

describe('whether the worker may write there', () => {
  it.each([
    ['everybody may', [{ mode: 0o755 }, { mode: 0o666 }], true, ''],
    ['nobody may', [{ mode: 0o755 }, { mode: 0o600 }], false, ''],
    ['its own user may', [{ mode: 0o755 }, { mode: 0o600, uid: 33 }], true, ''],
    ['its own user may not, though everybody else may', [{ mode: 0o755 }, { mode: 0o066, uid: 33 }], false, ''],
    ['its group may', [{ mode: 0o755 }, { mode: 0o660, gid: 33 }], true, ''],
    ['one of its further groups may', [{ mode: 0o755 }, { mode: 0o660, gid: 100 }], true, ''],
    ['its group may not, though others may', [{ mode: 0o755 }, { mode: 0o606, gid: 33 }], false, ''],
    ['a folder is closed', [{ mode: 0o755 }, { mode: 0o700 }, { mode: 0o666 }], false, '/p1'],
    ['a folder may be listed but not entered', [{ mode: 0o744 }, { mode: 0o666 }], false, '/p0'],
    ['a folder may be entered but not listed', [{ mode: 0o711 }, { mode: 0o666 }], true, ''],
    ['a folder is open to its group', [{ mode: 0o750, gid: 33 }, { mode: 0o666 }], true, ''],
    ['a sticky folder does not close a socket', [{ mode: 0o1777 }, { mode: 0o666 }], true, ''],
    ['the first closed folder is the one', [{ mode: 0o700 }, { mode: 0o700 }, { mode: 0o666 }], false, '/p0'],
    ['reading is not writing', [{ mode: 0o755 }, { mode: 0o644 }], false, ''],
  ])('%s', (_, on, writable, stops) => {
    expect(judged(on)).toMatchObject({ complete: true, writable, stops_at: stops, worker: 'www-data' })
  })

  it('a worker that overrides modes may everything', () => {
    expect(judged([{ mode: 0 }, { mode: 0 }], { ...READING, overrides: true })).toMatchObject({ writable: true })
  })

  it('a worker of nobody we know: not judged', () => {
    expect(judged([{ mode: 0o777 }, { mode: 0o777 }], {})).toMatchObject({ writable: false, complete: false })
  })
})

import { describe, expect, it } from 'vitest'
import { keptArguments } from '../../../src/reading/process/arguments.ts'
import { scriptOf, serverTimes } from '../../../src/reading/process/server-times.ts'

const kept = (command: string) => keptArguments(command.split(' '))

describe('the times on a command line', () => {
  it.each([
    ['/usr/bin/python3 /usr/bin/gunicorn --timeout 120 --keep-alive 5 app:app', 120_000n, 5000n],
    ['/usr/bin/python3 /usr/bin/gunicorn --timeout=120 --keep-alive=5 app:app', 120_000n, 5000n],
    ['/usr/bin/python3 /usr/bin/uvicorn --timeout-keep-alive 2 app:app', -1n, 2000n],
    ['gunicorn --timeout 30 --timeout 60 app:app', 60_000n, -1n],
    ['gunicorn --timeout 0 app:app', 0n, -1n],
    ['gunicorn --timeout x --keep-alive', -1n, -1n],
    ['node server.js', -1n, -1n],
    ['', -1n, -1n],
  ])('%s', (command, limit_ms, keeps_ms) => {
    expect(serverTimes(kept(command))).toEqual({ limit_ms, keeps_ms })
  })

  it('are kept, and nothing that is longer than a time', () => {
    expect(kept('gunicorn --timeout 12345678 app:app').join(' ')).toBe('gunicorn --timeout …')
    expect(kept('gunicorn --timeout=s3cret').join(' ')).toBe('gunicorn …')
    expect(kept('gunicorn --password 1234').join(' ')).toBe('gunicorn …')
    const once = kept('/usr/bin/gunicorn --timeout 30 --secret x --keep-alive=5')
    expect(keptArguments(once)).toEqual(once)
  })
})

describe('what an interpreter runs', () => {
  it.each([
    ['/usr/bin/python3 /usr/bin/gunicorn app:app', 'gunicorn'],
    ['/usr/bin/python3.11 -u /usr/bin/uvicorn app:app', 'uvicorn'],
    ['node server.js', ''],
    ['gunicorn: master [app:app]', ''],
    ['python3', ''],
    ['', ''],
  ])('%s', (command, script) => {
    expect(scriptOf(kept(command))).toBe(script)
  })
})

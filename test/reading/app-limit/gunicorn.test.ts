import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunicornWords, timeoutLines, wordsOf } from '../../../src/reading/app-limit/gunicorn.ts'
import { gunicornLimitReader } from '../../../src/reading/app-limit/gunicorn-limit.ts'
import type { Json } from '../../../src/words/json.ts'
import { context, looked } from '../process/support.ts'

describe('the words of a command line', () => {
  const none = { timeout: -1, config: '', moves: false }
  it.each([
    ['gunicorn app:app', none],
    ['gunicorn -t 30 app:app', { ...none, timeout: 30 }],
    ['gunicorn -t30 app:app', { ...none, timeout: 30 }],
    ['gunicorn --timeout=30 --timeout 60 app:app', { ...none, timeout: 60 }],
    ['gunicorn --timeout 0', { ...none, timeout: 0 }],
    ['gunicorn --timeout $T', { ...none, timeout: -2 }],
    ['gunicorn --timeout', { ...none, timeout: -2 }],
    ['gunicorn -c a.py --chdir /srv', { ...none, config: 'a.py', moves: true }],
    ['gunicorn -ca.py', { ...none, config: 'a.py' }],
    ['gunicorn --config=file:/srv/a.py', { ...none, config: 'file:/srv/a.py' }],
    ['gunicorn --graceful-timeout 9', none],
  ])('%s', (line, found) => {
    expect(gunicornWords(line.split(' '))).toEqual(found)
  })

  it('of the variable are taken apart as they were typed', () => {
    expect(gunicornWords(wordsOf(' --timeout "45"  -c \'x.py\' '))).toEqual({ ...none, timeout: 45, config: 'x.py' })
    expect(gunicornWords(wordsOf(''))).toEqual(none)
  })
})

describe('a configuration file', () => {
  it.each([
    ['timeout = 30', [[1, 30]]],
    ['bind = ":8000"\ntimeout=90  # of reports', [[2, 90]]],
    ['timeout: int = 45', [[1, 45]]],
    [
      'timeout = 30\ntimeout = 60\n',
      [
        [1, 30],
        [2, 60],
      ],
    ],
    ['graceful_timeout = 30\n# timeout = 5\ntimeouts = 3\nmy.timeout = 4\ntimeout == 3', []],
    ['timeout = 60 * 2', [[1, -2]]],
    ['timeout = int(os.environ["T"])', [[1, -2]]],
    ['if x:\n    timeout = 30', [[2, -2]]],
    [
      'timeout = 30\ntimeout += 5',
      [
        [1, 30],
        [2, -2],
      ],
    ],
    ['from base import *', [[1, -2]]],
    ['from base import timeout', [[1, -2]]],
    ['import timeout_decorator', []],
    ['globals()["timeout"] = 3', [[1, -2]]],
    ['workers = 2; timeout = 3', [[1, -2]]],
    ['"""\ntimeout = 5\n"""\ntimeout = 7', [[4, 7]]],
    ["'''one line'''\ntimeout = 7", [[2, 7]]],
    ['# it\'s """ nothing\ntimeout = 7', [[2, 7]]],
    ['', []],
  ])('%j', (text, found) => {
    expect(timeoutLines(text).map(({ line, value }) => [line, value])).toEqual(found)
  })

  it('takes anything, and in linear time', () => {
    fc.assert(fc.property(fc.string(), (text) => timeoutLines(text).every(({ line }) => line > 0)))
    expect(timeoutLines(`timeout ${' '.repeat(200_000)}x`)).toEqual([])
    expect(timeoutLines('\n'.repeat(30_000)).at(-1)).toEqual({ line: 20_000, value: -2 })
  })
})

describe('after how long gunicorn ends a worker', () => {
  const seen = {
    words_seen: true,
    words: { timeout: -1 },
    environment_seen: true,
    environment: { timeout: -1 },
    named: true,
    file: '/srv/shop/settings.py',
    state: 'text',
    changed: false,
    lines: [{ line: 3, value: 20 }],
  }
  const read = (more: { [name: string]: Json }, capture = {}) =>
    gunicornLimitReader.read(looked({ ...seen, ...more }, capture), context()).value

  it('its words go before its variable, that before its file, that before the default', () => {
    const [words, environment] = [{ timeout: 5 }, { timeout: 10 }]
    expect(read({ words, environment })).toMatchObject({
      known: true,
      limit_ms: 5000n,
      at: 'its command line (--timeout)',
    })
    expect(read({ environment })).toMatchObject({ limit_ms: 10_000n, at: 'GUNICORN_CMD_ARGS', from: 'environment' })
    expect(read({})).toMatchObject({ limit_ms: 20_000n, at: '/srv/shop/settings.py:3', from: 'file', complete: true })
    expect(read({ lines: [] })).toMatchObject({ limit_ms: 30_000n, at: '', from: 'default', complete: true })
    expect(read({ named: false, state: 'absent' })).toMatchObject({ limit_ms: 30_000n, from: 'default' })
  })

  it.each([
    ['a title instead of words', { words_seen: false }, 'its command line cannot be seen'],
    ['a word that is no number', { words: { timeout: -2 } }, 'no plain number'],
    ['an environment of another user', { environment_seen: false }, 'its environment'],
    ['a variable that is no number', { environment: { timeout: -2 } }, 'GUNICORN_CMD_ARGS is no plain number'],
    ['a file that is named and not there', { state: 'absent' }, 'could not be read'],
    ['a file of another user', { named: false, state: 'denied' }, 'could not be read'],
    ['a file that is younger', { changed: true }, 'changed after gunicorn started'],
    [
      'a line that computes',
      {
        lines: [
          { line: 1, value: 20 },
          { line: 4, value: -2 },
        ],
      },
      'settings.py:4 can only',
    ],
  ])('is not known for %s', (_, more, why) => {
    const value = read(more)
    expect(value).toMatchObject({ known: false, complete: false, limit_ms: -1n, at: '' })
    expect(value.why).toContain(why)
  })

  it('is known from its own words whatever else cannot be seen', () => {
    const words = { timeout: 0 }
    expect(read({ words, environment_seen: false, state: 'denied' })).toMatchObject({ known: true, limit_ms: 0n })
  })

  it('is not known of half a look, and anything is taken', () => {
    expect(read({}, { timedOut: true })).toMatchObject({ complete: false, known: false })
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(gunicornLimitReader.read(looked(raw as Json), context()).value.known).toBe(false)
      }),
    )
  })
})

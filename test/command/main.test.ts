import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/command/main.ts'
import { COMMAND_NAMES } from '../../src/command/names.ts'
import { VERSION } from '../../src/command/version.ts'
import { testIo } from './io.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'triage502-main-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function triage502(...argv: string[]) {
  const env = { XDG_STATE_HOME: home, TMPDIR: home, TRIAGE502_CONFIG_DIR: join(home, 'config') }
  const io = testIo(env, { cwd: home })
  const code = await main(argv, io)
  return { code, out: io.printed(), err: io.said() }
}

describe('--version and --help', () => {
  it.each(['--version', '-V'])('%s prints the version alone', async (option) => {
    expect(await triage502(option)).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })

  it.each([['--help'], ['-h'], ['help']])('%s prints the overview', async (option) => {
    const { code, out, err } = await triage502(option)
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(out).toMatch(/^triage502: find out why a site answers 502, 503 or 504\.\n/)
  })

  it('the overview names every command that there is', async () => {
    const { out } = await triage502('--help')
    for (const name of ['diagnose', 'resume', 'sessions', 'export', 'services', 'flows']) {
      expect(out).toContain(`triage502 ${name}`)
    }
  })

  it.each(['diagnose', 'resume', 'sessions', 'export', 'services', 'flows'])(
    'each command has its own: %s',
    async (name) => {
      const own = await triage502(name, '--help')
      expect(own).toMatchObject({ code: 0, err: '' })
      expect(own.out).toContain(`triage502 ${name}`)
      expect(await triage502('help', name)).toEqual(own)
      expect(await triage502(name, '-h')).toEqual(own)
      expect(own.out).not.toBe((await triage502('--help')).out)
    },
  )

  it('fit a terminal of 80 characters', async () => {
    for (const name of ['', 'diagnose', 'resume', 'sessions', 'export', 'services', 'flows']) {
      const { out } = await triage502('help', ...(name === '' ? [] : [name]))
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
  })

  it('come before a URL is looked at', async () => {
    const { code, out } = await triage502('https://shop.example.com/', '--help')
    expect(code).toBe(0)
    expect(out).toContain('triage502 [URL]')
  })

  it('of a command that is none is the overview, whatever its name', async () => {
    for (const name of ['nothing', 'constructor', 'toString', '__proto__']) {
      expect((await triage502('help', name)).out).toContain('triage502 [URL]')
    }
  })
})

describe('what is no command', () => {
  it.each([
    ['diagnos', 'Did you mean `triage502 diagnose`?'],
    ['session', 'Did you mean `triage502 sessions`?'],
    ['reboot', 'See `triage502 --help`; a URL works too: `triage502 https://…`.'],
    ['constructor', 'See `triage502 --help`'],
    ['hasOwnProperty', 'See `triage502 --help`'],
  ])('%s is a mistake of the person: 2, with what to do', async (word, todo) => {
    const { code, out, err } = await triage502(word)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(`triage502: there is no command "${word}"\n  `)
    expect(err).toContain(todo)
  })

  it('is shown as text: control characters are written as escapes', async () => {
    expect((await triage502('a\u001b[2Jb')).err).not.toContain('\u001b')
  })

  it('may be a host: then it is looked at, not refused', async () => {
    const { err } = await triage502('shop.example.com', '--no-such-option')
    expect(err).toContain('there is no option --no-such-option')
  })

  it('without a terminal and without a URL there is nothing to ask', async () => {
    const { code, err } = await triage502()
    expect(code).toBe(2)
    expect(err).toContain('there is no URL, and no terminal to ask on')
    expect(err).toContain('triage502 diagnose https://')
  })
})

describe('exit codes', () => {
  it('are 2 for a mistake in any command', async () => {
    for (const argv of [
      ['diagnose'],
      ['diagnose', '--nonsense'],
      ['diagnose', 'ftp://x/'],
      ['resume', 'no-such-session'],
      ['resume'],
      ['sessions', 'extra'],
      ['export'],
      ['export', 'no-such-session'],
      ['flows', 'dance'],
      ['flows', 'show', 'no/where'],
      ['services', 'dance'],
      ['services', 'add', 'shop'],
    ]) {
      const { code, out, err } = await triage502(...argv)
      expect([argv, code]).toEqual([argv, 2])
      expect(out).toBe('')
      expect(err).toMatch(/^triage502: .+\n {2}.+\n$/s)
    }
  })

  it('are 1 when the tool itself fails, with a request to report it', async () => {
    let said = ''
    const io = testIo(
      {},
      {
        out: () => {
          throw new Error('no space left on device')
        },
        err: (text) => {
          said += text
        },
      },
    )
    expect(await main(['--version'], io)).toBe(1)
    expect(said).toContain('it failed itself: no space left on device')
    expect(said).toContain('Please report this')
    expect(said).not.toContain('    at ')
    expect(await main(['help', '--verbose'], io)).toBe(1)
    expect(said).toContain('    at ')
  })
})

describe('with --json', () => {
  it('a mistake is one document too, and still told on standard error', async () => {
    const { code, out, err } = await triage502('diagnose', '--json', '--nonsense')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'triage502/diagnosis/1',
      error: { says: 'there is no option --nonsense', do: 'See `triage502 --help`.' },
    })
    expect(err).toContain('there is no option --nonsense')
  })
})

describe('a service may not bear the name of a command', () => {
  it('of those that are, and of those that will be', () => {
    expect(COMMAND_NAMES).toEqual(
      expect.arrayContaining(['diagnose', 'resume', 'sessions', 'export', 'flows', 'services', 'explain', 'drill']),
    )
  })
})

import { execFileSync } from 'node:child_process'
import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/session/folder.ts'
import { openJournal } from '../../src/session/journal.ts'
import { asOwner } from '../../src/session/owner.ts'
import { openStore } from '../../src/session/store.ts'

const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
const gid = Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }))
const isRoot = process.getuid?.() === 0

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'triage502-sudo-'))
  if (isRoot) chownSync(home, uid, gid)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const underSudo = () => ({ SUDO_UID: String(uid), SUDO_GID: String(gid), XDG_STATE_HOME: home, TMPDIR: home })

describe.runIf(isRoot)('a session kept under sudo (needs root)', () => {
  it('belongs to the person, with its folders, and no lock of root is left', () => {
    const path = openStore(underSudo()).pathOf('2026-11-21T0203-shop-aaaa')
    const journal = openJournal(path, { create: true })
    expect(lstatSync(`${path}.lock`).uid).toBe(uid)
    journal.close()
    for (const made of [path, join(path, '..'), join(path, '../..')]) {
      expect([statSync(made).uid, statSync(made).gid]).toEqual([uid, gid])
    }
    expect(() => lstatSync(`${path}.lock`)).toThrow()
  })

  it('goes nowhere that the person could not write', () => {
    const roots = mkdtempSync(join(tmpdir(), 'triage502-root-'))
    try {
      mkdirSync(join(home, 'triage502'))
      symlinkSync(roots, join(home, 'triage502/sessions'))
      const said: string[] = []
      const path = openStore(underSudo(), (says) => said.push(says)).pathOf('2026-11-21T0203-shop-aaaa')
      expect(path.startsWith(join(home, `triage502-${uid}`))).toBe(true)
      expect(said).toHaveLength(1)
      expect(statSync(roots).uid).toBe(0)
    } finally {
      rmSync(roots, { recursive: true })
    }
  })

  it('is found in the home of the person, whatever HOME says', () => {
    const homeOfNobody = asOwner({ uid, gid }, () => userInfo().homedir)
    const { usual } = stateFolder({ SUDO_UID: String(uid), HOME: '/root' }, 'linux')
    expect(usual).toBe(join(homeOfNobody, '.local/state/triage502/sessions'))
    expect(homeOfNobody).not.toBe('/root')
  })

  it('has root again afterwards', () => {
    asOwner({ uid, gid }, () => expect(process.geteuid?.()).toBe(uid))
    expect(process.geteuid?.()).toBe(0)
    expect(process.getegid?.()).toBe(0)
  })
})

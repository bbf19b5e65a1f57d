import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/session/session.ts'
import { fromFile, talk } from './talk.ts'
import { recordedWorld } from './world.ts'

const ENTERS = '\n'.repeat(80)

/** The nodes that were visited and how each was left. */
const wayOf = ({ visits }: Session) => visits.map(({ node, left }) => `${node}.${left ?? ''}`)

async function walked(name: string, answers: string, columns = 80) {
  const { world, opened } = await recordedWorld(name)
  const said = await fromFile({ world }, answers, { columns })
  return { said, session: opened.engine.session }
}

describe('a recorded incident, line by line', () => {
  it('comes to the verdict by Enter alone', async () => {
    const { said, session } = await walked('process-down', ENTERS)
    expect(session.reached?.node).toMatch(/down/)
    expect(said).toContain('triage502: http://127.0.0.1:8080/checkout (a recorded incident)')
    expect(said).toMatch(/Verdict: Nothing listens on 127\.0\.0\.1:3000/)
    expect(said).toContain('likely: a proof was seen')
    expect(said).toMatch(/found, \d+: nothing here listens on port 3000/)
    expect(said).toContain('ruled out: proxy-down')
    expect(said).toContain("Not seen: Nothing could be concluded: the kernel's log is empty here")
    expect(said).toContain('not seen: the kernel')
  })

  it('tells one who is well that nothing is wrong', async () => {
    const { said, session } = await walked('healthy', ENTERS)
    expect(session.reached?.node).toBeDefined()
    expect(said).toContain('Well: ')
    expect(said).not.toContain('Verdict: ')
  })

  it('walks the same way for the same answers, however they come', async () => {
    const answers = '1\n1\n\n2\nsomething else\n.\nb\n\n4\nn so far\n\n\n\n'
    const whole = await walked('wrong-port', answers)
    const again = await walked('wrong-port', answers)
    expect(wayOf(again.session)).toEqual(wayOf(whole.session))
    expect(again.session.notes.map(({ text }) => text)).toEqual(['so far'])
    expect(withoutTimes(again.said)).toBe(withoutTimes(whole.said))

    const { world, opened } = await recordedWorld('wrong-port')
    const slowly = talk({ world })
    for (const character of answers) {
      slowly.send(character)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await slowly.end()
    expect(wayOf(opened.engine.session)).toEqual(wayOf(whole.session))
    expect(withoutTimes(slowly.said())).toBe(withoutTimes(whole.said))
  })

  it('asks nothing of the cursor and draws nothing', async () => {
    const { said } = await walked('process-down', `w\nm\nt\no\n?\nf\n1\n${ENTERS}`)
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    expect(said).not.toMatch(/[─-▟■-◿✓✗✎⚑❯⏎]/u)
  })

  it('breaks its rows at 40 columns and loses no word', async () => {
    const wide = await walked('process-down', ENTERS, 400)
    const narrow = await walked('process-down', ENTERS, 40)
    const rows = narrow.said.split('\n').filter((row) => !/^\s*(?:\$|triage502) /.test(row))
    expect(rows.filter((row) => row.length > 40)).toEqual([])
    const words = ({ said }: { said: string }) => withoutTimes(said.replace(/\s+/g, ''))
    expect(words(narrow)).toBe(words(wide))
    // A command stands whole, so that it can be copied.
    expect(narrow.said).toMatch(/^ {3}\$ ps -o pid,ppid,user,lstart,stat,args -p \d+$/m)
  })

  it('goes on by itself, and leaves at the end of the input', async () => {
    const { said, session } = await walked('process-down', 'a\n')
    expect(session.reached).not.toBeNull()
    expect(said).toMatch(/\n\[1\] a\n\nWhere does 127\.0\.0\.1 lead/)
    expect(said).toContain('Found: nothing here listens on port 3000')
    expect(said).toMatch(/Verdict: /)
    expect(said.trimEnd()).toMatch(/The input ends here\.$/)
    expect(session.ended?.ended).toBe('complete')
  })

  it('keeps the session open where the input ends early', async () => {
    const { said, session } = await walked('process-down', '1\n')
    expect(session.probes).toHaveLength(1)
    expect(said).toContain('Seen: port 8080 is served here by nginx (pid ')
    expect(session.ended).toBeNull()
    expect((await walked('process-down', '')).session.ended).toBeNull()
  })

  it('prints the diagnosis whole, and only the rows that are asked for', async () => {
    const { said } = await walked('process-down', `a\n3\no 1-1\nt 2-3\nt 99-\n`, 50)
    expect(said).toContain('What to do\n')
    expect(said).toContain('Ruled out\n')
    expect(said).toMatch(/Output of the last look/)
    expect(said).toMatch(/What has happened, rows 2 to 3 of \d+\n/)
    // Said again after the long text.
    expect(said.split('Read the whole diagnosis')).toHaveLength(6)
  })
})

/** Without what a clock says: durations of looks are the recording's and stay. */
function withoutTimes(said: string): string {
  return said.replace(/\d\d:\d\d(:\d\d)?( ?of ?10:00|Z)/g, '--:--$2')
}

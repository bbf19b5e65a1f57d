import { describe, expect, test } from 'vitest'
import type { VerdictNode } from '../../src/flow/types.ts'
import { baseFiles, loadWith, told } from './support.ts'

const GROUP = `steps:
  - { of: load, when: 'has(app.program) && app.program == "node"', run: "pm2 reload {app.program}", effect: changes }
  - { of: load, say: "Load it again" }
`

/** The base flow with this fix, and these shared steps. */
function withFix(fix: string, steps = GROUP) {
  const locate = (baseFiles()['locate.yaml'] ?? '').replace('- { say: "Start it" }', fix)
  return loadWith({ 'locate.yaml': locate, 'steps.yaml': steps })
}

const fixOf = (loaded: ReturnType<typeof loadWith>) => (loaded.library.nodes['locate/down'] as VerdictNode).fix

describe('steps that fixes share', () => {
  test('stand where their group is named, in the order of the file', () => {
    const loaded = withFix('- { say: "Mend it" }\n      - { steps: load }')
    expect(told(loaded)).toEqual([])
    expect(fixOf(loaded)).toEqual([
      { entry: 0, say: 'Mend it' },
      {
        entry: 1,
        when: 'has(app.program) && app.program == "node"',
        run: ['pm2', 'reload', '{app.program}'],
        effect: 'changes',
      },
      { entry: 1, say: 'Load it again' },
      { entry: 2, run: ['systemctl', 'start', '{app.unit}'], effect: 'changes' },
    ])
  })

  test('are there although their file comes after the flows by name', () => {
    expect(told(withFix('- { steps: load }'))).toEqual([])
  })

  test('a fix without a group keeps no places of its own', () => {
    expect(fixOf(withFix('- { say: "Start it" }'))[0]).toEqual({ say: 'Start it' })
  })

  test('a group that nobody wrote is told, with the one that was meant', () => {
    expect(told(withFix('- { steps: laod }'))).toEqual([
      'flows/locate.yaml:31:18 there are no steps "laod" | did you mean "load"?',
    ])
    expect(told(withFix('- { steps: restart-all-of-it }')).join()).toContain('write it into steps.yaml')
  })

  test('a step whose command cannot be split is told where it stands', () => {
    const loaded = withFix('- { steps: load }', 'steps:\n  - { of: load, run: "nginx | tee" }\n')
    expect(told(loaded).join()).toContain('flows/steps.yaml:2:')
  })

  test.each([
    ['a step of no group', 'steps:\n  - { run: "nginx -t" }\n'],
    ['a step that says and runs', 'steps:\n  - { of: load, say: s, run: "nginx -t" }\n'],
    ['a group in a group', 'steps:\n  - { of: load, steps: other }\n'],
  ])('%s is refused', (_, steps) => {
    expect(told(withFix('- { say: "Start it" }', steps)).join()).toContain('flows/steps.yaml:2:')
  })
})

describe('a step that is told only where something holds', () => {
  test('may name what its condition guards', () => {
    expect(told(withFix("- { when: 'has(app.program)', say: 'Start {app.program}' }"))).toEqual([])
  })

  test('may not name what nothing guards', () => {
    expect(told(withFix("- { when: 'has(app.port)', say: 'Start {app.program}' }")).join('\n')).toContain(
      '"app.program" is not known on every way here',
    )
  })

  test.each([
    ['of no truth', 'app.port'],
    ['of what is not there', 'app.prot == 3000'],
    ['that is no expression', 'has('],
  ])('a condition %s is told', (_, when) => {
    expect(told(withFix(`- { when: '${when}', say: 'Start it' }`))).not.toEqual([])
  })

  test('a mistake in a shared step is told at the verdict that takes it in', () => {
    const loaded = withFix('- { steps: load }', 'steps:\n  - { of: load, say: "Load {app.program}" }\n')
    expect(told(loaded).join()).toMatch(/^flows\/locate.yaml:31:9 "app.program" is not known/)
  })
})

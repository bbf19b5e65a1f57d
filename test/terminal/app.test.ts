import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/terminal/app.ts'
import { typedKeys } from '../../src/terminal/keys.ts'
import type { World } from '../../src/terminal/world.ts'
import { Mistake } from '../../src/words/mistake.ts'
import { branch, end, probe } from '../guide/make.ts'
import { fakeWorld } from './fake-world.ts'

const NODES = [
  probe('locate/port', { branches: [branch('seen', 'locate/seen')], blind: 'locate/seen' }),
  end('locate/seen'),
]
const SIZE = { columns: 80, rows: 24 }
const settled = () => new Promise((done) => setImmediate(done))

/** The start screen, and what the test lets it open. */
function started() {
  const opened: ({ url: string } | { choice: string })[] = []
  let resolve: (world: World) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const app = createApp(
    {
      choices: [{ group: 'recorded', id: 'recorded:slow-app', label: 'slow app' }],
      open(what) {
        opened.push(what)
        return new Promise<World>((done, fail) => {
          resolve = done
          reject = fail
        })
      },
    },
    SIZE,
  )
  return {
    app,
    opened,
    type: (text: string) => app.press(typedKeys(text), text),
    async lead(world: World) {
      resolve(world)
      await settled()
    },
    async fail(error: unknown) {
      reject(error)
      await settled()
    },
  }
}

describe('from the start screen to the wizard', () => {
  it('a URL and Enter in one piece open it', () => {
    const { type, opened } = started()
    type('shop.example.com\r')
    expect(opened).toEqual([{ url: 'shop.example.com' }])
  })

  it('what is typed while it opens belongs to the session', async () => {
    const { app, type, lead } = started()
    type('shop.example.com\rw')
    type('j')
    const fake = fakeWorld(NODES)
    await lead(fake.world)
    expect(app.wizard?.state).toMatchObject({ why: true, at: 1 })
  })

  it('where it cannot be opened, it says why and what to do, and the URL is still there', async () => {
    const { app, type, fail } = started()
    type('shop example\rjjj')
    await fail(new Mistake('that is no URL', 'Write it as https://shop.example.com/'))
    expect(app.view).toMatchObject({
      kind: 'start',
      start: { problem: 'that is no URL. Write it as https://shop.example.com/', field: { text: 'shop example' } },
    })
    type('s')
    expect(app.view).toMatchObject({ start: { field: { text: 'shop examples' }, problem: '' } })
  })

  it('Ctrl-C leaves also while it opens, and what opens then is not entered', async () => {
    const { app, type, lead } = started()
    type('shop.example.com\r')
    app.press([{ name: 'ctrl-c', char: '' }], '\u0003')
    expect(app.over).toBe(true)
    await lead(fakeWorld(NODES).world)
    expect(app.wizard).toBeNull()
  })

  it('a choice is opened by its name', () => {
    const { app, opened } = started()
    app.press(
      [
        { name: 'down', char: '' },
        { name: 'enter', char: '' },
      ],
      '',
    )
    expect(opened).toEqual([{ choice: 'recorded:slow-app' }])
  })
})

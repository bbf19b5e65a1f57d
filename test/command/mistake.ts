import { UsageError } from '../../src/command/io.ts'

/** What a person is told of a mistake: what happened, and what to do. Fails when there was none. */
export async function mistakeOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof UsageError) return `${error.message}. ${error.todo}`
    throw new Error('it failed in another way', { cause: error })
  }
  throw new Error('it did not refuse')
}

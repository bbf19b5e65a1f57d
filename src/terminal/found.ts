import type { Choice } from './start.ts'

/** What a text on the start screen is meant as: a URL is asked, words narrow the list. */
export type Meant = 'nothing' | 'url' | 'words'

/**
 * A text with a dot, a colon or a slash in it is a URL, and so is this machine's name; all else is words to look for.
 * A slash before them is the habit of those who search in `less`.
 */
export function meantBy(text: string): Meant {
  const typed = wanted(text)
  if (typed === '') return 'nothing'
  return !/\s/.test(typed) && (/[.:/]/.test(typed) || typed === 'localhost') ? 'url' : 'words'
}

/**
 * The choices that hold every word, each as the beginning of one of theirs; those that hold all of them in what is shown
 * come first. Of a URL those that lead to it. All of them for an empty text.
 */
export function matching(choices: readonly Choice[], text: string): readonly Choice[] {
  const typed = wanted(text)
  switch (meantBy(text)) {
    case 'nothing':
      return choices
    case 'url':
      return choices.filter(
        ({ group, label, hint = '' }) => group !== 'recorded' && `${label} ${hint}`.toLowerCase().includes(typed),
      )
    case 'words': {
      const words = wordsOf(typed)
      const holds = (told: string) => words.every((word) => told.includes(` ${word}`))
      const shown = choices.filter((choice) => holds(shownWords(choice)))
      const also = choices.filter((choice) => !shown.includes(choice) && holds(allWords(choice)))
      return [...shown, ...also]
    }
  }
}

const wanted = (text: string) => text.trim().replace(/^\//, '').trim().toLowerCase()
const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
const told = (...texts: string[]) => ` ${texts.flatMap(wordsOf).join(' ')}`

const shownWords = ({ kind = '', label, hint = '' }: Choice) => told(kind, label, hint)
const allWords = (choice: Choice) => `${shownWords(choice)}${told(choice.words ?? '')}`

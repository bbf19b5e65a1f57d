/** What the baseline says of a fault; null where it says nothing. */
export interface Guess {
  cause: string | null
  place: string | null
}

/**
 * The baseline that we compare with: given the URL, run where the fault is, it guesses. Null as long as there is none.
 */
export const BASELINE: ((url: string) => Promise<Guess>) | null = null

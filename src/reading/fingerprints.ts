import type { HopRole, Place } from '../words/vocabulary.ts'

/** What one HTTP response tells about one hop. Every given part must fit. */
export interface Fingerprint {
  id: string
  kind: Place
  vendor: string
  role: HopRole
  /** Any of these statuses. */
  status?: number[]
  /** Header name -> literal with holes its value must match whole; '*' = present. */
  headers?: Record<string, string>
  /** Headers that must not be there. */
  absent?: string[]
  /** Literals with holes that the body must contain, all of them. */
  body?: string[]
  unconfirmed?: boolean
  /** A raw response head and body that it fits: `HTTP/1.1 502 Bad Gateway\r\n…`. */
  example: string
}

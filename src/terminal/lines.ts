import type { Begin } from './app.ts'

export interface LineStreams {
  stdin: NodeJS.ReadableStream
  out(text: string): void
  columns: number
}

/** The wizard line by line. */
export async function runLines(_begin: Begin, _streams: LineStreams, _signal: AbortSignal): Promise<void> {
  throw new Error('not there yet')
}

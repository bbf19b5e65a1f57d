import { answersFormat, answersReader } from '../gateway/answers.ts'
import { parseTraefikLine } from './line.ts'

/** Traefik's access log, in its common form or as JSON: from a file, or from the journal. */
export const traefikLogReader = answersReader('traefik-log', 'Traefik', parseTraefikLine)
export const traefikLogFormat = answersFormat(parseTraefikLine)

import { parseEnvoyLine } from '../envoy/line.ts'
import { parseTraefikLine } from '../traefik/line.ts'
import type { AnswerParser } from './answer-line.ts'
import { answersFormat, answersReader } from './answers.ts'

/** One line for each answer, of Envoy's usual forms or of Traefik's: whose it is, the line tells. */
export const parseAnswer: AnswerParser = (line) => parseEnvoyLine(line) ?? parseTraefikLine(line)

/** The log of a gateway that writes one line for each answer, from a file or from the journal. */
export const answersLogReader = answersReader('answers-log', parseAnswer)
export const answersLogFormat = answersFormat(parseAnswer)

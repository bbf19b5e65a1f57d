import { answersFormat, answersReader } from '../gateway/answers.ts'
import { parseEnvoyLine } from './line.ts'

/** Envoy's access log in its default form, or Istio's: from a file, or from the journal. */
export const envoyLogReader = answersReader('envoy-log', 'Envoy', parseEnvoyLine)
export const envoyLogFormat = answersFormat(parseEnvoyLine)

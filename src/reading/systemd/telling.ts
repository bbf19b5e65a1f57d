/**
 * Words of which every line that names a reason or an address has one. Lower case. The reader looks
 * at no other lines, so a long log can be cut down to these without changing what is read.
 */
const WORDS = [
  'error',
  'exception',
  'fatal',
  'panic',
  'cannot',
  "can't",
  'could not',
  'unable',
  'fail',
  'missing',
  'not found',
  'not set',
  'must be set',
  'without response',
  'breaker',
  'required',
  'no such',
  'in use',
  'denied',
  'refused',
  'timed out',
  'timeout',
  'killed',
  'exited',
  'dumped',
  'max_children',
  'maximum',
  'too slow',
  'too quickly',
  'too many',
  'threshold',
  'unstable',
  'out of memory',
  'rejection',
  'emerg',
  'nother fpm',
  'unknown',
  'changing to the requested',
  'listen',
  'running',
  'started',
  'ready',
  'serving',
  'server at',
  'available at',
  'connections at',
  'launched from',
  'bound to',
  'local:',
]
const ERROR =
  /\b(?:error|exception|fatal|panic|failed|cannot|could not|unable to|traceback)\b|[a-z]Error\b|[a-z]Exception\b/i
const FRAME = /^\s*(?:at |File "|from |\^|[{}\])]|Node\.js v|Emitted 'error' event|- |\.{3} \d)|^[\s~^]*$/

/** May the line name a reason, or say where something listens? */
export function isTelling(message: string): boolean {
  const low = message.toLowerCase()
  return WORDS.some((word) => low.includes(word))
}

/** Does the line say only what the next one explains? */
export function goesOn(message: string): boolean {
  return message.trimEnd().endsWith(':')
}

/** Does the line look like an error in somebody's own words? */
export function isErrorLike(message: string): boolean {
  return ERROR.test(message) && isTelling(message) && !isFrame(message)
}

/** Is the line only a part of a stack trace, or of how one is printed? */
export function isFrame(message: string): boolean {
  return FRAME.test(message)
}

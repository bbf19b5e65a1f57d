import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Choice } from '../terminal/start.ts'
import type { Incident } from './incident.ts'
import { recordingNames } from './recordings.ts'

/** The recorded incidents as they are offered on the start screen, the easy ones first. */
export function incidentChoices(): Choice[] {
  const names = new Set(recordingNames())
  const known = shipped().filter(({ name }) => names.delete(name))
  // Recorded since the program was built: by their names alone.
  return [...known.map(choiceOf), ...[...names].map(plainChoice)]
}

function plainChoice(name: string): Choice {
  return { group: 'recorded', id: `recorded:${name}`, label: name.replaceAll('-', ' ') }
}

/** `says` is found by its words and never shown: it is the answer. */
export function choiceOf(incident: Incident): Choice {
  const { name, level, status, gateways, keeper, looks, cause, shape, place, says } = incident
  const way = gateways.join(' › ')
  const gets = status === null ? 'Visitors get no answer' : `Visitors get ${status}`
  const steps = `${looks} looks to the end`
  return {
    ...plainChoice(name),
    kind: level,
    hint: [status ?? '---', way, keeper].filter((part) => part !== '').join(' · '),
    about: `${gets}${way === '' ? '' : ` through ${way}`}${keeper === '' ? '' : `, run by ${keeper}`}; ${steps}.`,
    words: [status ?? '', cause, shape, place, says].join(' '),
  }
}

function shipped(): Incident[] {
  for (const place of ['./incidents.json', '../incidents.json', '../../dist/incidents.json']) {
    try {
      return JSON.parse(readFileSync(fileURLToPath(new URL(place, import.meta.url)), 'utf8')) as Incident[]
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return []
}

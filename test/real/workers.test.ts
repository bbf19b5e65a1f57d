import { describe, expect, it } from 'vitest'
import { made } from './alone.ts'
import { summary } from './lab.ts'
import { WORKER_TRUTHS } from './truths/workers.ts'
import { departures, type Truth } from './truths.ts'

// PHP-FPM and gunicorn behind nginx, each case in a network and processes of its own, with nothing but the URL.

const truths: Record<string, Truth> = WORKER_TRUTHS

/** Where the machine's kernel log decides: where it cannot be read, or tells of a kill, memory is not excluded. */
const BY_THE_KERNEL = new Set([
  'fpm-down',
  'fpm-socket-left-over',
  'fpm-killed',
  'gunicorn-no-app',
  'gunicorn-loops',
  'gunicorn-killed',
  'gunicorn-socket-left-over',
])

describe('PHP-FPM and gunicorn', () => {
  it.each(Object.keys(truths))('%s', async (name) => {
    const { told } = await made(name)
    const truth = truths[name]
    expect(truth && departures(told, truth), summary(told)).toEqual([])
    if (told.verdict && !BY_THE_KERNEL.has(name)) expect(told.verdict.confidence, summary(told)).toBe('confirmed')
  })
})

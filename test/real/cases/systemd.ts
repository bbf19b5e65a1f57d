import type { BoxCase } from '../systemd-shop.ts'
import { CRASH_CASES } from './systemd-crash.ts'
import { LIFE_CASES } from './systemd-life.ts'
import { PORT_CASES } from './systemd-port.ts'
import { START_CASES } from './systemd-start.ts'

/** Every fault that is made under a real systemd. */
export const SYSTEMD_CASES: readonly BoxCase[] = [...START_CASES, ...PORT_CASES, ...LIFE_CASES, ...CRASH_CASES]

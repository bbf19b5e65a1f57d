import type { Truth } from '../truths.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, place: ['app'], shape: 'unreachable' } satisfies Partial<Truth>
const reset = { ...failing, place: ['app'], shape: 'reset' } satisfies Partial<Truth>
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] } satisfies Partial<Truth>

/** Of PHP-FPM and gunicorn behind nginx: `test/real/cases/workers.ts` makes each of them happen. */
export const WORKER_TRUTHS = {
  'fpm-healthy': { outcome: 'healthy', state: 'well', cause: null },
  'fpm-down': { ...unreachable, cause: 'process-down', cites: ['127.0.0.1:3000'] },
  'fpm-socket-missing': { ...unreachable, cause: 'socket-missing', cites: ['php/fpm.sock'] },
  'fpm-socket-left-over': { ...unreachable, cause: 'process-down', cites: ['php/fpm.sock'] },
  'fpm-socket-permission': { ...unreachable, cause: 'socket-permission', cites: ['php/fpm.sock', '600'] },
  'fpm-exhausted': {
    ...failing,
    place: ['app'],
    shape: 'slow',
    cause: 'workers-exhausted',
    cites: ['all 2 workers', 'reached pm.max_children setting (2)'],
  },
  'fpm-queue-full': {
    ...unreachable,
    cause: 'workers-exhausted',
    cites: ['all 2 workers', '(11: Resource temporarily unavailable)'],
  },
  'fpm-terminated': { ...reset, cause: 'worker-timeout', cites: ['execution timed out', 'php/fpm.log'] },
  'fpm-segfault': { ...reset, cause: 'crashed-mid-response', cites: ['exited on signal 11 (SIGSEGV'] },
  'fpm-killed': { ...reset, cause: 'crashed-mid-response', cites: ['exited on signal 9 (SIGKILL'] },
  'fpm-slow': { ...failing, place: ['app'], shape: 'slow', cause: 'slow-app', cites: ['1000 ms', 'of 2 workers'] },
  'fpm-fatal': {
    ...failing,
    place: ['app'],
    bornAt: 'app',
    shape: 'none',
    cause: 'app-error',
    cites: ['PHP Fatal error', 'nowhere()'],
  },
  'fpm-script-unknown': { outcome: 'inconclusive', state: 'failing', cause: null, cites: ['Primary script unknown'] },
  'fpm-asked-in-http': { ...mismatch, cites: ['fastcgi'] },
  'http-asked-in-fastcgi': { ...mismatch, cites: ['unsupported FastCGI protocol version', 'plain HTTP'] },
  'gunicorn-healthy': { outcome: 'healthy', state: 'well', cause: null },
  'gunicorn-no-app': { ...unreachable, cause: 'process-down', cites: ['127.0.0.1:3000'] },
  'gunicorn-loops': { ...failing, place: ['app'], shape: 'slow', cause: 'crash-loop', cites: ['in the last minute'] },
  'gunicorn-worker-timeout': { ...reset, cause: 'worker-timeout', cites: ['WORKER TIMEOUT', 'log/shop-error.log'] },
  'gunicorn-killed': { ...reset, cause: 'crashed-mid-response', cites: ['due to signal 9'] },
  'gunicorn-segfault': { ...reset, cause: 'crashed-mid-response', cites: ['due to signal 11'] },
  'gunicorn-exhausted': {
    ...failing,
    place: ['app'],
    shape: 'slow',
    cause: 'workers-exhausted',
    cites: ['all 2 workers'],
  },
  'gunicorn-slow': { ...failing, place: ['app'], shape: 'slow', cause: 'slow-app', cites: ['1000 ms'] },
  'gunicorn-socket-left-over': { ...unreachable, cause: 'process-down', cites: ['run/shop.sock'] },
  'gunicorn-asked-in-uwsgi': { ...mismatch, cites: ['uwsgi', 'plain HTTP'] },
  'gunicorn-asked-in-https': { ...mismatch, cites: ['https', 'plain HTTP'] },
} satisfies Record<string, Truth>

export type WorkerCaseName = keyof typeof WORKER_TRUTHS

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'

const shipped = (name: string): Signature[] => {
  const url = new URL(`../../../flows/signatures/${name}.yaml`, import.meta.url)
  return (parse(readFileSync(url, 'utf8')) as { signatures: Signature[] }).signatures
}

/** What a reader of an application's log knows: the signatures as they ship. */
export const CONTEXT: ReadContext = {
  facts: new Map(),
  knowledge: { fingerprints: [], signatures: ['app', 'php-fpm', 'gunicorn'].flatMap(shipped) },
  requests: [],
  now: new Date('2026-11-21T06:45:00Z'),
}

/** As PHP-FPM 8.2.35 wrote it: a request that ran longer than request_terminate_timeout, and a worker that was killed. */
export const FPM = `[21-Nov-2026 06:43:41] NOTICE: fpm is running, pid 28594
[21-Nov-2026 06:43:41] NOTICE: ready to handle connections
[21-Nov-2026 06:43:41] NOTICE: systemd monitor interval set to 10000ms
[21-Nov-2026 06:43:46] WARNING: [pool shop] child 28599, script '/srv/shop/slow.php' (request: "GET /slow.php") execution timed out (3.024912 sec), terminating
[21-Nov-2026 06:43:46] WARNING: [pool shop] child 28599 exited on signal 15 (SIGTERM) after 5.006053 seconds from start
[21-Nov-2026 06:43:46] NOTICE: [pool shop] child 29629 started
[21-Nov-2026 06:43:48] WARNING: [pool shop] child 30046 exited on signal 9 (SIGKILL) after 0.024329 seconds from start
`

/** As gunicorn 20.1.0 wrote it: a worker that took too long, an error of the application, a worker that crashed. */
export const GUNICORN = `[2026-11-21 06:43:41 +0000] [28596] [INFO] Listening at: http://127.0.0.1:39130 (28596)
[2026-11-21 06:43:41 +0000] [28596] [INFO] Using worker: sync
[2026-11-21 06:43:50 +0000] [28596] [CRITICAL] WORKER TIMEOUT (pid:28601)
[2026-11-21 06:43:50 +0000] [28601] [INFO] Worker exiting (pid: 28601)
[2026-11-21 06:43:50 +0000] [28596] [WARNING] Worker with pid 28601 was terminated due to signal 9
[2026-11-21 06:43:50 +0000] [30683] [INFO] Booting worker with pid: 30683
[2026-11-21 06:43:50 +0000] [30704] [ERROR] Error handling request /checkout
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/gunicorn/workers/sync.py", line 136, in handle
    self.handle_request(listener, req, client, addr)
  File "/srv/shop/app.py", line 8, in app
    charge(card='4111111111111111')
ModuleNotFoundError: No module named 'billing'
[2026-11-21 06:43:51 +0000] [28596] [WARNING] Worker with pid 30683 was terminated due to signal 11
`

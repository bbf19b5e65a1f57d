import { describe, expect, it } from 'vitest'
import { journalReader } from '../../../src/reading/systemd/journal.ts'
import { life, moment } from './journal-lines.ts'
import { context, printed } from './support.ts'

/** Read an hour after the start. */
const read = (lines: readonly string[]) =>
  journalReader.read(
    printed('journalctl -u shop.service -o json', `${lines.join('\n')}\n`, {
      startedAt: moment(3600 * 2).toISOString(),
    }),
    context(moment(3600 * 2)),
  ).value

/** A run that fails four seconds after its start and never listens; the reason stands two seconds in. */
function diesAtStart(message: string) {
  const run = life('1')
  return read([
    run.started(0),
    run.app(1, 'loading /etc/shop/shop.conf'),
    run.app(2, message),
    run.app(2, '    at Object.<anonymous> (/srv/shop/server.js:1:11)'),
    run.exited(4),
    run.failed(4),
  ])
}

/** A run that served for an hour; the reason stands one second before its end. */
function diesAfterAnHour(message: string) {
  const run = life('1')
  return read([
    run.started(0),
    run.app(1, 'listening on http://127.0.0.1:3000'),
    run.app(3599, message),
    run.exited(3600),
    run.failed(3600),
  ])
}

/** A run that serves still; the reason was said half an hour ago. */
function goesOn(message: string) {
  const run = life('1')
  return read([run.started(0), run.app(1, 'listening on http://127.0.0.1:3000'), run.app(5400, message)])
}

/*
 * What the app says, the signature, and the cause when it dies with it at its start, after an hour of
 * service, and when it goes on. Lines are the examples of flows/signatures, which the real programs
 * wrote, or documented in their sources. '' where the line is no reason.
 */
const START_ERRORS: readonly (readonly [string, string])[] = [
  ['node-port-forbidden', 'Error: listen EACCES: permission denied 0.0.0.0:80'],
  ['node-address-not-here', 'Error: listen EADDRNOTAVAIL: address not available 10.9.9.9:3000'],
  [
    'node-bad-port',
    'RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type number (70000).',
  ],
  ['node-module-missing', "Error: Cannot find module 'express'"],
  ['node-module-missing', "Error: Cannot find module '/srv/shop/dist/server.js'"],
  [
    'node-esm-package-missing',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'fastify' imported from /srv/shop/server.mjs",
  ],
  [
    'node-esm-module-missing',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/srv/shop/nope.js' imported from /srv/shop/b.mjs",
  ],
  ['variable-is-not-set-plain', 'Error: DATABASE_URL is not set'],
  ['node-uncaught-error', 'Error: no configuration found in /etc/shop'],
  ['python-module-missing', "ModuleNotFoundError: No module named 'flask'"],
  ['python-import-error', "ImportError: cannot import name 'nosuch' from 'os' (/usr/lib/python3.11/os.py)"],
  ['python-key-missing', "KeyError: 'DATABASE_URL'"],
  [
    'django-improperly-configured',
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
  ],
  ['syntax-error', "SyntaxError: Unexpected token ';'"],
  ['syntax-error', 'SyntaxError: invalid syntax'],
  [
    'python-file-missing',
    "/usr/bin/python3: can't open file '/srv/shop/nofile.py': [Errno 2] No such file or directory",
  ],
  ['uvicorn-app-not-loaded', 'ERROR:    Error loading ASGI app. Attribute "nope" not found in module "app".'],
  ['uvicorn-startup-failed', 'ERROR:    Application startup failed. Exiting.'],
  ['flask-import-failed', "Error: Could not import 'nosuchapp'."],
  ['variable-missing-environment-variable', 'Error: Missing required environment variable: DATABASE_URL'],
  ['variable-missing-environment-variable', 'Missing required environment variables: DATABASE_URL, REDIS_URL'],
  ['variable-not-found', 'error: Environment variable not found: DATABASE_URL.'],
  ['variable-is-not-set', 'Error: environment variable DATABASE_URL is not set'],
  ['variable-is-not-set', 'Environment variable DATABASE_URL is not set'],
  ['variable-is-required', 'Error: Environment variable DATABASE_URL is required'],
  ['jvm-jar-missing', 'Error: Unable to access jarfile /opt/shop/shop.jar'],
  ['jvm-main-missing', 'Error: Could not find or load main class com.example.Main'],
  ['spring-failed', 'APPLICATION FAILED TO START'],
  [
    'ruby-file-missing',
    "<internal:/usr/lib/ruby/vendor_ruby/rubygems/core_ext/kernel_require.rb>:85:in `require': cannot load such file -- nosuchgem (LoadError)",
  ],
  ['ruby-key-missing', '-e:1:in `fetch\': key not found: "DATABASE_URL" (KeyError)'],
  ['gunicorn-boot-failed', '[2026-11-21 04:00:02 +0000] [3402] [INFO] Reason: Worker failed to boot.'],
  ['gunicorn-app-not-loaded', '[2026-11-21 04:00:02 +0000] [3531] [INFO] Reason: App failed to load.'],
  ['gunicorn-attribute-missing', "Failed to find attribute 'nope' in 'app'."],
  ['gunicorn-worker-exception', '[2026-11-21 04:00:02 +0000] [3403] [ERROR] Exception in worker process'],
  [
    'php-fpm-bind-failed',
    "[21-Nov-2026 04:00:02] ERROR: unable to bind listening socket for address '/run/nosuchdir/x.sock': No such file or directory (2)",
  ],
  ['php-fpm-no-user', "[21-Nov-2026 04:00:02] ERROR: [pool www] cannot get uid for user 'shopkeeper'"],
  ['php-fpm-init-failed', '[21-Nov-2026 04:00:02] ERROR: FPM initialization failed'],
]

const PORT_TAKEN: readonly (readonly [string, string])[] = [
  ['node-port-in-use', 'Error: listen EADDRINUSE: address already in use :::3000'],
  ['node-port-in-use', 'Error: listen EADDRINUSE: address already in use /run/shop.sock'],
  ['python-port-in-use', 'OSError: [Errno 98] Address already in use'],
  [
    'uvicorn-port-in-use',
    "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 3000): address already in use",
  ],
  // Alpine's C library has words of its own.
  [
    'uvicorn-port-in-use',
    "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 3000): address in use",
  ],
  [
    'flask-port-in-use',
    'Port 3000 is in use by another program. Either identify and stop that program, or start the server with a different port.',
  ],
  ['go-port-in-use', '2026/11/21 04:00:02 listen tcp :3000: bind: address already in use'],
  ['go-port-in-use', 'panic: listen tcp 127.0.0.1:3000: bind: address already in use'],
  ['jvm-port-in-use', 'Exception in thread "main" java.net.BindException: Address already in use'],
  ['spring-port-in-use', 'Web server failed to start. Port 8080 was already in use.'],
  [
    'puma-port-in-use',
    '-e:1:in `initialize\': Address already in use - bind(2) for "127.0.0.1" port 33571 (Errno::EADDRINUSE)',
  ],
  ['gunicorn-port-in-use', "[2026-11-21 04:00:02 +0000] [3405] [ERROR] Connection in use: ('127.0.0.1', 38111)"],
  ['gunicorn-bind-given-up', "[2026-11-21 04:00:02 +0000] [3405] [ERROR] Can't connect to ('127.0.0.1', 38111)"],
  [
    'php-fpm-port-in-use',
    "[21-Nov-2026 04:00:02] ERROR: unable to bind listening socket for address '127.0.0.1:38120': Address already in use (98)",
  ],
  [
    'php-fpm-second-instance',
    '[21-Nov-2026 04:00:02] ERROR: Another FPM instance seems to already listen on /run/php/php8.2-fpm.sock',
  ],
  [
    'nginx-start-port-in-use',
    '2026/11/21 04:00:02 [emerg] 13821#13821: bind() to 127.0.0.1:38151 failed (98: Address already in use)',
  ],
]

const CRASHES: readonly (readonly [string, string])[] = [
  ['node-heap-limit', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['node-heap-limit', 'FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory'],
  [
    'node-heap-limit',
    'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
  ],
  [
    'node-unhandled-rejection',
    '[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch().]',
  ],
  ['go-panic', 'panic: assignment to entry in nil map'],
  ['go-fatal', 'fatal error: all goroutines are asleep - deadlock!'],
  ['go-fatal', 'fatal error: concurrent map writes'],
  ['jvm-out-of-memory', 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
  ['jvm-out-of-memory', 'java.lang.OutOfMemoryError: unable to create new native thread'],
  ['jvm-fatal', '# A fatal error has been detected by the Java Runtime Environment:'],
  [
    'php-fpm-child-crashed',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] child 13278 exited on signal 11 (SIGSEGV) after 21.007119 seconds from start',
  ],
  [
    'php-fpm-emergency-restart',
    '[21-Nov-2026 04:00:02] WARNING: failed processes threshold (1 in 10 sec) is reached, initiating reload',
  ],
]

const ALWAYS: readonly (readonly [string, string, string])[] = [
  ['node-disk-full', 'disk-full', 'Error: ENOSPC: no space left on device, write'],
  ['python-disk-full', 'disk-full', 'OSError: [Errno 28] No space left on device'],
  ['node-too-many-files', 'fd-exhausted', "Error: EMFILE: too many open files, open '/dev/null'"],
  ['python-too-many-files', 'fd-exhausted', "OSError: [Errno 24] Too many open files: '/dev/null'"],
  ['node-dependency-refused', 'third-party', 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
  ['node-dependency-name', 'third-party', 'Error: getaddrinfo ENOTFOUND db.internal'],
  ['node-dependency-name-again', 'third-party', 'Error: getaddrinfo EAI_AGAIN db.internal'],
  [
    'puma-worker-timeout',
    'worker-timeout',
    '! Terminating timed out worker (Worker 0 failed to check in within 60 seconds): 4242',
  ],
  [
    'gunicorn-worker-timeout',
    'worker-timeout',
    '[2026-11-21 04:00:02 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:13387)',
  ],
  [
    'php-fpm-max-children',
    'workers-exhausted',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] server reached pm.max_children setting (2), consider raising it',
  ],
  [
    'php-fpm-max-children-old',
    'workers-exhausted',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] server reached max_children setting (5), consider raising it',
  ],
  [
    'php-fpm-process-max',
    'workers-exhausted',
    "[21-Nov-2026 04:00:02] WARNING: The maximum number of processes has been reached. Please review your configuration and consider raising 'process.max'",
  ],
  [
    'php-fpm-request-terminated',
    'worker-timeout',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] child 1441, script \'/srv/shop/slow.php\' (request: "GET /slow.php") execution timed out (2.608704 sec), terminating',
  ],
  [
    'php-fpm-request-slow',
    'slow-app',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] child 13266, script \'/srv/shop/slow.php\' (request: "GET /slow.php") executing too slow (1.008333 sec), logging',
  ],
  [
    'php-memory-limit',
    'app-error',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] child 13278 said into stderr: "NOTICE: PHP message: PHP Fatal error:  Allowed memory size of 2097152 bytes exhausted (tried to allocate 9003008 bytes) in /srv/shop/mem.php on line 1"',
  ],
  [
    'php-execution-time',
    'app-error',
    '[21-Nov-2026 04:00:02] WARNING: [pool www] child 13278 said into stderr: "NOTICE: PHP message: PHP Fatal error:  Maximum execution time of 1 second exceeded in /srv/shop/exec.php on line 1"',
  ],
  ['php-fpm-script-unknown', 'proxy-config', 'Primary script unknown'],
  [
    'nginx-start-host-not-found',
    'proxy-down',
    '2026/11/21 04:00:02 [emerg] 14020#14020: host not found in upstream "nosuch.invalid:3000" in /etc/nginx/nginx.conf:1',
  ],
  [
    'nginx-start-refused',
    'proxy-down',
    '2026/11/21 04:00:02 [emerg] 14023#14023: unknown directive "proxy_pas" in /etc/nginx/nginx.conf:1',
  ],
]

describe('a run that failed at its start names what it said last as its reason', () => {
  it.each([
    ...START_ERRORS.map(([signature, line]) => [line, signature, 'crash-on-start']),
    ...PORT_TAKEN.map(([signature, line]) => [line, signature, 'port-in-use']),
    // A crash before it ever listened is a start that failed.
    ...CRASHES.map(([signature, line]) => [line, signature, 'crash-on-start']),
    ...ALWAYS.map(([signature, cause, line]) => [line, signature, cause]),
  ])('%s: %s', (line, signature, cause) => {
    expect(diesAtStart(line)).toMatchObject({
      ...{ complete: true, entries: 6n, starts: 1n, reason_found: true, reason: line },
      ...{ reason_signature: signature, reason_cause: cause, reason_at: moment(2), exited_at: moment(4) },
    })
  })
})

describe('a run that failed after an hour of service', () => {
  it.each([
    // What fails a start is a crash when it comes later.
    ...START_ERRORS.map(([signature, line]) => [line, signature, 'crashed-mid-response']),
    ...PORT_TAKEN.map(([signature, line]) => [line, signature, 'port-in-use']),
    ...CRASHES.map(([signature, line]) => [line, signature, 'crashed-mid-response']),
    ...ALWAYS.map(([signature, cause, line]) => [line, signature, cause]),
  ])('%s: %s', (line, signature, cause) => {
    expect(diesAfterAnHour(line)).toMatchObject({
      ...{ reason_found: true, reason: line, reason_signature: signature, reason_cause: cause },
      ...{ reason_at: moment(3599), exited_at: moment(3600), listens_found: true, listens_port: 3000n },
    })
  })
})

describe('a run that goes on', () => {
  it.each([
    ...CRASHES.map(([signature, line]) => [line, signature, 'crashed-mid-response']),
    ...ALWAYS.map(([signature, cause, line]) => [line, signature, cause]),
  ])('complains of %s: %s', (line, signature, cause) => {
    expect(goesOn(line)).toMatchObject({
      ...{ reason_found: true, reason: line, reason_signature: signature, reason_cause: cause },
      ...{ reason_at: moment(5400), starts: 1n },
    })
  })

  it.each([...START_ERRORS, ...PORT_TAKEN])('cannot have failed to start (%s): %s', (_, line) => {
    expect(goesOn(line)).toMatchObject({ reason_found: false, reason: '', reason_cause: '', listens_found: true })
  })
})

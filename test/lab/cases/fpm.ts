import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { passes, url } from '../kit.ts'
import { until } from '../lab.ts'
import { fillQueue, fpm, hold, killAll, script, toFpm } from '../workers.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, place: ['app'], shape: 'unreachable' } as const
const reset = { ...failing, place: ['app'], shape: 'reset' } as const
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] } as const

const HELLO = '<?php echo "hello\\n";'
/** PHP-FPM's workers are left without functions of their own to end themselves. */
const signals = (name: string) => `<?php exec('kill -${name} ' . getmypid()); sleep(1);`

/** nginx in front of a PHP-FPM on a port, with one script that is asked for. */
function php(code: string, pool = '', settings = ''): Case['start'] {
  return async (lab, ports) => {
    const root = script(lab, 'page.php', code)
    await fpm(lab, { listen: ports.app, pool })
    await passes(lab, ports, toFpm(ports.app, root, settings))
    return { url: url(ports, '/page.php') }
  }
}

/** PHP-FPM behind nginx. */
export const FPM_CASES: readonly Case[] = [
  {
    name: 'fpm-healthy',
    says: 'PHP-FPM answers',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: php(HELLO),
  },
  {
    name: 'fpm-down',
    says: 'PHP-FPM is not running; nginx sends to its port',
    truth: { ...unreachable, cause: 'process-down', cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      await passes(lab, ports, toFpm(ports.app, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-missing',
    says: 'PHP-FPM is not running; its socket is gone with it',
    truth: { ...unreachable, cause: 'socket-missing', cites: ['php/fpm.sock'] },

    async start(lab, ports) {
      await passes(lab, ports, toFpm(lab.path('php/fpm.sock'), script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-left-over',
    says: "PHP-FPM was killed; its socket's file is left, and nobody listens",
    truth: { ...unreachable, cause: 'process-down', cites: ['php/fpm.sock'] },

    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await killAll(await fpm(lab, { listen }))
      await passes(lab, ports, toFpm(listen, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-permission',
    says: "listen.owner and listen.mode let nginx's workers not use the socket",
    truth: { ...unreachable, cause: 'socket-permission', cites: ['php/fpm.sock', '600'] },

    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen, pool: 'listen.owner = root\nlisten.group = root\nlisten.mode = 0600' })
      await passes(lab, ports, toFpm(listen, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-exhausted',
    says: 'both workers of PHP-FPM sleep in slow scripts, and the next requests wait',
    truth: {
      ...failing,
      place: ['app'],
      shape: 'slow',
      cause: 'workers-exhausted',
      cites: ['all 2 workers', 'reached pm.max_children setting (2)'],
    },

    async start(lab, ports) {
      script(lab, 'report.php', '<?php sleep(60);')
      const root = script(lab, 'page.php', HELLO)
      const pool =
        'pm = dynamic\npm.max_children = 2\npm.start_servers = 1\npm.min_spare_servers = 1\npm.max_spare_servers = 1'
      const { log } = await fpm(lab, { listen: ports.app, pool })
      await passes(lab, ports, toFpm(ports.app, root, 'fastcgi_read_timeout 2s;'))
      await hold(lab, url(ports, '/report.php'), 3)
      // PHP-FPM counts its workers once a second.
      await until(async () => (await read(log)).includes('reached pm.max_children'), 'PHP-FPM says that all are busy')
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-queue-full',
    says: "the queue of PHP-FPM's socket is full, and nginx cannot even connect",
    truth: {
      ...unreachable,
      cause: 'workers-exhausted',
      cites: ['all 2 workers', '(11: Resource temporarily unavailable)'],
    },

    async start(lab, ports) {
      script(lab, 'report.php', '<?php sleep(60);')
      const root = script(lab, 'page.php', HELLO)
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen, pool: 'listen.backlog = 2' })
      await passes(lab, ports, toFpm(listen, root))
      await hold(lab, url(ports, '/report.php'), 2)
      await new Promise((resolve) => setTimeout(resolve, 500))
      await fillQueue(lab, listen, 20)
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-terminated',
    says: 'PHP-FPM ends a worker after request_terminate_timeout',
    truth: {
      ...reset,
      cause: 'worker-timeout',
      cites: ['execution timed out', 'php/fpm.log', 'request_terminate_timeout at', '2000 ms'],
    },

    start: php('<?php sleep(30);', 'request_terminate_timeout = 2s'),
  },
  {
    name: 'fpm-slow-limited',
    says: 'the script takes longer than nginx waits, and PHP-FPM would end it only later still',
    truth: {
      ...failing,
      place: ['app'],
      shape: 'slow',
      cause: 'slow-app',
      cites: ['1000 ms', 'after 60000 ms', 'fpm.conf:'],
    },
    start: php('<?php sleep(3); echo "done\\n";', 'request_terminate_timeout = 1m', 'fastcgi_read_timeout 1s;'),
  },
  {
    name: 'fpm-segfault',
    says: 'a worker of PHP-FPM ends by SIGSEGV on the request',
    truth: { ...reset, cause: 'crashed-mid-response', cites: ['exited on signal 11 (SIGSEGV'] },
    start: php(signals('SEGV')),
  },
  {
    name: 'fpm-killed',
    says: 'a worker of PHP-FPM is killed on the request',
    truth: { ...reset, cause: 'crashed-mid-response', cites: ['exited on signal 9 (SIGKILL'] },
    start: php(signals('KILL')),
  },
  {
    name: 'fpm-slow',
    says: 'the script takes longer than nginx waits; PHP-FPM has free workers',
    truth: { ...failing, place: ['app'], shape: 'slow', cause: 'slow-app', cites: ['1000 ms', 'of 2 workers'] },

    start: php('<?php sleep(6);', '', 'fastcgi_read_timeout 1s;'),
  },
  {
    name: 'fpm-fatal',
    says: 'the script ends in a fatal error, and PHP answers 500',
    truth: {
      ...failing,
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cause: 'app-error',
      cites: ['PHP Fatal error', 'nowhere()'],
    },

    start: php('<?php nowhere();', 'php_flag[display_errors] = off\nphp_flag[log_errors] = on'),
  },
  {
    name: 'fpm-script-unknown',
    says: 'nginx names a file that PHP-FPM does not have',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null, cites: ['Primary script unknown'] },

    async start(lab, ports) {
      script(lab, 'page.php', HELLO)
      await fpm(lab, { listen: ports.app })
      await passes(lab, ports, toFpm(ports.app, lab.path('srv/elsewhere')))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-asked-in-http',
    says: 'nginx speaks HTTP to the port of PHP-FPM',
    truth: { ...mismatch, cites: ['fastcgi'] },

    async start(lab, ports) {
      await fpm(lab, { listen: ports.app })
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'http-asked-in-fastcgi',
    says: 'nginx speaks FastCGI to an application that speaks HTTP',
    truth: { ...mismatch, cites: ['unsupported FastCGI protocol version', 'plain HTTP'] },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await passes(lab, ports, toFpm(ports.app, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
]

async function read(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch(() => '')
}

import * as apps from '../apps.ts'
import type { Case, Ports } from '../cases.ts'
import { type Lab, until } from '../lab.ts'
import type { WorkerCaseName } from '../truths/workers.ts'
import { fillQueue, fpm, gunicorn, hold, killAll, script, toFpm } from '../workers.ts'

const HELLO = '<?php echo "hello\\n";'
/** PHP-FPM's workers are left without functions of their own to end themselves. */
const signals = (name: string) => `<?php exec('kill -${name} ' . getmypid()); sleep(1);`

const url = (ports: Ports, path: string) => `http://127.0.0.1:${ports.site}${path}`

async function site(lab: Lab, ports: Ports, location: string): Promise<void> {
  const http = `server { listen 127.0.0.1:${ports.site}; server_name shop.example.com; location / { ${location} } }`
  await lab.nginx({ port: ports.site, http })
}

/** nginx in front of a PHP-FPM on a port, with one script that is asked for. */
function php(code: string, pool = '', settings = ''): Case['start'] {
  return async (lab, ports) => {
    const root = script(lab, 'page.php', code)
    await fpm(lab, { listen: ports.app, pool })
    await site(lab, ports, toFpm(ports.app, root, settings))
    return { url: url(ports, '/page.php') }
  }
}

/** A WSGI application that does one thing when it is asked for /checkout, and answers everything else. */
const wsgi = (does: string) => `import os, time
def app(environ, start_response):
    if environ['PATH_INFO'] == '/checkout':
        ${does}
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello\\n']
`

function python(does: string, args: string[] = [], settings = ''): Case['start'] {
  return async (lab, ports) => {
    await gunicorn(lab, { bind: ports.app, code: wsgi(does), args })
    await site(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; ${settings}`)
    return { url: url(ports, '/checkout') }
  }
}

export const WORKER_CASES: readonly (Case & { name: WorkerCaseName })[] = [
  { name: 'fpm-healthy', says: 'PHP-FPM answers', start: php(HELLO) },
  {
    name: 'fpm-down',
    says: 'PHP-FPM is not running; nginx sends to its port',
    async start(lab, ports) {
      await site(lab, ports, toFpm(ports.app, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-missing',
    says: 'PHP-FPM is not running; its socket is gone with it',
    async start(lab, ports) {
      await site(lab, ports, toFpm(lab.path('php/fpm.sock'), script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-left-over',
    says: "PHP-FPM was killed; its socket's file is left, and nobody listens",
    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await killAll(await fpm(lab, { listen }))
      await site(lab, ports, toFpm(listen, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-socket-permission',
    says: "listen.owner and listen.mode let nginx's workers not use the socket",
    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen, pool: 'listen.owner = root\nlisten.group = root\nlisten.mode = 0600' })
      await site(lab, ports, toFpm(listen, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-exhausted',
    says: 'both workers of PHP-FPM sleep in slow scripts, and the next requests wait',
    async start(lab, ports) {
      script(lab, 'report.php', '<?php sleep(60);')
      const root = script(lab, 'page.php', HELLO)
      const pool =
        'pm = dynamic\npm.max_children = 2\npm.start_servers = 1\npm.min_spare_servers = 1\npm.max_spare_servers = 1'
      const { log } = await fpm(lab, { listen: ports.app, pool })
      await site(lab, ports, toFpm(ports.app, root, 'fastcgi_read_timeout 2s;'))
      await hold(lab, url(ports, '/report.php'), 3)
      // PHP-FPM counts its workers once a second.
      await until(async () => (await read(log)).includes('reached pm.max_children'), 'PHP-FPM says that all are busy')
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-queue-full',
    says: "the queue of PHP-FPM's socket is full, and nginx cannot even connect",
    async start(lab, ports) {
      script(lab, 'report.php', '<?php sleep(60);')
      const root = script(lab, 'page.php', HELLO)
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen, pool: 'listen.backlog = 2' })
      await site(lab, ports, toFpm(listen, root))
      await hold(lab, url(ports, '/report.php'), 2)
      await new Promise((resolve) => setTimeout(resolve, 500))
      await fillQueue(lab, listen, 20)
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-terminated',
    says: 'PHP-FPM ends a worker after request_terminate_timeout',
    start: php('<?php sleep(30);', 'request_terminate_timeout = 2s'),
  },
  { name: 'fpm-segfault', says: 'a worker of PHP-FPM ends by SIGSEGV on the request', start: php(signals('SEGV')) },
  { name: 'fpm-killed', says: 'a worker of PHP-FPM is killed on the request', start: php(signals('KILL')) },
  {
    name: 'fpm-slow',
    says: 'the script takes longer than nginx waits; PHP-FPM has free workers',
    start: php('<?php sleep(6);', '', 'fastcgi_read_timeout 1s;'),
  },
  {
    name: 'fpm-fatal',
    says: 'the script ends in a fatal error, and PHP answers 500',
    start: php('<?php nowhere();', 'php_flag[display_errors] = off\nphp_flag[log_errors] = on'),
  },
  {
    name: 'fpm-script-unknown',
    says: 'nginx names a file that PHP-FPM does not have',
    async start(lab, ports) {
      script(lab, 'page.php', HELLO)
      await fpm(lab, { listen: ports.app })
      await site(lab, ports, toFpm(ports.app, lab.path('srv/elsewhere')))
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'fpm-asked-in-http',
    says: 'nginx speaks HTTP to the port of PHP-FPM',
    async start(lab, ports) {
      await fpm(lab, { listen: ports.app })
      await site(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/page.php') }
    },
  },
  {
    name: 'http-asked-in-fastcgi',
    says: 'nginx speaks FastCGI to an application that speaks HTTP',
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await site(lab, ports, toFpm(ports.app, script(lab, 'page.php', HELLO)))
      return { url: url(ports, '/page.php') }
    },
  },
  { name: 'gunicorn-healthy', says: 'gunicorn answers', start: python('pass') },
  {
    name: 'gunicorn-no-app',
    says: 'gunicorn ended on its start: the module has no such app',
    async start(lab, ports) {
      const { child } = await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), app: 'app:nope', ends: true })
      await until(() => child.exitCode !== null, 'gunicorn ends')
      await site(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-loops',
    says: "gunicorn's master lives, and every worker ends as soon as it starts",
    async start(lab, ports) {
      const { log } = await gunicorn(lab, { bind: ports.app, code: 'import os\nos._exit(1)\n' })
      await until(async () => (await read(log)).split('Booting worker').length > 12, 'gunicorn started ten workers')
      await site(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; proxy_read_timeout 1s;`)
      return { url: url(ports, '/checkout'), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'gunicorn-worker-timeout',
    says: 'gunicorn kills a worker that takes longer than its --timeout',
    start: python('time.sleep(30)', ['--timeout', '2']),
  },
  {
    name: 'gunicorn-killed',
    says: 'a worker of gunicorn is killed on the request',
    start: python('os.kill(os.getpid(), 9)'),
  },
  {
    name: 'gunicorn-segfault',
    says: 'a worker of gunicorn ends by SIGSEGV on the request',
    start: python('os.kill(os.getpid(), 11)'),
  },
  {
    name: 'gunicorn-exhausted',
    says: 'both sync workers of gunicorn are busy, and the next requests wait',
    async start(lab, ports) {
      const code = wsgi('pass').replace("'/checkout'", "'/report'").replace('        pass', '        time.sleep(60)')
      await gunicorn(lab, { bind: ports.app, code, args: ['--timeout', '90'] })
      await site(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; proxy_read_timeout 2s;`)
      await hold(lab, `http://127.0.0.1:${ports.app}/report`, 3)
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-slow',
    says: 'the path takes three seconds, nginx waits one',
    start: python('time.sleep(3)', [], 'proxy_read_timeout 1s;'),
  },
  {
    name: 'gunicorn-socket-left-over',
    says: "gunicorn was killed; its socket's file is left, and nobody listens",
    async start(lab, ports) {
      const bind = lab.path('run/shop.sock')
      await killAll(await gunicorn(lab, { bind, code: wsgi('pass') }))
      await site(lab, ports, `proxy_pass http://unix:${bind}:/;`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-asked-in-uwsgi',
    says: 'nginx speaks uwsgi to gunicorn, which speaks HTTP',
    async start(lab, ports) {
      await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), args: ['--timeout', '3'] })
      await site(lab, ports, `include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-asked-in-https',
    says: 'nginx speaks TLS to gunicorn, which speaks plain HTTP',
    async start(lab, ports) {
      await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), args: ['--timeout', '3'] })
      await site(lab, ports, `proxy_pass https://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
]

async function read(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch(() => '')
}

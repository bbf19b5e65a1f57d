import type { Case } from '../case.ts'
import { passes, url } from '../kit.ts'
import { until } from '../lab.ts'
import { gunicorn, hold, killAll } from '../workers.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, place: ['app'], shape: 'unreachable' } as const
const reset = { ...failing, place: ['app'], shape: 'reset' } as const
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] } as const

/** A WSGI application that does one thing when it is asked for /checkout, and answers everything else. */
const wsgi = (does: string) => `import os, time
def app(environ, start_response):
    if environ['PATH_INFO'] == '/checkout':
        ${does}
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello\\n']
`

/** Each of our requests waits for a worker to be ended, and a full sweep sends many: it gets more time than usual. */
const PATIENT = ['--budget', '5m']

function python(does: string, args: string[] = [], settings = '', more: string[] = []): Case['start'] {
  return async (lab, ports) => {
    await gunicorn(lab, { bind: ports.app, code: wsgi(does), args })
    await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; ${settings}`)
    return { url: url(ports, '/checkout'), args: more }
  }
}

/** gunicorn behind nginx. */
export const GUNICORN_CASES: readonly Case[] = [
  {
    name: 'gunicorn-healthy',
    says: 'gunicorn answers',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: python('pass'),
  },
  {
    name: 'gunicorn-no-app',
    says: 'gunicorn ended on its start: the module has no such app',
    truth: { ...unreachable, cause: 'process-down', cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      const { child } = await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), app: 'app:nope', ends: true })
      await until(() => child.exitCode !== null, 'gunicorn ends')
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-loops',
    says: "gunicorn's master lives, and every worker ends as soon as it starts",
    truth: { ...failing, place: ['app'], shape: 'slow', cause: 'crash-loop', cites: ['in the last minute'] },

    async start(lab, ports) {
      const { log } = await gunicorn(lab, { bind: ports.app, code: 'import os\nos._exit(1)\n' })
      await until(async () => (await read(log)).split('Booting worker').length > 12, 'gunicorn started ten workers')
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; proxy_read_timeout 1s;`)
      return { url: url(ports, '/checkout'), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'gunicorn-worker-timeout',
    says: 'gunicorn kills a worker that takes longer than its --timeout',
    truth: { ...reset, cause: 'worker-timeout', cites: ['WORKER TIMEOUT', 'log/shop-error.log'] },

    start: python('time.sleep(30)', ['--timeout', '2'], '', PATIENT),
  },
  {
    name: 'gunicorn-timeout-in-file',
    says: 'gunicorn kills a worker that takes longer than its configuration file allows; its words say nothing of it',
    truth: { ...reset, cause: 'worker-timeout', cites: ['WORKER TIMEOUT', 'srv/shop/settings.py:3', '1000 ms'] },

    async start(lab, ports) {
      const settings = lab.write('srv/shop/settings.py', 'workers = 2\n# timeout = 90\ntimeout = 1\n')
      await gunicorn(lab, { bind: ports.app, code: wsgi('time.sleep(30)'), args: ['-c', settings] })
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout'), args: PATIENT }
    },
  },
  {
    name: 'gunicorn-timeout-in-variable',
    says: 'gunicorn kills a worker that takes longer than GUNICORN_CMD_ARGS allows; its file says otherwise',
    truth: { ...reset, cause: 'worker-timeout', cites: ['WORKER TIMEOUT', 'GUNICORN_CMD_ARGS', '1000 ms'] },

    async start(lab, ports) {
      lab.write('srv/shop/gunicorn.conf.py', 'timeout = 90\n')
      const env = { GUNICORN_CMD_ARGS: '--timeout=1' }
      await gunicorn(lab, { bind: ports.app, code: wsgi('time.sleep(30)'), env })
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout'), args: PATIENT }
    },
  },
  {
    name: 'gunicorn-killed',
    says: 'a worker of gunicorn is killed on the request',
    truth: { ...reset, cause: 'crashed-mid-response', cites: ['due to signal 9'] },

    start: python('os.kill(os.getpid(), 9)'),
  },
  {
    name: 'gunicorn-segfault',
    says: 'a worker of gunicorn ends by SIGSEGV on the request',
    truth: { ...reset, cause: 'crashed-mid-response', cites: ['due to signal 11'] },

    start: python('os.kill(os.getpid(), 11)'),
  },
  {
    name: 'gunicorn-exhausted',
    says: 'both sync workers of gunicorn are busy, and the next requests wait',
    truth: {
      ...failing,
      place: ['app'],
      shape: 'slow',
      cause: 'workers-exhausted',
      cites: ['all 2 workers'],
    },

    async start(lab, ports) {
      const code = wsgi('pass').replace("'/checkout'", "'/report'").replace('        pass', '        time.sleep(60)')
      await gunicorn(lab, { bind: ports.app, code, args: ['--timeout', '90'] })
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; proxy_read_timeout 2s;`)
      await hold(lab, `http://127.0.0.1:${ports.app}/report`, 3)
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-slow',
    says: 'the path takes three seconds, nginx waits one',
    truth: { ...failing, place: ['app'], shape: 'slow', cause: 'slow-app', cites: ['1000 ms'] },

    start: python('time.sleep(3)', [], 'proxy_read_timeout 1s;'),
  },
  {
    name: 'gunicorn-socket-left-over',
    says: "gunicorn was killed; its socket's file is left, and nobody listens",
    truth: { ...unreachable, cause: 'process-down', cites: ['run/shop.sock'] },

    async start(lab, ports) {
      const bind = lab.path('run/shop.sock')
      await killAll(await gunicorn(lab, { bind, code: wsgi('pass') }))
      await passes(lab, ports, `proxy_pass http://unix:${bind}:/;`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-asked-in-uwsgi',
    says: 'nginx speaks uwsgi to gunicorn, which speaks HTTP',
    truth: { ...mismatch, cites: ['uwsgi', 'plain HTTP'] },

    async start(lab, ports) {
      await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), args: ['--timeout', '3'] })
      await passes(lab, ports, `include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
  {
    name: 'gunicorn-asked-in-https',
    says: 'nginx speaks TLS to gunicorn, which speaks plain HTTP',
    truth: { ...mismatch, cites: ['https', 'plain HTTP'] },

    async start(lab, ports) {
      await gunicorn(lab, { bind: ports.app, code: wsgi('pass'), args: ['--timeout', '3'] })
      await passes(lab, ports, `proxy_pass https://127.0.0.1:${ports.app};`)
      return { url: url(ports, '/checkout') }
    },
  },
]

async function read(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch(() => '')
}

import { describe, expect, it } from 'vitest'
import { inHttp, inServer, readFor } from './config-support.ts'

const PREFIX = '/usr/share/nginx'

describe('error_log: the innermost level that has any', () => {
  const main = '/var/log/nginx/error.log'
  const read = (top: string, http: string, server: string, location: string) => {
    const out = `# configuration file /etc/nginx/nginx.conf:\n${top}\nhttp { ${http} server { listen 80; ${server} location / { ${location} } } }\n`
    const { error_log, error_log_level, error_log_kind } = readFor('http://a.test/', out).value
    return [error_log, error_log_level, error_log_kind]
  }

  it.each([
    ['main', `error_log ${main};`, '', '', '', [main, 'error', '']],
    ['main with a level', `error_log ${main} warn;`, '', '', '', [main, 'warn', '']],
    ['http', `error_log ${main};`, 'error_log /var/log/h.log crit;', '', '', ['/var/log/h.log', 'crit', '']],
    ['server', '', 'error_log /var/log/h.log;', 'error_log /var/log/s.log info;', '', ['/var/log/s.log', 'info', '']],
    [
      'location',
      '',
      '',
      'error_log /var/log/s.log;',
      'error_log /var/log/l.log debug;',
      ['/var/log/l.log', 'debug', ''],
    ],
    [
      'the level is not inherited alone',
      `error_log ${main} debug;`,
      '',
      'error_log /var/log/s.log;',
      '',
      ['/var/log/s.log', 'error', ''],
    ],
    ['nowhere', '', '', '', '', ['', 'error', '']],
    [
      'a file among others',
      '',
      '',
      'error_log stderr; error_log /var/log/s.log notice; error_log syslog:server=127.0.0.1;',
      '',
      ['/var/log/s.log', 'notice', ''],
    ],
    [
      'only syslog hides the outer file',
      `error_log ${main};`,
      '',
      'error_log syslog:server=unix:/dev/log,tag=x warn;',
      '',
      ['', 'warn', 'syslog'],
    ],
    ['relative to the prefix', '', '', 'error_log logs/site.log;', '', [`${PREFIX}/logs/site.log`, 'error', '']],
    ['to nothing', `error_log ${main};`, '', 'error_log /dev/null crit;', '', ['', 'crit', '']],
    ['standard output', '', '', 'error_log /dev/stdout info;', '', ['', 'info', 'stderr']],
    ['a descriptor', '', '', 'error_log /dev/fd/2;', '', ['', 'error', 'stderr']],
    ['memory', '', '', 'error_log memory:1m;', '', ['', 'error', 'memory']],
  ])('%s', (_, top, http, server, location, expected) => {
    expect(read(top, http, server, location)).toEqual(expected)
  })

  it.each(['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'])('level %s', (level) => {
    expect(inServer(`error_log /var/log/e.log ${level};`).error_log_level).toBe(level)
  })

  it('relative and no prefix known: no path is made up', () => {
    expect(inServer('error_log logs/e.log warn;', 'http://a.test/', { unreadable: [], prefix: '' })).toMatchObject({
      error_log: '',
      error_log_kind: '',
      error_log_level: 'warn',
    })
  })

  it('of the location that a request is led to in the end', () => {
    const body =
      'root /srv/a; error_log /var/log/s.log; location / { try_files $uri @app; } location @app { error_log /var/log/app.log; proxy_pass http://127.0.0.1:1; }'
    expect(inServer(body).error_log).toBe('/var/log/app.log')
  })

  it('of no server, when nobody answers: the one of http', () => {
    expect(
      inHttp(
        'error_log /var/log/h.log; server { listen 81; server_name a; } server { listen 82; server_name b; }',
        'http://x.test/',
      ),
    ).toMatchObject({
      server_found: false,
      error_log: '/var/log/h.log',
    })
  })
})

describe('access_log', () => {
  const FORMATS = `log_format main '$remote_addr [$time_local] "$request" $status';
    log_format json escape=json '{"t":"$time_iso8601",' '"s":"$status"}';
    log_format none escape=none '$time_iso8601 $status';
    log_format bare $status;`
  const read = (body: string, url = 'http://a.test/') => {
    const { access_log, access_log_format } = inHttp(`${FORMATS} server { listen 80; ${body} }`, url)
    return [access_log, access_log_format]
  }
  const MAIN = '$remote_addr [$time_local] "$request" $status'

  it.each([
    ['access_log /var/log/a.log main;', '/var/log/a.log', MAIN],
    ['access_log /var/log/a.log json;', '/var/log/a.log', '{"t":"$time_iso8601","s":"$status"}'],
    ['access_log /var/log/a.log none;', '/var/log/a.log', '$time_iso8601 $status'],
    ['access_log /var/log/a.log bare;', '/var/log/a.log', '$status'],
    ['access_log /var/log/a.log main buffer=32k flush=5s;', '/var/log/a.log', MAIN],
    ['access_log /var/log/a.log main gzip;', '/var/log/a.log', MAIN],
    ['access_log /var/log/a.log main if=$loggable;', '/var/log/a.log', MAIN],
    ['access_log /var/log/a.log nosuch;', '/var/log/a.log', ''],
    ['access_log logs/a.log main;', `${PREFIX}/logs/a.log`, MAIN],
    ['access_log /var/log/$host-$scheme.log main;', '/var/log/a.test-http.log', MAIN],
    ['access_log /var/log/$remote_user.log main;', '', ''],
    ['access_log off;', '', ''],
    ['access_log /dev/null;', '', ''],
    ['access_log /dev/stdout main;', '', ''],
    ['access_log syslog:server=127.0.0.1 main;', '', ''],
    ['access_log syslog:server=127.0.0.1 main; access_log /var/log/a.log main;', '/var/log/a.log', MAIN],
    ['access_log /var/log/1.log main; access_log /var/log/2.log json;', '/var/log/1.log', MAIN],
    ['location / { access_log off; } access_log /var/log/a.log main;', '', ''],
    ['location / { access_log /var/log/l.log main; } access_log /var/log/a.log json;', '/var/log/l.log', MAIN],
  ])('%s', (body, path, format) => {
    expect(read(body)).toEqual([path, format])
  })

  it.each([
    'access_log /var/log/a.log;',
    'access_log /var/log/a.log combined;',
    'access_log /var/log/a.log combined buffer=8k;',
  ])('%s is in the format combined', (body) => {
    expect(read(body)).toEqual([
      '/var/log/a.log',
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    ])
  })

  it('of http reaches every server without its own', () => {
    expect(inHttp('access_log /var/log/h.log; server { listen 80; }').access_log).toBe('/var/log/h.log')
    expect(inHttp('access_log /var/log/h.log; server { listen 80; access_log off; }').access_log).toBe('')
  })
})

describe('error_page: what errors become', () => {
  const at = '/etc/nginx/nginx.conf:1'
  it.each([
    ['error_page 502 /50x.html;', [{ code: 502n, uri: '/50x.html', override: -1n, at }]],
    ['error_page 502 =503 /down.html;', [{ code: 502n, uri: '/down.html', override: 503n, at }]],
    ['error_page 502 =200 /ok.json;', [{ code: 502n, uri: '/ok.json', override: 200n, at }]],
    ['error_page 502 = @fallback;', [{ code: 502n, uri: '@fallback', override: 0n, at }]],
    ['error_page 502 @fallback;', [{ code: 502n, uri: '@fallback', override: -1n, at }]],
    ['error_page 502 https://status.test/;', [{ code: 502n, uri: 'https://status.test/', override: -1n, at }]],
    ['error_page 502 =301 https://status.test/;', [{ code: 502n, uri: 'https://status.test/', override: 301n, at }]],
    [
      'error_page 500 502 =200 /x;',
      [
        { code: 500n, uri: '/x', override: 200n, at },
        { code: 502n, uri: '/x', override: 200n, at },
      ],
    ],
    [
      'error_page 404 /404.html; error_page 504 /504.html;',
      [
        { code: 404n, uri: '/404.html', override: -1n, at },
        { code: 504n, uri: '/504.html', override: -1n, at },
      ],
    ],
    ['error_page 502 /e$uri;', [{ code: 502n, uri: '/e$uri', override: -1n, at }]],
    ['', []],
  ])('%s', (body, pages) => {
    expect(inServer(body).error_pages).toEqual(pages)
  })

  it.each([
    ['http', 'error_page 502 /h;', '', '', ['/h']],
    ['server', 'error_page 502 /h;', 'error_page 502 /s;', '', ['/s']],
    ['location', 'error_page 502 /h;', 'error_page 502 /s;', 'error_page 404 /l;', ['/l']],
    [
      'the location’s other code ends those of the server',
      '',
      'error_page 502 /s; error_page 503 /t;',
      'error_page 404 /l;',
      ['/l'],
    ],
  ])('are inherited as a whole: %s', (_, http, server, location, uris) => {
    const value = inHttp(
      `${http} server { listen 80; ${server} location / { ${location} proxy_pass http://127.0.0.1:1; } }`,
    )
    expect(value.error_pages.map(({ uri }) => uri)).toEqual(uris)
  })

  it('stand in a return’s location, too', () => {
    expect(inServer('error_page 503 /m.html; return 503;').error_pages).toMatchObject([{ code: 503n, uri: '/m.html' }])
  })
})

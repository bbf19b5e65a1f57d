import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Person, recorded } from './person.ts'
import { SHIPPED } from './world.ts'

// Somebody with a shell on the gateway in another window, where this tool is not: commands there, their output here.

const SS = 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6))\n'
const NGINX_T = `nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
nginx: configuration file /etc/nginx/nginx.conf test is successful
# configuration file /etc/nginx/nginx.conf:
events {}
error_log /var/log/nginx/error.log;
http {
  include /etc/nginx/sites-enabled/*;
}

# configuration file /etc/nginx/sites-enabled/shop:
server {
  listen 80;
  server_name shop.example.com;
  location / { proxy_pass http://127.0.0.1:3000; }
}
`

describe('a gateway that is looked at by pasting', () => {
  const atConfig = () => new Person().paste(SS).until('nginx/config')

  it('the owner of the port, and then its configuration', () => {
    const person = new Person().paste(SS)
    expect(person.session.facts.get('proxy.program')?.value).toBe('nginx')
    expect(person.session.vantages.proxy).toBeNull()
    expect(person.session.here).toBe('nginx/process')
    expect(person.until('nginx/config').paste(NGINX_T).session.findings.at(-1)).toMatchObject({
      pasted: true,
      proven: false,
    })
    expect(person.session.facts.get('upstream.url')?.value).toBe('http://127.0.0.1:3000/checkout')
    expect(person.session.facts.get('config.error_log')?.value).toBe('/var/log/nginx/error.log')
  })

  it('the log, the listeners and the upstream: likely, with everything from pastes', () => {
    const person = atConfig().paste(NGINX_T)
    person
      .until('locate/response')
      .paste(
        'HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n',
      )
    expect(person.session.here).toBe('nginx/error-log')
    person.paste(recorded('process-down', 'nginx/error-log').replaceAll('127.0.0.1:8080', 'shop.example.com'))
    person.until('app/where').paste('127.0.0.1       STREAM localhost\n').until('app/listening').paste(SS)
    person
      .until('app/direct-nothing')
      .paste(
        '*   Trying 127.0.0.1:3000...\n* connect to 127.0.0.1 port 3000 failed: Connection refused\ncurl: (7) Failed to connect\n',
      )
    person.until('')
    expect(person.short).toBe('process-down likely')
    expect(person.session.findings.filter(({ by }) => by === 'probe').every(({ pasted }) => pasted)).toBe(true)
  })

  it('a text that a look cannot read is blind, and says that it was not understood', () => {
    const person = new Person().paste('Permission denied\n')
    expect(person.session.blindSpots.at(-1)?.says).toContain('what was pasted')
    expect(person.session.here).toBe('locate/response')
  })
})

describe('every look, with nonsense pasted', () => {
  const readFixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
  const nonsense = [
    'it does not work',
    '',
    '\u0000\u0000',
    '{"apps": 7}',
    '<html>502</html>',
    readFixture('machine/df-Pk.txt'),
  ]

  it.each(nonsense)('%j never ends in a verdict', (text) => {
    const person = new Person()
    for (let step = 0; step < 60 && !person.session.reached; step++) {
      if (person.prompt.kind === 'ask') person.leaveOpen()
      else person.paste(text)
    }
    expect(person.conclusion.verdict).toBeNull()
    expect(person.conclusion.outcome).toBe('inconclusive')
    expect(person.session.reached).not.toBeNull()
  })

  it('every blind way of a look leads to something', () => {
    for (const node of Object.values(SHIPPED.library.nodes)) {
      if (node.kind === 'probe') expect(node.blind.go === 'back' || node.blind.go in SHIPPED.library.nodes).toBe(true)
    }
  })
})

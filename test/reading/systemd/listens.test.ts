import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listensOn, parseAddress } from '../../../src/reading/systemd/listens.ts'
import { cpuNow } from '../../cpu.ts'

describe('where a line says that something listens', () => {
  it.each([
    // Written by the real programs.
    ['listening on http://127.0.0.1:3009', 3009],
    ['[2026-11-21 04:21:46 +0000] [3398] [INFO] Listening at: http://127.0.0.1:38112 (3398)', 38112],
    ['INFO:     Uvicorn running on http://127.0.0.1:38115 (Press CTRL+C to quit)', 38115],
    ['* Listening on http://127.0.0.1:38114', 38114],
    [' * Running on http://127.0.0.1:38116', 38116],
    ['2026/11/21 04:21:46 listening on :38111', 38111],
    // As documented, or as people write it.
    ['Server running at http://localhost:3000/', 3000],
    ['Server started on :8080', 8080],
    ['Example app listening on port 3000', 3000],
    ['Example app listening on port 3000!', 3000],
    ['app listening at port: 3000.', 3000],
    ['Listening on 3000', 3000],
    ['Server is listening on 0.0.0.0:3000', 3000],
    ['listening on [::]:3000', 3000],
    ['listening on :::3000', 3000],
    ['Now listening on: http://[::]:5000', 5000],
    ["Tomcat started on port(s): 8080 (http) with context path ''", 8080],
    ["Tomcat started on port 8080 (http) with context path '/'", 8080],
    ['Starting development server at http://127.0.0.1:8000/', 8000],
    ['Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...', 8000],
    ['   - Local:        http://localhost:3000', 3000],
    ['{"level":30,"msg":"Server listening at http://127.0.0.1:3000"}', 3000],
    ['{"level":"info","port":3000,"msg":"server listening"}', 3000],
    ['level=info msg="listening" port=3000', 3000],
    ['server listening on http://localhost', 80],
    ['Listening on https://shop.internal', 443],
  ])('%s', (line, port) => {
    expect(listensOn(line)).toEqual({ port })
  })

  it.each([
    ['[2026-11-21 04:21:54 +0000] [3535] [INFO] Listening at: unix:/tmp/appx/g.sock (3535)', '/tmp/appx/g.sock'],
    ['* Listening on unix:///run/puma.sock', '/run/puma.sock'],
    ['Server listening on /run/shop/shop.sock', '/run/shop/shop.sock'],
  ])('%s', (line, socket) => {
    expect(listensOn(line)).toEqual({ socket })
  })

  it.each([
    'Debugger listening on ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e',
    'Prometheus metrics listening on :9090',
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:3009',
    'no longer listening on :3000',
    'listening for 3 events on the queue',
    'Listening on 3 interfaces',
    'listening on 10.0.0.1',
    'listening on port 99999',
    'listening on port 30000.5',
    'job started on 04:21:46',
    'glistening on 3000',
    'request served in 3000 ms',
    '',
  ])('not: %s', (line) => {
    expect(listensOn(line)).toBeUndefined()
  })

  it('one word as an address', () => {
    expect(
      ['127.0.0.1:3000', ':3000', '[::1]:3000', '*:3000', '+:3000', 'tcp://0.0.0.0:3000'].map(parseAddress),
    ).toEqual(new Array(6).fill({ port: 3000 }))
    expect(parseAddress('unix:/run/x.sock')).toEqual({ socket: '/run/x.sock' })
    for (const word of [
      '3000',
      '12:34:56',
      'http://user:secret@host:3000',
      'postgres://db:5432',
      '/etc/passwd',
      ':0',
      ':65536',
      'a/b:3000',
    ]) {
      expect(parseAddress(word), word).toBeUndefined()
    }
  })

  it('is total and gives ports only', () => {
    const words = fc.constantFrom(
      'listening',
      'on',
      'port',
      ':',
      '3000',
      'http://',
      '[::]',
      '/run/x',
      '"',
      ' ',
      '99999',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((all) => all.join(' ')),
        ),
        (line) => {
          const on = listensOn(line)
          if (on && 'port' in on) expect(on.port >= 1 && on.port <= 65535).toBe(true)
        },
      ),
    )
  })

  it('takes no time over long lines', () => {
    const began = cpuNow()
    for (const part of ['listening on ', 'listening on [[[[', ':::::', '"(<', 'port port '])
      listensOn(part.repeat(200_000))
    expect(cpuNow() - began).toBeLessThan(1000)
  })
})

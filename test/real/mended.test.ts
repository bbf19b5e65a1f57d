import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import type { Ports } from '../lab/case.ts'
import { aloneCase } from '../lab/cases.ts'
import { diagnose } from '../lab/diagnosis.ts'
import { freePort, Lab, until } from '../lab/lab.ts'

// What a verdict tells to do is done, word for word, and the site answers.

let lab: Lab
afterEach(async () => lab.end())

async function broken(name: string): Promise<{ url: string; ports: Ports }> {
  lab = new Lab()
  const ports = { site: await freePort(), app: await freePort(), other: await freePort() }
  const made = await aloneCase(name).start(lab, ports)
  return { url: made.url, ports }
}

const status = (url: string) =>
  new Promise<number>((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).once('error', () => resolve(0))
  })

/** Writes a setting beside proxy_pass, has nginx test it, and loads it. */
async function mend(url: string, setting: string): Promise<void> {
  const conf = lab.path('nginx/nginx.conf')
  writeFileSync(conf, readFileSync(conf, 'utf8').replace(/proxy_pass [^;]+;/, `$& ${setting}`))
  const tested = spawnSync('/usr/sbin/nginx', ['-t', '-c', conf], { encoding: 'utf8' })
  expect(tested.status, tested.stderr).toBe(0)
  process.kill(Number(readFileSync(lab.path('nginx/nginx.pid'), 'utf8')), 'SIGHUP')
  await until(async () => (await status(url)) === 200, `${url} answers 200`)
}

it('a larger buffer holds the head', async () => {
  const { url } = await broken('header-too-big')
  const { told } = await diagnose(url)
  const room = told.facts['head.room_kb']?.value
  await mend(url, `proxy_buffer_size ${room}k; proxy_buffers 4 ${room}k;`)
})

it('the server name is sent', async () => {
  const { url } = await broken('tls-sni')
  const { told } = await diagnose(url)
  await mend(url, String(told.facts['tls.mend']?.value))
})

it.each(['tls-version', 'tls-ciphers'])('%s', async (name) => {
  const { url } = await broken(name)
  const { told } = await diagnose(url)
  const conf = lab.path('nginx/nginx.conf')
  const mended = String(told.facts['tls.mend']?.value)
  const setting = mended.split(' ')[0] ?? ''
  writeFileSync(conf, readFileSync(conf, 'utf8').replace(new RegExp(`${setting} [^;]+;`), ''))
  await mend(url, mended)
})

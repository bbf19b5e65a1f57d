import { copyFileSync, linkSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../../src/words/json.ts'

/** What is answered at the admin port, by path without its query. */
export type Answers = Readonly<Record<string, Json>>

/** How a stand-in answers visitors. */
export interface Page {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** What a stand-in is told. */
export interface Plan {
  /** Where visitors come. */
  port: number
  page: Page
  /** Where it is asked about itself. */
  admin?: { port: number; answers: Answers }
  /** Its access log: a line for each visitor, `{start}` is when it came. Written at once. */
  log?: { path: string; line: string }
  /** Each question at the admin port, one a line. */
  asked: string
}

/** The program: Node's own, under the gateway's name, so that `/proc/PID/exe` bears it. */
export function programNamed(folder: string, name: string): string {
  const path = join(folder, name)
  try {
    linkSync(process.execPath, path)
  } catch {
    copyFileSync(process.execPath, path)
  }
  return path
}

/** The code of a stand-in; its plan is in PLAN. */
export const STAND_IN = `
const { createServer } = require('node:http')
const { appendFileSync, openSync } = require('node:fs')
const plan = JSON.parse(process.env.PLAN)
const fd = plan.log ? openSync(plan.log.path, 'a') : undefined
const site = createServer((request, response) => {
  const start = new Date().toISOString()
  response.sendDate = true
  const length = { 'content-length': Buffer.byteLength(plan.page.body) }
  response.writeHead(plan.page.status, { ...plan.page.headers, ...length }).end(plan.page.body)
  if (plan.log) appendFileSync(fd, plan.log.line.replaceAll('{start}', start).replaceAll('{agent}', request.headers['user-agent'] ?? '-').replaceAll('{host}', request.headers.host ?? '') + '\\n')
})
// Without a header that only Node sends.
site.keepAliveTimeout = 0
site.listen(plan.port, '127.0.0.1')
if (plan.admin) {
  createServer((request, response) => {
    appendFileSync(plan.asked, request.method + ' ' + request.url + '\\n')
    const answer = plan.admin.answers[new URL(request.url, 'http://x').pathname]
    if (request.method !== 'GET' || answer === undefined) return response.writeHead(404).end('404 page not found\\n')
    response.writeHead(200, { 'content-type': 'application/json', 'x-next-page': '1' }).end(JSON.stringify(answer))
  }).listen(plan.admin.port, '127.0.0.1')
}
`

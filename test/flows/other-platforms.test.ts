import { describe, expect, it } from 'vitest'
import {
  cloudRun,
  cloudRunService,
  NOT_LISTENING,
  type OnRailway,
  type OnRender,
  railway,
  railwayDeploy,
  render,
  renderDeploy,
  renderService,
} from '../documented/platforms/others.ts'
import { REFUSALS } from '../documented/platforms/refusals.ts'
import type { Answers } from '../documented/platforms/stand-in.ts'
import { onPlatform, page } from './platforms.ts'

// Railway, Render and Google Cloud Run. What their clients print is general knowledge for the most part: nothing here is certain.

const RAILWAY = {
  url: 'https://web-production-1a2b.up.railway.app/checkout',
  request: page(
    502,
    { Server: 'railway-edge', 'X-Railway-Fallback': 'true' },
    '{"status":"error","code":502,"message":"Application failed to respond"}',
  ),
}
const RENDER = {
  url: 'https://shop.onrender.com/checkout',
  request: page(502, { 'rndr-id': '5f1d3c7c' }, 'Bad Gateway'),
}
const GOOGLE = {
  url: 'https://shop-1a2b3c4d5e-ew.a.run.app/checkout',
  request: page(503, { Server: 'Google Frontend' }, 'Service Unavailable'),
}

const CRASHES = ['Starting Container', "Error: Cannot find module 'express'"]

describe('Railway', () => {
  it.each<[id: string, short: string, known: Partial<OnRailway>]>([
    ['platform/crash-on-start', 'crash-on-start likely', { deploys: [railwayDeploy('CRASHED')], log: CRASHES }],
    ['platform/crash-loop', 'crash-loop likely', { deploys: [railwayDeploy('CRASHED')] }],
    ['platform/stopped', 'process-down likely', { deploys: [railwayDeploy('REMOVED')] }],
    ['platform/stopped', 'process-down likely', { deploys: [railwayDeploy('FAILED')] }],
    ['platform/starting', 'not-ready likely', { deploys: [railwayDeploy('DEPLOYING', '2026-11-21T02:02:00Z')] }],
    ['platform/wrong-interface', 'wrong-interface likely', { log: ['Listening on http://127.0.0.1:8080'] }],
  ])('%s: %s', async (id, short, known) => {
    const seen = await onPlatform('railway', railway(known), RAILWAY)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.at('railway/services')?.says).toBe('web in production is web-production-1a2b.up.railway.app')
    expect(seen.blindSpots).toEqual([])
  })

  it('a deploy that failed while the one before runs explains nothing by itself', async () => {
    const seen = await onPlatform(
      'railway',
      railway({ deploys: [railwayDeploy('FAILED', '2026-11-21T02:00:00Z'), railwayDeploy('SUCCESS')] }),
      RAILWAY,
    )
    expect(seen.verdict).toBeNull()
    expect(seen.fact('onset.change')).toBe('a deploy that failed')
  })

  it('a project whose domains are others: nobody names the service', async () => {
    const seen = await onPlatform('railway', railway({ domain: 'other.up.railway.app' }), RAILWAY)
    expect(seen.at('railway/services')?.says).toBe('no service of the linked project has that name: web')
    expect(seen.verdict).toBeNull()
  })
})

describe('Render', () => {
  it.each<[id: string, short: string, known: Partial<OnRender>]>([
    [
      'platform/stopped',
      'process-down likely',
      { services: [renderService({ suspended: 'suspended', suspenders: ['billing'] })] },
    ],
    ['platform/crash-on-start', 'crash-on-start likely', { deploys: [renderDeploy('crashed')], log: CRASHES }],
    [
      'platform/starting',
      'not-ready likely',
      { deploys: [renderDeploy('update_in_progress', '2026-11-21T02:02:00Z')] },
    ],
    ['platform/app-error', 'app-error likely', {}],
  ])('%s: %s', async (id, short, known) => {
    const seen = await onPlatform('render', render(known), RENDER)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.blindSpots).toEqual([])
  })

  it('says who suspended it', async () => {
    const seen = await onPlatform(
      'render',
      render({ services: [{ service: renderService({ suspended: 'suspended', suspenders: ['billing'] }) }] }),
      RENDER,
    )
    expect(seen.at('render/services')?.says).toBe('shop is suspended (by billing)')
  })
})

describe('Google Cloud Run', () => {
  it.each<[id: string, short: string, answers: Answers]>([
    [
      'platform/oom-killed',
      'oom-killed likely',
      cloudRun(cloudRunService(true), ['Memory limit of 512 MiB exceeded with 527 MiB used.']),
    ],
    [
      'platform/busy',
      'workers-exhausted likely',
      cloudRun(cloudRunService(true), ['The request was aborted because there was no available instance.']),
    ],
    [
      'platform/slow',
      'slow-app likely',
      cloudRun(cloudRunService(true), [
        'The request has been terminated because it has reached the maximum request timeout.',
      ]),
    ],
    [
      'platform/closed',
      'truncated-response likely',
      cloudRun(cloudRunService(true), [
        'The request failed because either the HTTP response was malformed or connection to the instance had an error.',
      ]),
    ],
    [
      'platform/wrong-port',
      'wrong-port likely',
      cloudRun(cloudRunService(false, NOT_LISTENING), ['Listening on port 3000', NOT_LISTENING]),
    ],
    ['platform/not-listening', 'not-ready likely', cloudRun(cloudRunService(false, NOT_LISTENING))],
    ['platform/starting', 'not-ready likely', cloudRun(cloudRunService(false, 'Deploying revision', 'Deploying'))],
    [
      'platform/image-pull',
      'image-pull likely',
      cloudRun(
        cloudRunService(false, "Image 'europe-docker.pkg.dev/shop/web/shop:v43' not found.", 'ContainerMissing'),
      ),
    ],
    ['platform/app-error', 'app-error likely', cloudRun()],
  ])('%s: %s', async (id, short, answers) => {
    const seen = await onPlatform('gcloud', answers, GOOGLE)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.blindSpots).toEqual([])
    expect(JSON.stringify(seen.entries)).not.toContain('hunter2')
  })

  it('shows the account and the project before it asks', async () => {
    const seen = await onPlatform('gcloud', cloudRun(), GOOGLE)
    expect(seen.at('cloud-run/account')?.says).toContain('in project shop-prod'.replace('in ', ''))
    expect(seen.at('cloud-run/services')?.says).toBe('shop in europe-west1 is shop-1a2b3c4d5e-ew.a.run.app')
  })
})

describe('they tell nothing', () => {
  const SITES = { railway: [RAILWAY, railway()], render: [RENDER, render()], gcloud: [GOOGLE, cloudRun()] } as const
  it.each(REFUSALS.filter(([client]) => client in SITES))('%s %o: %s', async (client, says, why) => {
    const [site, answers] = client === 'railway' ? SITES.railway : client === 'render' ? SITES.render : SITES.gcloud
    const seen = await onPlatform(
      client,
      Object.fromEntries(Object.keys(answers).map((question) => [question, says])),
      site,
    )
    expect(seen.verdict?.id ?? '').not.toMatch(/^platform\//)
    expect(seen.session.blindSpots.find(({ node }) => node.endsWith('/account'))?.why).toBe(why)
  })
})

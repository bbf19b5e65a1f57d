import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from './stand-in.ts'

// Traefik's API. Sources: traefik/traefik:docs/content/reference/install-configuration/api-dashboard.md (paths), the shapes that
// pkg/api/testdata/{routers,services}.json show; https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/.

/** One of GET /api/http/routers. */
export const router = (more: JsonObject = {}): JsonObject => ({
  entryPoints: ['web'],
  service: 'shop',
  rule: 'Host(`shop.example.com`)',
  ruleSyntax: 'default',
  priority: 24,
  status: 'enabled',
  using: ['web'],
  name: 'shop@file',
  provider: 'file',
  ...more,
})

/** One of GET /api/http/services: each server stands in `serverStatus` too. */
export const service = (servers: Record<string, 'UP' | 'DOWN'>, more: JsonObject = {}): JsonObject => ({
  loadBalancer: {
    servers: Object.keys(servers).map((url) => ({ url })),
    strategy: 'wrr',
    passHostHeader: true,
    responseForwarding: { flushInterval: '100ms' },
    ...more,
  },
  status: 'enabled',
  usedBy: ['shop@file'],
  serverStatus: servers,
  name: 'shop@file',
  provider: 'file',
  type: 'loadbalancer',
})

/** What the API answers. */
export const api = (routers: JsonObject[], services: JsonObject[], middlewares: JsonObject[] = []): Answers => ({
  '/api/version': { Version: '3.7.0', Codename: 'beaufort', startDate: '2026-11-20T22:00:00Z' },
  '/api/http/routers': [
    router({
      name: 'api@internal',
      provider: 'internal',
      entryPoints: ['traefik'],
      service: 'api@internal',
      rule: 'PathPrefix(`/api`)',
    }),
    ...routers,
  ],
  '/api/http/services': [{ name: 'api@internal', provider: 'internal', status: 'enabled' }, ...services],
  '/api/http/middlewares': middlewares,
})

/** A static configuration: docs/content/reference/install-configuration/boot-environment.md. */
export const traefikYml = (port: number, apiPort: number, more = ''): string => `entryPoints:
  web:
    address: "127.0.0.1:${port}"
  traefik:
    address: "127.0.0.1:${apiPort}"
api:
  insecure: true
${more}`

/** Its pages. Source: traefik/traefik:pkg/proxy/httputil/proxy.go, pkg/server/service/loadbalancer. */
export const PAGES = {
  refused: 'Bad Gateway',
  timeout: 'Gateway Timeout',
  nobody: 'no available server\n',
  noRouter: '404 page not found\n',
}
export const HEADERS = { 'content-type': 'text/plain; charset=utf-8' }

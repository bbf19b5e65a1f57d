import type { BlindReason } from '../../../src/words/vocabulary.ts'
import type { Says } from './stand-in.ts'

// What clients say when they are told nothing. `heroku` 11 was run against a local API for its words; those of the others stand in their
// sources and documentation: superfly/flyctl (internal/command, flaps), railwayapp/cli (errors.rs), render-oss/cli, cloud.google.com/sdk.

/** By client: the words, and what we call it. */
export const REFUSALS: readonly [client: string, says: Says, why: BlindReason][] = [
  ['heroku', { err: ' ›   Error: not logged in\n', exit: 100 }, 'no-credentials'],
  [
    'heroku',
    { err: ' ›   Error: Invalid credentials provided.\n ›\n ›   Error ID: unauthorized\n', exit: 100 },
    'no-credentials',
  ],
  ['heroku', { err: " ›   Error: Couldn't find that app.\n ›\n ›   Error ID: not_found\n", exit: 2 }, 'wrong-account'],
  [
    'heroku',
    { err: ' ›   Error: You do not have access to the app shop.\n ›\n ›   Error ID: forbidden\n', exit: 2 },
    'no-permission',
  ],
  [
    'heroku',
    { err: ' ›   Error: Nonexistent flag: --json\n ›   See more help with --help\n', exit: 2 },
    'missing-tool',
  ],
  ['heroku', { err: ' ›   Error: getaddrinfo ENOTFOUND api.heroku.com\n', exit: 1 }, 'unreachable-host'],
  ['heroku', { err: ' ›   Error: connect ECONNREFUSED 127.0.0.1:9\n', exit: 1 }, 'unreachable-host'],
  [
    'heroku',
    { err: ' ›   Error: Your account reached the API rate limit\n ›\n ›   Error ID: rate_limit\n', exit: 1 },
    'throttled',
  ],
  [
    'fly',
    { err: "Error: No access token available. Please login with 'flyctl auth login'\n", exit: 1 },
    'no-credentials',
  ],
  ['fly', { err: 'Error: app not found\n', exit: 1 }, 'wrong-account'],
  ['fly', { err: 'Error: Could not find App "shop"\n', exit: 1 }, 'wrong-account'],
  ['fly', { err: 'Error: unknown flag: --json\n', exit: 1 }, 'missing-tool'],
  [
    'fly',
    { err: 'Error: Post "https://api.fly.io/graphql": dial tcp: lookup api.fly.io: no such host\n', exit: 1 },
    'unreachable-host',
  ],
  ['fly', { err: 'Error: token expired, please sign in again\n', exit: 1 }, 'expired-credentials'],
  ['railway', { err: 'Unauthorized. Please login with `railway login`\n', exit: 1 }, 'no-credentials'],
  ['railway', { err: 'No linked project found. Run railway link to connect to a project\n', exit: 1 }, 'wrong-account'],
  ['railway', { err: "error: unexpected argument '--json' found\n", exit: 2 }, 'missing-tool'],
  [
    'railway',
    { err: 'error sending request for url (https://backboard.railway.com/graphql/v2)\n', exit: 1 },
    'unreachable-host',
  ],
  ['render', { err: 'Error: run `render login` to authenticate\n', exit: 1 }, 'no-credentials'],
  [
    'gcloud',
    { err: 'ERROR: (gcloud.run.services.list) You do not currently have an active account selected.\n', exit: 1 },
    'no-credentials',
  ],
  [
    'gcloud',
    { err: 'ERROR: (gcloud.run.services.describe) PERMISSION_DENIED: Permission denied on resource\n', exit: 1 },
    'no-permission',
  ],
  ['gcloud', { err: 'ERROR: (gcloud.run.services.describe) Cannot find service [shop]\n', exit: 1 }, 'wrong-account'],
  ['gcloud', { err: "ERROR: (gcloud.run) Invalid choice: 'servces'.\n", exit: 2 }, 'missing-tool'],
  [
    'gcloud',
    {
      err: 'ERROR: (gcloud.auth) There was a problem refreshing your current auth tokens: Reauthentication failed.\n',
      exit: 1,
    },
    'expired-credentials',
  ],
]

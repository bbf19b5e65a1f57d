import type { BoxCase } from '../case.ts'
import { NODE } from '../systemd/shop.ts'
import type { Truth } from '../truth.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  confidence: 'confirmed',
} as const
const down = { ...failing, shape: 'unreachable' } as const
const start = { ...down, cause: 'crash-on-start' } as const

const PORT = 'Environment=PORT=3000'

/** A unit that fails to start in the given way. */
function failsToStart(name: string, says: string, truth: Truth, lines: string, prepare: string[][] = []): BoxCase {
  return {
    name,
    says,
    truth,
    async inBox(shop) {
      for (const argv of prepare) await shop.ok(...argv)
      await shop.service(lines)
      await shop.isNow('failed')
    },
  }
}

/** Units that cannot start, each for one reason. */
export const START_CASES: readonly BoxCase[] = [
  failsToStart(
    'systemd-no-user',
    'the user of the unit does not exist',
    { ...start, cites: ['shopkeeper', '217'] },

    `${PORT}\nUser=shopkeeper\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failsToStart(
    'systemd-no-folder',
    'the working directory of the unit is not there',
    { ...start, cites: ['/srv/shop-v2', '200'] },

    `${PORT}\nWorkingDirectory=/srv/shop-v2\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failsToStart(
    'systemd-not-executable',
    'the program of the unit may not be executed',
    { ...start, cites: ['/srv/shop/start.sh', 'may not be executed'] },

    `${PORT}\nExecStart=/srv/shop/start.sh`,
    [
      [
        'sh',
        '-c',
        'printf "#!/bin/sh\\nexec node /srv/shop/server.js\\n" > /srv/shop/start.sh; chmod 644 /srv/shop/start.sh',
      ],
    ],
  ),
  failsToStart(
    'systemd-no-environment-file',
    'the environment file of the unit is not there',
    { ...start, cites: ['/etc/shop/shop.env'] },

    `${PORT}\nEnvironmentFile=/etc/shop/shop.env\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failsToStart(
    'systemd-syntax-error',
    "the application's source does not parse",
    { ...start, cites: ['does not parse'] },

    `${PORT}\nExecStart=${NODE} /srv/shop/syntax.js`,
  ),
  failsToStart(
    'systemd-own-words',
    'the application says in its own words why it does not start',
    { ...start, cites: ['no catalogue found'] },

    `${PORT}\nExecStart=${NODE} /srv/shop/own-words.js`,
  ),
  failsToStart(
    'systemd-old-path',
    'a deploy moved the program, and the unit names the old path',
    { ...start, cites: ['/srv/shop/releases/41/bin/shop', '203'] },

    `${PORT}\nExecStart=/srv/shop/releases/41/bin/shop --port 3000`,
  ),
  failsToStart(
    'systemd-no-output',
    "the folder of the unit's log is not there",
    { ...start, cites: ['STDOUT'] },

    `${PORT}\nStandardOutput=append:/var/log/shop-v2/out.log\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failsToStart(
    'systemd-log-denied',
    "the unit's user may not write the application's log",
    { ...start, cites: ['www-data', '/var/log/shop/app.log'] },

    `${PORT}\nUser=www-data\nExecStart=${NODE} /srv/shop/logs.js`,
    [['sh', '-c', 'mkdir -p /var/log/shop; touch /var/log/shop/app.log; chmod 700 /var/log/shop']],
  ),
  {
    name: 'systemd-no-restart',
    says: 'an uncaught error ended it once, and nothing restarts it',
    truth: { ...down, cause: 'process-down', cites: ['ended by itself', 'status 1', 'basket'] },

    async inBox(shop) {
      await shop.service(`${PORT}\nRestart=no\nExecStart=${NODE} /srv/shop/throws.js`)
      await shop.listens(3000)
      // An end so soon after the start would be a crash on start.
      await new Promise((resolve) => setTimeout(resolve, 32_000))
      await shop.ask()
      await shop.isNow('failed')
    },
  },
]

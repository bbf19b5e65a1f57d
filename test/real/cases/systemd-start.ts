import { type BoxCase, NODE } from '../systemd-shop.ts'

const PORT = 'Environment=PORT=3000'

/** A unit that fails to start in the given way. */
function failing(name: string, says: string, lines: string, prepare: string[][] = []): BoxCase {
  return {
    name,
    says,
    async start(shop) {
      for (const argv of prepare) await shop.ok(...argv)
      await shop.service(lines)
      await shop.isNow('failed')
    },
  }
}

/** Units that cannot start, each for one reason. */
export const START_CASES: readonly BoxCase[] = [
  failing(
    'systemd-no-user',
    'the user of the unit does not exist',
    `${PORT}\nUser=shopkeeper\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failing(
    'systemd-no-folder',
    'the working directory of the unit is not there',
    `${PORT}\nWorkingDirectory=/srv/shop-v2\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failing(
    'systemd-not-executable',
    'the program of the unit may not be executed',
    `${PORT}\nExecStart=/srv/shop/start.sh`,
    [
      [
        'sh',
        '-c',
        'printf "#!/bin/sh\\nexec node /srv/shop/server.js\\n" > /srv/shop/start.sh; chmod 644 /srv/shop/start.sh',
      ],
    ],
  ),
  failing(
    'systemd-no-environment-file',
    'the environment file of the unit is not there',
    `${PORT}\nEnvironmentFile=/etc/shop/shop.env\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failing(
    'systemd-syntax-error',
    "the application's source does not parse",
    `${PORT}\nExecStart=${NODE} /srv/shop/syntax.js`,
  ),
  failing(
    'systemd-own-words',
    'the application says in its own words why it does not start',
    `${PORT}\nExecStart=${NODE} /srv/shop/own-words.js`,
  ),
  failing(
    'systemd-old-path',
    'a deploy moved the program, and the unit names the old path',
    `${PORT}\nExecStart=/srv/shop/releases/41/bin/shop --port 3000`,
  ),
  failing(
    'systemd-no-output',
    "the folder of the unit's log is not there",
    `${PORT}\nStandardOutput=append:/var/log/shop-v2/out.log\nExecStart=${NODE} /srv/shop/server.js`,
  ),
  failing(
    'systemd-log-denied',
    "the unit's user may not write the application's log",
    `${PORT}\nUser=www-data\nExecStart=${NODE} /srv/shop/logs.js`,
    [['sh', '-c', 'mkdir -p /var/log/shop; touch /var/log/shop/app.log; chmod 700 /var/log/shop']],
  ),
  {
    name: 'systemd-no-restart',
    says: 'an uncaught error ended it once, and nothing restarts it',
    async start(shop) {
      await shop.service(`${PORT}\nRestart=no\nExecStart=${NODE} /srv/shop/throws.js`)
      await shop.listens(3000)
      // An end so soon after the start would be a crash on start.
      await new Promise((resolve) => setTimeout(resolve, 32_000))
      await shop.ask()
      await shop.isNow('failed')
    },
  },
]

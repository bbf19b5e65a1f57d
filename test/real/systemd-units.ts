/** Apps and units with one known fault each. Node is at /usr/local/bin/node inside the container. */
export const FILES: Record<string, string> = {
  '/srv/shop/missing-module.js': "const express = require('express')\nexpress().listen(process.env.PORT)\n",
  '/srv/shop/settings.py': "import os\nDATABASE = os.environ['DATABASE_URL']\n",
  '/srv/shop/server.js': `const http = require('node:http')
const port = Number(process.env.PORT || 3000)
http.createServer((_, answer) => answer.end('ok\\n')).listen(port, '127.0.0.1', () =>
  console.log(\`listening on http://127.0.0.1:\${port}\`),
)
`,
  '/srv/shop/leak.js': `require('/srv/shop/server.js')
const kept = []
setTimeout(() => { for (;;) kept.push(Buffer.alloc(1 << 20, 1)) }, 500)
`,
  '/srv/shop/own-words.js': "console.error('the catalogue has no products')\nprocess.exit(1)\n",
  '/etc/shop/stopped.env': '# the shop\nPORT="3005"\nDATABASE_URL=postgres://shop:s3cret@db/shop\n',
}

const node = (script: string) => `/usr/local/bin/node /srv/shop/${script}.js`
const service = (lines: string, description = 'Shop') =>
  `[Unit]\nDescription=${description}\n[Service]\n${lines}\n[Install]\nWantedBy=multi-user.target\n`

export const UNITS: Record<string, string> = {
  'shop-module.service': service(`Environment=PORT=3001 NODE_ENV=production\nExecStart=${node('missing-module')}`),
  'shop-variable.service': service('ExecStart=/usr/bin/python3 /srv/shop/settings.py --port 3002'),
  'shop-exec.service': service('ExecStart=/opt/shop/bin/server --listen :3003'),
  'shop-user.service': service(`User=shopkeeper\nExecStart=${node('server')}`),
  'shop-loop.service': `[Unit]\nStartLimitIntervalSec=0\n[Service]\nEnvironment="PORT=3004"\nExecStart=${node('missing-module')}\nRestart=always\nRestartSec=1\n`,
  'shop-stopped.service': service(`EnvironmentFile=/etc/shop/stopped.env\nExecStart=${node('server')}`),
  'shop-by-socket.socket': '[Socket]\nListenStream=3006\nListenStream=/run/shop.sock\n',
  'shop-by-socket.service': service(`ExecStart=${node('server')}`),
  'shop@.service': service(`ExecStart=${node('missing-module')}`, 'Shop on %i'),
  'shop-memory.service': service(`Environment=PORT=3008\nExecStart=${node('leak')}\nMemoryMax=150M`),
  'shop-well.service': service(`Environment=PORT=3009\nExecStart=${node('server')}\nLimitNOFILE=4096`),
  'shop-busy.service': service(`Environment=PORT=3009\nExecStart=${node('server')}`),
  // Names no port: only its journal tells where it listened.
  'shop-plain.service': service(`ExecStart=${node('server')}`),
  'shop-own-words.service': service(`ExecStart=${node('own-words')}`),
  // Mention 3001 and are not meant: another's address, a longer number.
  'shop-client.service': service(
    `Environment=API_PROXY=http://127.0.0.1:3001 DB_PORT=3001 PORT=30010\nExecStart=/bin/true --upstream 127.0.0.1:3001`,
  ),
}

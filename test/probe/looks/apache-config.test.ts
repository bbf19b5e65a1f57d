import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { apacheConfigLook } from '../../../src/probe/looks/apache-config.ts'
import { readApacheFiles } from '../../../src/probe/looks/apache-files.ts'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { folder, tools } from './support.ts'

/** Writes files under a folder of the test's own; gives the folder. */
function tree(files: Record<string, string>): string {
  const root = folder('apache-look-')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const VARIABLE = (name: string) => `$${'{'}${name}}`

interface Told {
  environment?: Record<string, string>
  defines?: string[]
  stop?: () => boolean
}

async function read(files: Record<string, string>, { environment = {}, defines = [], stop = () => false }: Told = {}) {
  const root = tree(files)
  const start = { conf: join(root, 'apache2.conf'), root, environment: new Map(Object.entries(environment)), defines }
  const flat = await readApacheFiles(start, new Beneath(''), stop)
  const short = (path: string) => path.replaceAll(`${root}/`, '')
  return {
    ...flat,
    lines: flat.lines.map(({ file, line, text }) => `${short(file)}:${line} ${short(text)}`),
    files: flat.files.map(({ path }) => short(path)),
    problems: flat.problems.map(short),
    unreadable: flat.unreadable.map(short),
  }
}

describe('the files of a configuration', () => {
  it('are read in the order in which Apache reads them, every line with its place', async () => {
    const { lines, files, problems, main } = await read({
      'apache2.conf': 'Listen 80\nInclude mods/*.load\nIncludeOptional sites/*.conf\nTimeout 5\n',
      'mods/b.load': 'LoadModule b_module b.so\n',
      'mods/a.load': 'LoadModule a_module a.so\n',
      'mods/a.conf': 'Nobody reads this\n',
      'sites/shop.conf': '<VirtualHost *:80>\n  # a comment\n  ServerName shop\n</VirtualHost>\n',
    })
    expect(main).toBe('')
    expect(problems).toEqual([])
    expect(files).toEqual(['apache2.conf', 'mods/a.load', 'mods/b.load', 'sites/shop.conf'])
    expect(lines).toEqual([
      'apache2.conf:1 Listen 80',
      'mods/a.load:1 LoadModule a_module a.so',
      'mods/b.load:1 LoadModule b_module b.so',
      'sites/shop.conf:1 <VirtualHost *:80>',
      'sites/shop.conf:3 ServerName shop',
      'sites/shop.conf:4 </VirtualHost>',
      'apache2.conf:4 Timeout 5',
    ])
  })

  it('a folder stands for all that is in it and below, but for what is hidden', async () => {
    const { files } = await read({
      'apache2.conf': 'Include conf.d\n',
      'conf.d/z.conf': 'A 1\n',
      'conf.d/.hidden': 'A 2\n',
      'conf.d/more/a.conf': 'A 3\n',
    })
    expect(files).toEqual(['apache2.conf', 'conf.d/more/a.conf', 'conf.d/z.conf'])
  })

  it('wildcards stand for folders too', async () => {
    const { files } = await read({
      'apache2.conf': 'IncludeOptional sites/*/vhost.conf\n',
      'sites/b/vhost.conf': 'A 1\n',
      'sites/a/vhost.conf': 'A 2\n',
      'sites/c/other.conf': 'A 3\n',
    })
    expect(files).toEqual(['apache2.conf', 'sites/a/vhost.conf', 'sites/b/vhost.conf'])
  })

  it('ServerRoot is where paths begin from then on', async () => {
    const root = tree({ 'apache2.conf': '', 'elsewhere/a.conf': 'A 1\n' })
    writeFileSync(join(root, 'apache2.conf'), `ServerRoot ${root}/elsewhere\nInclude a.conf\n`)
    const start = { conf: join(root, 'apache2.conf'), root, environment: new Map(), defines: [] }
    const flat = await readApacheFiles(start, new Beneath(''), () => false)
    expect(flat.files.map(({ path }) => path)).toEqual([join(root, 'apache2.conf'), join(root, 'elsewhere/a.conf')])
    expect(flat.root).toBe(`${root}/elsewhere`)
  })

  it('variables of the environment and of Define are put in, from where they are known', async () => {
    const { lines } = await read(
      {
        'apache2.conf': `ErrorLog ${VARIABLE('LOG')}/x\nA ${VARIABLE('PORT')}\nDefine PORT 81\nListen ${VARIABLE('PORT')}\n`,
      },
      { environment: { LOG: '/var/log' } },
    )
    expect(lines).toEqual([
      'apache2.conf:1 ErrorLog /var/log/x',
      `apache2.conf:2 A ${VARIABLE('PORT')}`,
      'apache2.conf:3 Define PORT 81',
      'apache2.conf:4 Listen 81',
    ])
  })

  it('sections with a condition count or do not, also one in another', async () => {
    const text = [
      'LoadModule ssl_module mod_ssl.so',
      '<IfModule mod_ssl.c>',
      'Listen 443',
      '<IfDefine NEVER>',
      'Listen 1',
      '<IfModule mod_ssl.c>',
      'Listen 2',
      '</IfModule>',
      '</IfDefine>',
      '<IfDefine SHOP>',
      'Listen 444',
      '</IfDefine>',
      '</IfModule>',
      '<IfModule !mod_ssl.c>',
      'Listen 3',
      '</IfModule>',
      '<IfFile not-there.conf>',
      'Listen 4',
      '</IfFile>',
      '<IfFile apache2.conf>',
      'Listen 445',
      '</IfFile>',
      'Listen 446',
    ].join('\n')
    const { lines, problems } = await read({ 'apache2.conf': text }, { defines: ['SHOP'] })
    expect(problems).toEqual([])
    expect(lines.filter((line) => line.includes('Listen')).map((line) => line.split(' ')[2])).toEqual([
      '443',
      '444',
      '445',
      '446',
    ])
  })
})

describe('what is wrong with the files', () => {
  it.each([
    ['Include missing.conf\n', 'apache2.conf:1 there is no missing.conf'],
    ['Include missing/*.conf\n', 'apache2.conf:1 no file is like missing/*.conf'],
    ['<IfModule core.c>\n', 'apache2.conf a section with a condition is never closed'],
  ])('%j would keep Apache from starting', async (text, problem) => {
    expect((await read({ 'apache2.conf': text })).problems).toEqual([problem])
  })

  it.each(['IncludeOptional missing.conf\n', 'IncludeOptional missing/*.conf\n'])('%j would not', async (text) => {
    expect(await read({ 'apache2.conf': text })).toMatchObject({ problems: [], unreadable: [], limited: false })
  })

  it('a file that is not there', async () => {
    const start = { conf: '/not/there.conf', root: '', environment: new Map(), defines: [] }
    expect((await readApacheFiles(start, new Beneath(''), () => false)).main).toBe('absent')
  })

  it('files that include themselves end somewhere', async () => {
    const { limited } = await read({ 'apache2.conf': 'Include apache2.conf\n' })
    expect(limited).toBe(true)
  })

  it('no time', async () => {
    expect(await read({ 'apache2.conf': 'Listen 80\n' }, { stop: () => true })).toMatchObject({
      limited: true,
      lines: [],
    })
  })
})

/** Something that runs under Apache's name and says on its command line where its configuration is. */
async function running(root: string): Promise<number> {
  const program = join(root, 'apache2')
  copyFileSync('/bin/sh', program)
  const words = ['-c', 'while :; do sleep 1; done', '-f', join(root, 'apache2.conf'), '-D', 'FOREGROUND']
  const child = spawn(program, words, { env: { LOG_DIR: join(root, 'logs') }, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.once('spawn', resolve))
  return child.pid ?? 0
}

describe.skipIf(!existsSync('/proc/self/exe'))('the configuration of a running Apache', () => {
  const files = {
    'apache2.conf': `ServerRoot /srv\nErrorLog ${VARIABLE('LOG_DIR')}/error.log\n<IfDefine FOREGROUND>\nListen 80\n</IfDefine>\nRewriteCond /srv/not-there -f\n`,
  }

  it('is the one of its command line, with the variables of its environment', async () => {
    const root = tree(files)
    const outcome = await apacheConfigLook({ pid: await running(root) }, tools())
    expect(outcome).toMatchObject({
      outcome: 'ok',
      cut: false,
      timedOut: false,
      argv: ['apachectl', '-t', '-D', 'DUMP_CONFIG'],
    })
    expect(outcome.out.replaceAll(root, '/etc/apache2').split('\n')).toEqual([
      '# In file: /etc/apache2/apache2.conf',
      '#  1:',
      'ServerRoot /srv',
      '#  2:',
      'ErrorLog /etc/apache2/logs/error.log',
      '#  4:',
      'Listen 80',
      '#  6:',
      'RewriteCond /srv/not-there -f',
    ])
    expect(outcome.meta).toMatchObject({
      conf: join(root, 'apache2.conf'),
      root: '/srv',
      genuine: 'yes',
      unreadable: [],
      limited: false,
      loaded: '',
      present: { '/srv/not-there': false },
    })
  })

  it('when it was read last stands in its PidFile', async () => {
    const root = tree(files)
    const pid = await running(root)
    writeFileSync(join(root, 'apache2.conf'), `PidFile ${join(root, 'pid')}\n`)
    const at = new Date('2026-11-21T01:02:03.000Z')
    const loaded = async (text: string) => {
      writeFileSync(join(root, 'pid'), text)
      utimesSync(join(root, 'pid'), at, at)
      return (await apacheConfigLook({ pid }, tools())).meta.loaded
    }
    expect(await loaded(`${pid}\n`)).toBe('2026-11-21T01:02:03.000Z')
    expect(await loaded(`${process.pid}\n`)).toBe('2026-11-21T01:02:03.000Z')
    expect(await loaded('1\n')).toBe('')
    expect(await loaded('')).toBe('')
  })

  it('of a process that is gone', async () => {
    expect(await apacheConfigLook({ pid: 4_194_304 }, tools())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
  })

  it('a stranger’s command line is not believed', async () => {
    const root = tree(files)
    const child = spawn('/bin/sh', ['-c', 'while :; do sleep 1; done', '-f', join(root, 'apache2.conf')], {
      stdio: 'ignore',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.once('spawn', resolve))
    const { meta } = await apacheConfigLook({ pid: child.pid ?? 0 }, tools())
    expect(meta.conf).not.toBe(join(root, 'apache2.conf'))
  })
})

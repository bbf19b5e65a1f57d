import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { environmentFor } from '../../src/probe/aws/environment.ts'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { runCommand } from '../../src/probe/run.ts'

const base = { PATH: '/opt/tools/bin:/usr/bin:/bin', HOME: '/home/ann', USER: 'ann' }

describe('the clean room', () => {
  it('speaks plainly: C locale, no pager, no colours', () => {
    expect(
      cleanEnvironment({
        ...base,
        LANG: 'de_DE.UTF-8',
        LC_ALL: 'de_DE.UTF-8',
        LANGUAGE: 'de',
        PAGER: 'less',
        TERM: 'xterm-256color',
        LS_COLORS: 'x',
      }),
    ).toEqual({
      HOME: '/home/ann',
      USER: 'ann',
      PATH: '/opt/tools/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
      LC_ALL: 'C',
      TERM: 'dumb',
      NO_COLOR: '1',
      PAGER: 'cat',
      SYSTEMD_PAGER: '',
      SYSTEMD_COLORS: '0',
      AWS_PAGER: '',
    })
  })

  it.each([
    'http_proxy',
    'https_proxy',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'all_proxy',
    'no_proxy',
    'NO_PROXY',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'LD_AUDIT',
    'NODE_OPTIONS',
    'NODE_PATH',
    'BASH_ENV',
    'ENV',
    'IFS',
    'PS4',
    'PYTHONPATH',
    'PERL5OPT',
    'GIT_SSH_COMMAND',
    'GREP_OPTIONS',
    'CURL_HOME',
    'SSLKEYLOGFILE',
    'MALLOC_CHECK_',
    'GCONV_PATH',
    'LOCPATH',
    'LESSOPEN',
    'POSIXLY_CORRECT',
    'DATABASE_URL',
  ])('is the same with and without %s', (name) => {
    expect(cleanEnvironment({ ...base, [name]: '/tmp/evil' })).toEqual(cleanEnvironment(base))
  })

  it('keeps what real clients need to reach what the person may reach', () => {
    const kept = {
      KUBECONFIG: '/home/ann/k',
      SSH_AUTH_SOCK: '/run/a',
      XDG_RUNTIME_DIR: '/run/user/1000',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/b',
      AWS_PROFILE: 'shop',
      AWS_REGION: 'eu-central-1',
      DOCKER_HOST: 'unix:///run/d.sock',
      DOCKER_CONTEXT: 'default',
      SSL_CERT_FILE: '/etc/ca.pem',
    }
    expect(cleanEnvironment({ ...base, ...kept })).toMatchObject(kept)
  })

  it('keeps of AWS’s variables those that say where and as whom to ask', () => {
    const kept = { AWS_PROFILE: 'shop', AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: 'http://127.0.0.1:1' }
    const env = cleanEnvironment({ ...base, ...kept, AWS_CLI_AUTO_PROMPT: 'on', AWS_DATA_PATH: '/tmp/evil' })
    expect(env).toMatchObject(kept)
    expect(
      Object.keys(env)
        .filter((name) => name.startsWith('AWS_'))
        .sort(),
    ).toEqual(['AWS_PAGER', ...Object.keys(kept)].sort())
  })

  it.each(['aws', '/usr/bin/aws', 'kubectl', 'ask-aws', 'aws-context'])('%s is told of them', (who) => {
    expect(environmentFor(who, { AWS_PROFILE: 'shop', HOME: '/h' })).toEqual({ AWS_PROFILE: 'shop', HOME: '/h' })
  })

  it.each(['curl', 'ss', 'nginx', 'sudo', 'ask-members', 'aws-evil'])('%s is not', (who) => {
    expect(environmentFor(who, { AWS_SECRET_ACCESS_KEY: 'x', AWS_PAGER: '', HOME: '/h' })).toEqual({
      AWS_PAGER: '',
      HOME: '/h',
    })
  })

  it('a command that is no client of AWS starts without them', async () => {
    const env = cleanEnvironment({ ...base, AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI' })
    const { out } = await runCommand(['env'], { timeoutMs: 10_000, signal: new AbortController().signal, env })
    expect(out).toContain('HOME=/home/ann\n')
    expect(out).not.toContain('wJalrXUtnFEMI')
  })

  it('never finds a program through the working folder', () => {
    const paths = ['', '.', ':/usr/bin', '/usr/bin:', './bin:/usr/bin', 'bin:/usr/bin::', '/usr/bin:..'].map(
      (PATH) => cleanEnvironment({ ...base, PATH }).PATH ?? '',
    )
    for (const path of [...paths, cleanEnvironment({}).PATH ?? '']) {
      expect(path.split(':').every((folder) => folder.startsWith('/'))).toBe(true)
      expect(path).toContain('/usr/sbin')
    }
    expect(cleanEnvironment({}).PATH).toContain('/usr/bin')
  })

  it('is what a command really gets, whatever our own environment says', async () => {
    const before = process.env.http_proxy
    process.env.http_proxy = 'http://127.0.0.1:9'
    try {
      const env = cleanEnvironment()
      const { out } = await runCommand(['env'], { timeoutMs: 10_000, signal: new AbortController().signal, env })
      expect(out).not.toMatch(/proxy/i)
      expect(out).toContain('LC_ALL=C\n')
    } finally {
      if (before === undefined) delete process.env.http_proxy
      else process.env.http_proxy = before
    }
  })

  it.skipIf(process.platform !== 'linux')(
    'makes itself the first to be killed and the last to be served, and its children too',
    () => {
      const module = new URL('../../src/probe/clean-room.ts', import.meta.url).href
      const code = `
      import { lowerOwnPriority } from ${JSON.stringify(module)}
      import { execFileSync } from 'node:child_process'
      lowerOwnPriority()
      lowerOwnPriority()
      process.stdout.write(execFileSync('sh', ['-c', 'cat /proc/self/oom_score_adj; nice']))`
      const args = [
        '--experimental-strip-types',
        '--disable-warning=ExperimentalWarning',
        '--input-type=module-typescript',
        '-e',
        code,
      ]
      const [score, nice] = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n').map(Number)
      expect(score).toBe(1000)
      expect(nice).toBeGreaterThanOrEqual(10)
    },
  )
})

import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCommand } from '../../src/flow/argv.ts'
import { judge } from '../../src/flow/effect.ts'
import { loadLibrary } from '../../src/flow/load.ts'

const shipped = fileURLToPath(new URL('../../flows', import.meta.url))
const { commands } = loadLibrary(shipped, { readers: {}, looks: [], recorded: null }).library

function argvOf(command: string): string[] {
  const split = splitCommand(command)
  if (!split.ok) throw new Error(`${command}: ${split.what}`)
  return split.argv
}

const READS = [
  'ss -ltnpH',
  'ss -lxnpH',
  "ss -tn state established '( dport = :3000 )'",
  'lsof -nP -b -w -iTCP -sTCP:LISTEN',
  'lsof -nP -p 4242',
  'netstat -ltnp',
  'systemctl show {app.unit} -p Id,ActiveState --timestamp=unix',
  'systemctl status shop.service --no-pager -n 20',
  'systemctl is-active shop.service',
  'systemctl list-units --all --type=service --no-pager',
  'systemctl list-unit-files --no-legend',
  'systemctl cat shop.service',
  'journalctl -u {app.unit} -o json --since=-{window.seconds}s -n 500 --no-pager',
  'journalctl -k -o json --since=-900s --no-pager',
  'journalctl -n500 -rq _PID=4242',
  'docker ps -a --format "{{json .}}" --no-trunc',
  'docker logs --since 15m --tail 200 shop',
  'docker inspect shop',
  'docker stats --no-stream --format "{{json .}}"',
  'kubectl get pods -n shop -o json --request-timeout=5s',
  'kubectl get endpoints shop -n shop -o json',
  'kubectl describe pod shop-1 -n shop',
  'kubectl logs shop-1 -c app --previous --tail=200',
  'kubectl top pods -n shop',
  'kubectl rollout history deployment/shop -n shop',
  'kubectl rollout status deployment/shop --watch=false',
  'kubectl auth can-i get pods -n shop',
  'kubectl config current-context',
  'aws elbv2 describe-target-health --target-group-arn {aws.arn} --output json --no-cli-pager',
  'aws elbv2 describe-load-balancers --names shop',
  "curl -q -sS -i --noproxy '*' --max-time 10 http://127.0.0.1:3000/",
  'curl -X GET https://shop.example.com/',
  'curl -X HEAD https://shop.example.com/',
  'curl -o /dev/null -s -w %{http_code} https://shop.example.com/',
  'curl --unix-socket /run/shop.sock http://localhost/',
  'curl -H "Host: shop.example.com" --resolve shop.example.com:443:192.0.2.7 https://shop.example.com/',
  'dig +short shop.example.com @127.0.0.53',
  'getent ahosts shop.example.com',
  'dmesg --time-format iso',
  'dmesg -T -l err,warn',
  'dmesg',
  'cat /etc/resolv.conf',
  'ls -la /run/shop',
  'df -k -P',
  'df -i /var',
  'free -k',
  'ps -eo pid,ppid,stat,etimes,args --no-headers',
  'ps aux',
  'uptime -s',
  'who -b',
  'id www-data',
  'uname -a',
  'ip addr show',
  'ip route get 192.0.2.7',
  'openssl s_client -connect 127.0.0.1:443 -servername shop.example.com -brief',
  'openssl x509 -in /etc/ssl/shop.pem -noout -enddate -subject',
  'nginx -v',
  'nginx -V',
  'tail -n 200 /var/log/nginx/error.log',
  'head -c 4096 /var/log/nginx/error.log',
  'dpkg-query -W nginx',
  'rpm -q nginx',
  'rpm -qa --last',
  'timedatectl show --property=NTPSynchronized',
  'coredumpctl list --since=-1h --no-pager',
  'coredumpctl info 4242',
  'supervisorctl status',
  'cat -- -strange-name',
]

const CHANGES = [
  'ss -K dst 192.0.2.7',
  'ss -ltnK',
  'ss -D /tmp/dump',
  'ss --kill',
  'dmesg -C',
  'dmesg -c',
  'dmesg --clear',
  'dmesg --cle',
  'dmesg -D',
  'dmesg -E',
  'dmesg -n 1',
  'dmesg -Tc',
  'curl -X DELETE https://shop.example.com/',
  'curl -XDELETE https://shop.example.com/',
  'curl --request POST https://shop.example.com/',
  'curl -d a=b https://shop.example.com/',
  'curl --data @/etc/passwd https://shop.example.com/',
  'curl -T /etc/passwd https://shop.example.com/',
  'curl -F file=@/etc/passwd https://shop.example.com/',
  'curl -K /tmp/config',
  'curl -o /tmp/file https://shop.example.com/',
  'curl -O https://shop.example.com/file',
  'curl gopher://127.0.0.1:6379/_FLUSHALL',
  'curl ftp.example.com',
  'curl file:///etc/passwd',
  'kubectl exec shop-1 -- ls',
  'kubectl delete pod shop-1',
  'kubectl get --raw /api/v1/namespaces/shop/pods/shop-1/proxy/reset',
  'kubectl get pods --kubeconfig=/tmp/config',
  'kubectl get pods -w',
  'kubectl logs -f shop-1',
  'kubectl rollout restart deployment/shop',
  'kubectl rollout undo deployment/shop',
  'kubectl config use-context prod',
  'kubectl apply -f /tmp/x.yaml',
  'nginx -t',
  'nginx -T',
  'nginx -s reload',
  'nginx -c /tmp/evil.conf',
  'nginx',
  'journalctl --vacuum-size=1M',
  'journalctl --vacuum-time=1s',
  'journalctl --rotate',
  'journalctl --flush',
  'journalctl --relinquish-var',
  'journalctl --cursor-file=/tmp/x',
  'journalctl -u shop.service -f',
  'systemctl restart shop.service',
  'systemctl stop shop.service',
  'systemctl daemon-reload',
  'systemctl reset-failed',
  'systemctl edit shop.service',
  'systemctl show -H other shop.service',
  'systemctl',
  'docker exec shop ls',
  'docker restart shop',
  'docker rm -f shop',
  'docker logs -f shop',
  'docker stats',
  'docker run alpine',
  'docker -H tcp://other:2375 ps',
  "find / -name x -exec rm '{}' +",
  'find /var/log -delete',
  'sh -c id',
  'bash -c id',
  'sudo ss -ltnp',
  'env PATH=/tmp ss -ltnp',
  'timeout 5 ss -ltnp',
  'xargs rm',
  '/tmp/ss -ltnp',
  './ss -ltnp',
  'pm2 list',
  'pm2 jlist',
  'hostname evil',
  'sysctl vm.swappiness=1',
  'date -s tomorrow',
  'rpm -i evil.rpm',
  'rpm -e nginx',
  'dpkg-query --admindir=/tmp -W',
  'ip addr add 192.0.2.1/24 dev lo',
  'ip route flush all',
  'ip link set eth0 down',
  'openssl s_client -connect h:443 -engine /tmp/evil.so',
  'openssl s_client -connect h:443 -keylogfile /tmp/x',
  'openssl x509 -in a -out /tmp/b',
  'coredumpctl dump 4242 --output=/tmp/core',
  'coredumpctl gdb',
  'aws elbv2 delete-load-balancer --load-balancer-arn x',
  'aws elbv2 describe-load-balancers --endpoint-url http://evil',
  'lsof -Db /tmp/x',
  'lsof -r 1',
  'tail -f /var/log/nginx/error.log',
  'cat /dev/watchdog',
  'cat /tmp/../dev/watchdog',
  'cat //dev//sda',
  'cat /proc/kmsg',
  'head -c 1 /sys/kernel/debug/tracing/trace_pipe',
  'supervisorctl restart all',
  '{app.program} -v',
  'rm -rf /',
]

describe('the shipped rules', () => {
  test.each(READS)('reads: %s', (command) => {
    expect(judge(argvOf(command), commands)).toBe('reads')
  })

  test.each(CHANGES)('changes: %s', (command) => {
    expect(judge(argvOf(command), commands)).toBe('changes')
  })

  test('a program that nobody listed changes something, whatever its words', () => {
    const listed = new Set(commands.map((rule) => rule.program))
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (argv) => {
        if (!listed.has(argv[0] ?? '')) expect(judge(argv, commands)).toBe('changes')
      }),
    )
  })

  test('a control character in any word spoils the whole', () => {
    for (const argv of [
      ['cat', '/etc/resolv.conf\n'],
      ['ss', '-l\u0000'],
      ['cat', '\u001b[2J'],
    ]) {
      expect(judge(argv, commands)).toBe('changes')
    }
  })

  test('one word more of an unknown kind turns reading into changing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...READS), fc.stringMatching(/^--[a-z]{3,9}-unheard-of$/), (command, flag) => {
        const argv = argvOf(command)
        if (argv.includes('--') || argv.includes('curl')) return
        expect(judge([...argv, flag], commands)).toBe('changes')
      }),
    )
  })
})

describe('a rule', () => {
  const rule = (more: object) => [{ program: 'tool', words: [], flags: [], operands: false, ...more }]

  test('takes words in order, and a star as any ending', () => {
    expect(judge(['tool', 'get', 'x'], rule({ words: ['get', 'x'] }))).toBe('reads')
    expect(judge(['tool', 'x', 'get'], rule({ words: ['get', 'x'] }))).toBe('changes')
    expect(judge(['tool', 'describe-all'], rule({ words: ['describe-*'] }))).toBe('reads')
    expect(judge(['tool', 'delete-all'], rule({ words: ['describe-*'] }))).toBe('changes')
  })

  test('joins single letters, and hands the last of them its value', () => {
    const rules = rule({ flags: ['-a', '-b', '-n *'] })
    expect(judge(['tool', '-ab'], rules)).toBe('reads')
    expect(judge(['tool', '-abn', '5'], rules)).toBe('reads')
    expect(judge(['tool', '-abn5'], rules)).toBe('reads')
    expect(judge(['tool', '-abn'], rules)).toBe('changes')
    expect(judge(['tool', '-abx'], rules)).toBe('changes')
  })

  test('takes a value by name only where it names one', () => {
    const rules = rule({ flags: ['-X GET'] })
    expect(judge(['tool', '-X', 'GET'], rules)).toBe('reads')
    expect(judge(['tool', '-X', 'get'], rules)).toBe('changes')
    expect(judge(['tool', '-X', 'POST'], rules)).toBe('changes')
  })

  test('lets placeholders stand for operands and values, never for words or programs', () => {
    expect(judge(['tool', '{app.unit}'], rule({ operands: true }))).toBe('reads')
    expect(judge(['tool', '--since=-{window.seconds}s'], rule({ flags: ['--since=*'] }))).toBe('reads')
    expect(judge(['tool', '{app.word}'], rule({ words: ['get'] }))).toBe('changes')
    expect(judge(['tool', 'describe-{app.word}'], rule({ words: ['describe-*'] }))).toBe('changes')
  })
})

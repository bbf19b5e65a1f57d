#!/usr/bin/env bash
# The checklist that most teams have as a script: the commands of the articles that the tree comes from (S1 to S5), each with a
# grep, the first that fits is the answer. It stands beside triage502 in the lab's table as what there is to be better than.
#   diagnose-502.sh URL     prints one line: CAUSE<TAB>WHY
set -u
url=$1
say() { printf '%s\t%s\n' "$1" "${2%%$'\n'*}"; exit 0; }
limit() { timeout 8 "$@" 2>&1; }

# S2-1, S4: what does it answer?
answer=$(curl -sS -o /dev/null -m 15 -w '\n%{http_code}' "$url" 2>&1)
status=${answer##*$'\n'}
why=${answer%$'\n'*}
case "$status" in
  2??|3??|4??) [ -z "$why" ] && say healthy "it answers $status" ;;
esac

# S4: does the gateway run?
gateway=$(ps -eo args= | grep -E '^(nginx: master|haproxy|/usr/sbin/haproxy|.*sbin/apache2|caddy|varnishd|/usr/sbin/varnishd)' | head -1)
if [ -z "$gateway" ]; then say proxy-down "no gateway runs here"; fi
case "$why" in
  *'Could not resolve'*) say dns-failure "$why" ;;
  *certificate*) say cert-invalid "$why" ;;
  *refused*) say proxy-down "$why" ;;
esac

# S1, S5: was something killed for memory?
if limit dmesg | tail -200 | grep -qiE 'out of memory|oom-kill|killed process'; then say oom-killed 'dmesg speaks of memory'; fi

# S1, S4, S5: what do the supervisors say? The application's own log has the reason.
logs=''
for unit in $(limit systemctl list-units --type=service --all --plain --no-legend | awk '$3=="failed" || $4=="auto-restart" {print $1}' | head -3); do
  logs+=$(limit journalctl -u "$unit" -n 100 --no-pager)
  failed=$unit
done
for box in $(limit docker ps -a --filter status=exited --filter status=restarting --format '{{.Names}}' 2>/dev/null | grep -v ' ' | head -3); do
  if [ "$(limit docker inspect -f '{{.State.OOMKilled}}' "$box")" = true ]; then say oom-killed "$box was killed for memory"; fi
  logs+=$(limit docker logs --tail 100 "$box")
  failed=$box
done
if command -v pm2 >/dev/null && pgrep -f 'PM2.*God' >/dev/null; then
  logs+=$(limit pm2 logs --nostream --err --lines 50)
fi
case "$logs" in
  *'EADDRINUSE'*|*'address already in use'*) say port-in-use "${failed:-the application} says that its port is taken" ;;
  *'Cannot find module'*|*'ModuleNotFoundError'*|*'SyntaxError'*|*'is not set'*|*'No such file or directory'*|*'status=203'*) say crash-on-start "${failed:-the application} says why" ;;
  *'heap out of memory'*) say oom-killed "${failed:-the application} ran out of memory" ;;
esac
if [ -n "${failed:-}" ]; then say crash-loop "$failed does not stay up"; fi

# S2-2, S3-2, S4: what does the gateway's error log say last? A team knows where its own is; here its process tells.
conf=$(printf '%s' "$gateway" | grep -oE -- '-[cf] ?[^ ]+' | head -1 | sed 's/^-[cf] *//')
log=$(grep -hoiE '^ *(error_log|ErrorLog) +[^ ;]+' "${conf:-/dev/null}" 2>/dev/null | head -1 | awk '{print $2}' | tr -d '"')
recent=$(tail -n 1 "${log:-/var/log/nginx/error.log}" 2>/dev/null)
recent+=$(limit journalctl -u nginx -u haproxy -u apache2 -u caddy -u varnish -n 20 --no-pager)
rule() { if printf '%s\n' "$recent" | grep -qE -- "$1"; then say "$2" 'the error log'; fi; }
rule 'certificate verify failed|certificate has expired' cert-invalid
rule 'SSL.*handshak|wrong version number|peer closed connection in SSL' tls-handshake
rule 'too big header' header-too-big
rule 'invalid header|no valid HTTP' invalid-header
rule 'limiting requests|limiting connections' rate-limited
rule 'Too many open files' fd-exhausted
rule 'worker_connections are not enough' connections-exhausted
rule 'could not be resolved|host not found|no resolver defined|DNS lookup failure' dns-failure
rule 'No such file or directory' socket-missing
rule 'Permission denied' socket-permission
rule 'no live upstreams' no-healthy-upstream
rule 'timed out.*connecting|No route to host' blocked
rule 'timed out|timeout specified has expired' slow-app
rule 'WORKER TIMEOUT' worker-timeout
rule 'prematurely closed|reset by peer|Error reading from remote server' crashed-mid-response

# S1, S4: the workers of PHP and Python write their own.
workers=$(find /var/log /tmp -xdev -newermt '-1 hour' \( -name '*fpm*.log' -o -name '*gunicorn*.log' \) -size -1M 2>/dev/null | head -3 | xargs -r tail -n 50 2>/dev/null)
case "$workers" in
  *max_children*) say workers-exhausted 'the log of php-fpm' ;;
  *'WORKER TIMEOUT'*) say worker-timeout 'the log of gunicorn' ;;
  *'exited on signal'*) say crashed-mid-response 'the log of php-fpm' ;;
esac

# S1, S4: is anything listening where the gateway sends, and does it answer?
upstream=$(grep -hoE '((proxy|fastcgi|uwsgi)_pass|ProxyPass|reverse_proxy|server) [^;{]*127\.0\.0\.1:[0-9]+' "${conf:-/dev/null}" 2>/dev/null | grep -oE '127\.0\.0\.1:[0-9]+' | head -1)
if [ -n "$upstream" ]; then
  if ! limit ss -ltnH | awk '{print $4}' | grep -q ":${upstream##*:}$"; then
    if limit ss -ltnpH | grep -qE 'node|python|gunicorn|php'; then say wrong-port "nothing listens on $upstream, the application elsewhere"; fi
    say process-down "nothing listens on $upstream"
  fi
  direct=$(curl -s -o /dev/null -m 10 -w '%{http_code}' "http://$upstream/")
  case "$direct" in
    5??) say app-error "asked directly it answers $direct" ;;
    000) say app-hung 'asked directly it does not answer' ;;
  esac
fi
case "$recent" in *refused*) say process-down 'the error log' ;; esac
case "$status" in 504) say slow-app 'it is a 504' ;; 503) say deliberate 'it is a 503, and nothing else is to be seen' ;; esac
say unknown 'no rule fits'

import { t } from '../../words/value.ts'

/** The kernel's words about memory, from journalctl -k or dmesg. */
export const kernelLog = t.record({
  /** The kernel's log could be read and holds at least one entry from the window or before it. */
  complete: t.bool,
  entries: t.int,
  kills: t.list(
    t.record({
      at: t.timestamp,
      pid: t.int,
      program: t.string,
      /** machine | cgroup */
      scope: t.string,
      cgroup: t.string,
      unit: t.string,
      rss_kb: t.int,
    }),
  ),
})

export const memory = t.record({
  complete: t.bool,
  total_kb: t.int,
  available_kb: t.int,
  available_permille: t.int,
  swap_total_kb: t.int,
  swap_free_kb: t.int,
  /** PSI `full avg60` in hundredths of a percent; -1 where the kernel does not say. */
  pressure: t.int,
})

export const disk = t.record({
  complete: t.bool,
  mounts: t.list(
    t.record({
      mount: t.string,
      used_permille: t.int,
      free_kb: t.int,
      inodes_used_permille: t.int,
    }),
  ),
  fullest_mount: t.string,
  fullest_permille: t.int,
})

export const load = t.record({
  complete: t.bool,
  cores: t.int,
  /** Load averages in thousandths. */
  one_minute: t.int,
  five_minutes: t.int,
  per_core_permille: t.int,
})

export const openFiles = t.record({
  complete: t.bool,
  pid: t.int,
  open: t.int,
  limit: t.int,
  used_permille: t.int,
  system_open: t.int,
  system_limit: t.int,
})

export const dns = t.record({
  complete: t.bool,
  resolves: t.bool,
  addresses: t.list(t.string),
  aliases: t.list(t.string),
  /** NOERROR | NXDOMAIN | SERVFAIL | … | '' */
  status: t.string,
})

/** What changed lately, latest first. */
export const changes = t.record({
  complete: t.bool,
  changes: t.list(
    t.record({
      at: t.timestamp,
      /** process-start | unit-start | reload | config | certificate | unit-file | environment | app-file | container | package | boot | clock */
      kind: t.string,
      /** `shop.service started`, `/etc/nginx/sites-enabled/shop changed` */
      what: t.string,
    }),
  ),
  /** The last one before the first error (or before now, when no error time is known). */
  found: t.bool,
  last_at: t.timestamp,
  last_what: t.string,
  last_kind: t.string,
  seconds_before: t.int,
  /** All before the first error in the order of time, the latest six: `/etc/nginx/nginx.conf was changed at 02:02:54Z, 18 s before`. */
  told: t.list(t.string),
  /** How many more there were before those. */
  more: t.int,
  /** The same for a machine, the latest twenty: `2026-11-21T02:02:54.000Z config /etc/nginx/nginx.conf was changed`. */
  history: t.list(t.string),
})

/** What this account can see here. */
export const sight = t.record({
  complete: t.bool,
  root: t.bool,
  user: t.string,
  /** '' = yes, else the blind reason. */
  processes: t.string,
  kernel_log: t.string,
  journal: t.string,
  sockets: t.string,
})

/** Rules of this machine's own firewall that concern what it sends to the upstream. */
export const firewall = t.record({
  complete: t.bool,
  /** A rule drops or rejects it. */
  found: t.bool,
  rule: t.string,
  /** The command that takes the rule away. */
  undo: t.string,
  drops: t.bool,
  /** `icmp-port-unreachable`, `tcp-reset`, …; '' for a drop. */
  reject_with: t.string,
  /** It names the port, depends on nothing else, and nothing before it may let the packet through. */
  exact: t.bool,
  /** OUTPUT or INPUT where that chain drops whatever no rule lets through; '' otherwise. */
  policy: t.string,
  rules: t.int,
})

/** What this machine's own packet filter does with those who come to the gateway. */
export const firewallInbound = t.record({
  complete: t.bool,
  /** A rule drops or rejects what some addresses, or all, send to the gateway's port. */
  found: t.bool,
  rule: t.string,
  /** The command that takes the rule away. */
  undo: t.string,
  drops: t.bool,
  reject_with: t.string,
  /** Whom it stops; '' for everybody. */
  source: t.string,
  /** It is of them the last visitor by the access log that a balancer or CDN stands at, `visited_from`. */
  stops_visitor: t.bool,
  /** How many packets it has met; -1 where that is not told. */
  packets: t.int,
  /** It stands in INPUT, depends on nothing but addresses and ports, and nothing before it may let the packet through. */
  exact: t.bool,
  /** INPUT drops whatever no rule lets through. */
  closed: t.bool,
  rules: t.int,
})

/** What the wire knows of a machine. */
export const neighbour = t.record({
  complete: t.bool,
  known: t.bool,
  device: t.string,
  hardware: t.string,
  /** REACHABLE STALE DELAY PROBE INCOMPLETE FAILED PERMANENT NOARP, '' without an entry */
  state: t.string,
})

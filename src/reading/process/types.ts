import { t } from '../../words/value.ts'

/** Sockets that listen. `covers(address, host)` in an expression says whether one serves an address. */
export const listeners = t.record({
  /** Every listening socket of that network namespace was seen (owners may still be missing). */
  complete: t.bool,
  /** Every owner was seen too. */
  owners: t.bool,
  sockets: t.list(
    t.record({
      /** tcp | unix */
      protocol: t.string,
      address: t.string,
      port: t.int,
      path: t.string,
      /** 0 when the owner cannot be seen. */
      pid: t.int,
      program: t.string,
      /** Connections waiting to be accepted, and how many may wait. */
      waiting: t.int,
      backlog: t.int,
    }),
  ),
})

/** Where the URL points, seen from here. */
export const destination = t.record({
  complete: t.bool,
  resolves: t.bool,
  addresses: t.list(t.string),
  /** One of the addresses is on an interface of this machine's (our) network namespace. */
  local: t.bool,
  /** Something here listens on the URL's port, on an address that covers it. */
  listening: t.bool,
  /** The owner: the master where one process forked the others. 0 when not seen. */
  pid: t.int,
  program: t.string,
  /** The owner runs in our own network, mount and pid namespaces; false also when it cannot be seen. */
  same_net: t.bool,
  same_mnt: t.bool,
  /** Which container or namespace owns it instead, '' when none. */
  elsewhere: t.string,
  /** Clients of platforms that are set up for this account: `kubectl`. */
  clients: t.list(t.string),
  /** The addresses of this machine, without loopback. */
  interfaces: t.list(t.string),
})

/** One process, from /proc. */
export const process = t.record({
  complete: t.bool,
  exists: t.bool,
  pid: t.int,
  parent: t.int,
  program: t.string,
  exe: t.string,
  /** The program file was replaced or deleted after it started (an upgrade). */
  exe_replaced: t.bool,
  /** Masked arguments. */
  command: t.string,
  /** What an interpreter runs: `gunicorn`; '' where none shows. */
  script: t.string,
  /** What its command line says: after so long it ends a request itself, and so long it keeps an idle connection; -1: nothing. */
  limit_ms: t.int,
  keeps_ms: t.int,
  cwd: t.string,
  uid: t.int,
  user: t.string,
  /** R S D T t Z I */
  state: t.string,
  stopped: t.bool,
  started: t.timestamp,
  threads: t.int,
  rss_kb: t.int,
  /** CPU used during the look, per mille of one core. */
  cpu_permille: t.int,
  /** Of the look's time, per mille: its first thread was ready to run and waited for a processor. -1 where the kernel does not say. */
  waiting_permille: t.int,
  fds: t.int,
  fd_limit: t.int,
  /** systemd unit from its cgroup, '' when none; `user_unit` when a user manager runs it. */
  unit: t.string,
  user_unit: t.bool,
  container: t.string,
  same_net: t.bool,
  same_mnt: t.bool,
  /** Youngest child's start: for a master, the time of the last (re)load. */
  youngest_child: t.timestamp,
  children: t.int,
})

/** Where the upstream's address lies, in the proxy's network namespace. */
export const upstreamPlace = t.record({
  complete: t.bool,
  resolves: t.bool,
  addresses: t.list(t.string),
  /** Every address is loopback or on an interface of that namespace. */
  local: t.bool,
})

/** A path as the proxy sees it (its mount namespace and root). */
export const pathInfo = t.record({
  complete: t.bool,
  exists: t.bool,
  /** socket | file | folder | fifo | other | '' */
  kind: t.string,
  mode: t.string,
  owner: t.string,
  group: t.string,
  changed: t.timestamp,
  /** The first folder on the way that is missing or closed, '' when none. */
  stops_at: t.string,
  /** May the given user (uid and groups of the worker) write it, folders on the path included? */
  writable: t.bool,
  worker: t.string,
})

/** Programs that listen in the proxy's network namespace, that no proxy configuration sends to. */
export const candidates = t.record({
  complete: t.bool,
  apps: t.list(
    t.record({
      pid: t.int,
      program: t.string,
      address: t.string,
      port: t.int,
      unit: t.string,
      command: t.string,
      cwd: t.string,
      started: t.timestamp,
      /** What ties it to this site: `folder shop`, `unit shop.service`, `environment names shop.example.com`, … */
      ties: t.list(t.string),
      /** Its answer to the URL's own GET; 0 when it was not asked or did not answer HTTP. */
      status: t.int,
    }),
  ),
  /** Who listens on the upstream's port in other network namespaces. `container`: 12 digits of its id, '' where it is none. */
  elsewhere: t.list(t.record({ pid: t.int, container: t.string, address: t.string })),
})

/** The children of a server, the fullest first. */
export const workers = t.record({
  complete: t.bool,
  workers: t.list(
    t.record({
      pid: t.int,
      /** Files it has open, connections among them; -1 when not seen. */
      open: t.int,
      /** How many it may; -1 when not known. */
      limit: t.int,
    }),
  ),
})

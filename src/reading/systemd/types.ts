import { type Infer, t } from '../../words/value.ts'

/** `systemctl show UNIT`. */
export const unit = t.record({
  complete: t.bool,
  /** LoadState is neither not-found nor empty. */
  found: t.bool,
  unit: t.string,
  load: t.string,
  active: t.string,
  sub: t.string,
  result: t.string,
  /** exited | killed | dumped | '' */
  exit_kind: t.string,
  exit_status: t.int,
  main_pid: t.int,
  restarts: t.int,
  /** enabled | disabled | static | masked | … */
  file_state: t.string,
  restart_policy: t.string,
  started: t.timestamp,
  ended: t.timestamp,
  /** Became active for the last time, left it for the last time. */
  active_since: t.timestamp,
  inactive_since: t.timestamp,
  memory_max_bytes: t.int,
  memory_bytes: t.int,
  fd_limit: t.int,
  file: t.string,
  reload_needed: t.bool,
})
export type Unit = Infer<typeof unit>

/** What a unit file asks for. '' and [] where it says nothing. */
export const unitSettings = t.record({
  complete: t.bool,
  found: t.bool,
  unit: t.string,
  user: t.string,
  group: t.string,
  folder: t.string,
  /** The program of its first command. */
  program: t.string,
  environment_files: t.list(t.string),
  file: t.string,
  /** The file was changed after systemd read it. */
  reload_needed: t.bool,
  /** Units that this one starts when it is asked (a socket's service), and those that start it. */
  starts: t.list(t.string),
  started_by: t.list(t.string),
})

/** The service manager itself. */
export const systemdManager = t.record({
  complete: t.bool,
  /** When it began to start units: the boot. */
  booted: t.timestamp,
})

/** Units that name a port or a socket by an exact token. */
export const unitsByToken = t.record({
  complete: t.bool,
  units: t.list(
    t.record({
      unit: t.string,
      /** Its name without the suffix and the instance: `shop` of `shop@3000.service`. */
      stem: t.string,
      user: t.bool,
      active: t.string,
      sub: t.string,
      result: t.string,
      file_state: t.string,
      main_pid: t.int,
      /** The token, e.g. `PORT=3000`, and where it stands: command | environment | file | listen | instance | journal. */
      token: t.string,
      where: t.string,
    }),
  ),
})
export type UnitsByToken = Infer<typeof unitsByToken>

/** `journalctl -o json`: one unit's journal, or any app log given as text. */
export const journal = t.record({
  /** At least one entry of that journal was seen, and nothing was cut. */
  complete: t.bool,
  entries: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** The latest line that names a cause (a start error, an OOM, a crash). */
  reason_found: t.bool,
  reason_at: t.timestamp,
  reason: t.string,
  reason_signature: t.string,
  reason_cause: t.string,
  /** The latest line in which the app says where it listens. */
  listens_found: t.bool,
  listens_at: t.timestamp,
  listens_port: t.int,
  listens_socket: t.string,
  last_line: t.string,
  /** Latest start, stop and exit that the manager logged. */
  started_at: t.timestamp,
  exited_at: t.timestamp,
  /** How that run ended: `signal SEGV`, `status 1`, '' where the manager does not say. */
  exited_with: t.string,
  /** Somebody told it to end. */
  exited_in_order: t.bool,
  starts: t.int,
})
export type Journal = Infer<typeof journal>

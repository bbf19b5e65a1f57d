/**
 * Journals written out by hand, in the fields that `journalctl -o json` of systemd 252 prints. The
 * words of the manager and its message ids are those of the captures in `test/fixtures/systemd`.
 */

const MANAGER = { _TRANSPORT: 'journal', _COMM: 'systemd', _PID: '1', SYSLOG_IDENTIFIER: 'systemd' }

/** 2026-11-21T04:00:00Z, the start of every journal here. */
export const START = Date.UTC(2026, 10, 21, 4, 0, 0)

/** The moment `seconds` after the start. */
export function moment(seconds: number): Date {
  return new Date(START + seconds * 1000)
}

/** One start of `shop.service`: entries that carry the same invocation id. */
export function life(run: string) {
  const id = run.padEnd(32, '0')
  const entry = (seconds: number, fields: object) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: `${(START + seconds * 1000) * 1000}`, ...fields })
  const manager = (seconds: number, message: string, messageId?: string, more: object = {}) =>
    entry(seconds, {
      ...MANAGER,
      UNIT: 'shop.service',
      INVOCATION_ID: id,
      MESSAGE: message,
      ...(messageId === undefined ? {} : { MESSAGE_ID: messageId }),
      ...more,
    })
  return {
    manager,
    app: (seconds: number, message: string) =>
      entry(seconds, {
        _TRANSPORT: 'stdout',
        _SYSTEMD_UNIT: 'shop.service',
        _SYSTEMD_INVOCATION_ID: id,
        MESSAGE: message,
      }),
    starting: (seconds: number) =>
      manager(seconds, 'Starting shop.service - Shop...', '7d4958e842da4a758f6c1cdc7b36dcc5'),
    started: (seconds: number) => manager(seconds, 'Started shop.service - Shop.', '39f53479d3a045ac8e11786248231fbf'),
    exited: (seconds: number, how = 'code=exited, status=1/FAILURE') =>
      manager(seconds, `shop.service: Main process exited, ${how}`, '98e322203f7a4ed290d09fe03c09fe15'),
    failed: (seconds: number, result = 'exit-code') =>
      manager(seconds, `shop.service: Failed with result '${result}'.`, 'd9b373ed55a64feb8242e02dbe79a49c'),
    stopping: (seconds: number) =>
      manager(seconds, 'Stopping shop.service - Shop...', 'de5b426a63be47a7b6ac3eaac82e2f6f'),
    stopped: (seconds: number) => manager(seconds, 'Stopped shop.service - Shop.', '9d1aaa27d60140bd96365438aad20286'),
    succeeded: (seconds: number) =>
      manager(seconds, 'shop.service: Deactivated successfully.', '7ad2d189f7e94e70a38c781354912448'),
    restart: (seconds: number, count: number) =>
      manager(
        seconds,
        `shop.service: Scheduled restart job, restart counter is at ${count}.`,
        '5eb03494b6584870a536b337290809b3',
      ),
  }
}

import { t } from '../../words/value.ts'

/** What an application's own server is told of the time that a request may take. */
export const appLimit = t.record({
  complete: t.bool,
  /** It is known: its value, and that nothing else sets it otherwise. */
  known: t.bool,
  /** Milliseconds; 0: no limit; -1: not known. */
  limit_ms: t.int,
  /** `/srv/shop/gunicorn.conf.py:3`, `GUNICORN_CMD_ARGS`, `its command line (--timeout)`; '' where it is the default. */
  at: t.string,
  /** `file`, `environment`, `command-line`, `default`; '' where it is not known. */
  from: t.string,
  /** Why it is not known, in words. */
  why: t.string,
})

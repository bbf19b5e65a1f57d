/**
 * Something a person can put right: a mistyped session, a journal that another process holds.
 * The message says what happened; `todo` says what to do next. Ends a command with exit code 2.
 */
export class Mistake extends Error {
  readonly todo: string

  constructor(says: string, todo: string, options?: ErrorOptions) {
    super(says, options)
    this.name = 'Mistake'
    this.todo = todo
  }
}

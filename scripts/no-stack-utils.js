// Stands in for stack-utils in the bundle: Ink prepares it for a page of errors that is never drawn here.
export default class StackUtils {
  static nodeInternals() {
    return []
  }
  parseLine() {
    return undefined
  }
  clean(stack) {
    return stack
  }
}

declare const __VERSION__: string | undefined

/** The program's version; `0.0.0-source` where it runs unbuilt. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'

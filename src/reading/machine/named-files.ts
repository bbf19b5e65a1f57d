const MOST = 50
/** Longer than any path that a system takes. */
const LONGEST = 4096
const WORDS = /[^\s;"'{}=,()<>]+/g
const CERTIFICATE =
  /^(?:\.{0,2}\/)?[\w@+-][\w./@+:-]*\.(?:pem|crt|cer|cert|key|p12|pfx|chain)$|^\/[\w./@+:-]+\.(?:pem|crt|cer|cert|key|p12|pfx|chain)$/

/**
 * The files of certificates, keys and authorities that a configuration names, whichever gateway's it is: words with one of
 * the usual endings. A relative one is sought in `folder`. At most 50, each once.
 */
export function namedCertificates(texts: readonly string[], folder: string): string[] {
  const found = new Set<string>()
  for (const text of texts) {
    for (const line of text.split('\n')) {
      // Most lines of a configuration name none.
      if (line.length > LONGEST || /^\s*#/.test(line) || !/\.(?:pem|c|key|p|chain)/.test(line)) continue
      for (const [word] of line.matchAll(WORDS)) {
        if (word.length > LONGEST || !CERTIFICATE.test(word)) continue
        found.add(word.startsWith('/') ? word : `${folder}/${word.replace(/^\.\//, '')}`)
        if (found.size >= MOST) return [...found]
      }
    }
  }
  return [...found]
}

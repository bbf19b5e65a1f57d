/**
 * People paste what `curl -v` shows: the head stands behind `< `, with curl's own lines around it.
 * Gives the response as `curl -i` would have printed it; other text comes back as it is.
 */
export function unverbose(text: string): string {
  const lines = text.split('\n')
  if (!lines.some((line) => line.startsWith('< HTTP/'))) return text.trimStart()
  const head: string[] = []
  const body: string[] = []
  let inBody = false
  for (const line of lines) {
    const marked = line.startsWith('< ') || line === '<' || line === '<\r'
    if (marked && line.startsWith('< HTTP/')) {
      head.length = 0
      body.length = 0
      inBody = false
    }
    if (marked && !inBody) {
      const shown = line.slice(2).replace(/\r$/, '')
      inBody = shown === ''
      if (!inBody) head.push(shown)
    } else if (inBody && !isCurls(line)) body.push(line)
  }
  return `${head.join('\n')}\n\n${body.join('\n')}`
}

function isCurls(line: string): boolean {
  return /^(?:\* |[{}] \[[0-9]+ bytes data\]|curl: \(|> )/.test(line)
}

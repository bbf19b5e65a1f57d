/** What a running varnishd was started with. Everything in it is data from elsewhere. */
export interface VarnishArguments {
  /** `-f`, in order: the last one is used. */
  files: string[]
  /** `-b host:port`: a VCL of one backend. */
  backend: string
  /** `-p name=value` */
  params: Record<string, string>
}

/** Reads the words of a `varnishd`. */
export function varnishArguments(words: readonly string[]): VarnishArguments {
  const found: VarnishArguments = { files: [], backend: '', params: {} }
  for (let at = 1; at < words.length; at += 1) {
    const flag = /^-([fbp])(.*)$/s.exec(words[at] ?? '')
    if (flag === null) continue
    const value = flag[2] || (words[++at] ?? '')
    if (flag[1] === 'f' && value !== '') found.files.push(value)
    else if (flag[1] === 'b') found.backend = value
    else if (flag[1] === 'p') {
      const [name = '', set = ''] = value.split('=', 2)
      if (/^[a-z_]{1,60}$/.test(name) && set.length <= 100) found.params[name] = set
    }
  }
  return found
}

/** The VCL that `-b` stands for. */
export function vclOfBackend(address: string): string {
  if (address.startsWith('/')) return `vcl 4.1;\nbackend default { .path = "${address}"; }\n`
  const [, host = '', port = '80'] = /^(.*?)(?::(\d{1,5}))?$/.exec(address) ?? []
  return /["\n\\]/.test(host) ? '' : `vcl 4.1;\nbackend default { .host = "${host}"; .port = "${port}"; }\n`
}

/** The name of the VCL that takes requests, from `vcl.list`; '' where none is active. */
export function activeVcl(list: string): string {
  const line = list.split('\n').find((each) => /^active\s/.test(each)) ?? ''
  const name = line
    .trim()
    .split(/\s+/)
    .find(
      (word, at) =>
        at > 0 && !/^(?:auto|warm|cold|busy|cooling|initialising|-|\d+|(?:auto|warm|cold)\/\w+)$/.test(word),
    )
  return name !== undefined && /^[A-Za-z][A-Za-z0-9_-]{0,100}$/.test(name) ? name : ''
}

/** `-n, --lines` is two spellings of one flag; `logs -n` is -n behind a word; `-t *` takes a value. */
export function spellingsOf(key: string): { behind: string; flag: string; takesValue: boolean }[] {
  const [first = '', ...others] = key.split(',').map((spelling) => spelling.trim())
  const dash = /(^| )[-+]/.exec(first)
  const behind = dash === null || dash.index === 0 ? '' : first.slice(0, dash.index)
  const own = behind === '' ? first : first.slice(behind.length + 1)
  return [own, ...others].map((spelling) => {
    const takesValue = spelling.endsWith(' *')
    return { behind, flag: takesValue ? spelling.slice(0, -2) : spelling, takesValue }
  })
}

/** `-n *`, `--lines=*`, `--watch=false`, `-i*`, `-X GET` by the flag alone, as it is explained. */
export function flagName(flag: string): string {
  return flag.replace(/[ =].*$/, '').replace(/\*$/, '')
}

const MOST = 20
const LONGEST = 4096

/**
 * Words of a command line that may be files, as absolute paths: a script, `-c FILE`, `--config=FILE`, and the file in the
 * title of PHP-FPM's master, `php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)`. The program itself is left out.
 */
export function filesNamed(words: readonly string[], cwd: string): string[] {
  const found = new Set<string>()
  const add = (word: string) => {
    if (word === '' || word.length > LONGEST || /[\u0000-\u001f\u007f]|:\/\//.test(word)) return
    if (word.startsWith('/')) found.add(word)
    else if (cwd.startsWith('/') && /^[\w.@+-][\w./@+-]*$/.test(word)) found.add(`${cwd}/${word.replace(/^\.\//, '')}`)
  }
  const titled = /\((\/[^()]+)\)\s*$/.exec((words[0] ?? '').slice(0, LONGEST))?.[1]
  if (titled !== undefined) add(titled)
  for (const word of words.slice(1, 200)) {
    if (!word.startsWith('-')) add(word)
    else if (word.includes('=')) add(word.slice(word.indexOf('=') + 1))
  }
  return [...found].slice(0, MOST)
}

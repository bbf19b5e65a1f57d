/** Powers of 1000, and of 1024 with an `i`: so Caddy's Caddyfile reads sizes (its reference, `transport http`). */
const POWERS = ['', 'k', 'm', 'g', 't']

/** Bytes of a size as a Caddyfile has it: `4096`, `4kb`, `4KiB`, `1.5 MB`. 0 for what is none. */
export function sizeBytes(text: string): number {
  const [, count = '', power = '', binary = ''] = /^(\d{1,12}(?:\.\d{1,6})?) ?([kmgt]?)(i?)b?$/i.exec(text) ?? []
  if (count === '' || (binary !== '' && power === '')) return 0
  return Math.round(Number(count) * (binary === '' ? 1000 : 1024) ** POWERS.indexOf(power.toLowerCase()))
}

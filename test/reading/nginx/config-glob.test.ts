import { describe, expect, it } from 'vitest'
import { byBytes, fitsGlob, isGlob, pathFitsGlob } from '../../../src/reading/nginx/glob.ts'

describe('a name fits a pattern', () => {
  it.each([
    ['shop.conf', '*.conf', true],
    ['shop.conf', '*', true],
    ['shop.conf', 'sh?p.*', true],
    ['shop.conf', '[a-s]hop.conf', true],
    ['shop.conf', '[!a-r]hop.conf', true],
    ['shop.conf', '[^s]hop.conf', false],
    ['shop.conf', '*.con', false],
    ['shop.conf~', '*.conf', false],
    ['.hidden.conf', '*.conf', false],
    ['.hidden.conf', '.*.conf', true],
    ['a*b', 'a\\*b', true],
    ['axb', 'a\\*b', false],
    ['a[b', 'a[b', true],
    ['', '*', true],
    ['', '?', false],
    ['aXbXc', 'a*b*c', true],
    ['aXbX', 'a*b*c', false],
    ['-', '[a-]', true],
  ])('%j %j %s', (name, pattern, fits) => {
    expect(fitsGlob(name, pattern)).toBe(fits)
  })

  it('without trying every split', () => {
    expect(fitsGlob('a'.repeat(255), `${'a*'.repeat(100)}b`)).toBe(false)
  })
})

it('matches paths component by component', () => {
  expect(pathFitsGlob('/etc/nginx/sites-enabled/shop', '/etc/nginx/sites-enabled/*')).toBe(true)
  expect(pathFitsGlob('/etc/nginx/sites-enabled/a/b', '/etc/nginx/sites-enabled/*')).toBe(false)
  expect(pathFitsGlob('/srv/a/nginx.conf', '/srv/*/nginx.conf')).toBe(true)
})

it('knows what is a pattern', () => {
  expect(['a*', 'a?', 'a[bc]', 'a.conf'].map(isGlob)).toEqual([true, true, true, false])
})

it('sorts as glob(3) does in the C locale', () => {
  expect(['b', 'a', 'B', '10', '9', 'é'].sort(byBytes)).toEqual(['10', '9', 'B', 'a', 'b', 'é'])
})

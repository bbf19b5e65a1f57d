import { describe, expect, it } from 'vitest'
import { aclsOf, conditionOf, holds, testsOf } from '../../../src/reading/haproxy/config-acl.ts'
import { wordsOf } from '../../../src/reading/haproxy/parse-config.ts'

const asked = { scheme: 'http', host: 'shop.example.com', port: 8080, path: '/cart/pay.php' }

function answer(condition: string, ...acls: string[]) {
  const lines = acls.map((text) => ({ words: wordsOf(text), at: '', conditional: false }))
  return holds(['use_backend', 'x', ...wordsOf(condition)], aclsOf(lines), asked)
}

describe('a condition about our request', () => {
  it.each([
    ['', true],
    ['if { path /cart/pay.php }', true],
    ['if { path_beg /cart }', true],
    ['if { path_beg /shop /cart }', true],
    ['if { path_end .php }', true],
    ['if { path_end .jsp }', false],
    ['if { path_sub pay }', true],
    ['if { path_dir cart }', true],
    ['if { path_dir car }', false],
    ['if { path -m beg /cart }', true],
    ['if { path -i -m beg /CART }', true],
    ['if { path_reg ^/cart }', undefined],
    ['if { hdr(host) -i SHOP.example.com:8080 }', true],
    ['if { hdr(host) shop.example.com }', false],
    ['if { req.hdr(host),field(1,:) -i shop.example.com }', true],
    ['if { hdr_dom(host) -i example.com:8080 }', true],
    ['if { hdr_beg(host) shop. }', true],
    ['if { hdr(host),map(/etc/hosts.map) shop }', undefined],
    ['if { hdr(cookie) a }', undefined],
    ['if { dst_port 8080 }', true],
    ['if { dst_port 80:90 }', undefined],
    ['if { method POST }', false],
    ['if { ssl_fc }', false],
    ['if { always_true }', true],
    ['if { always_false }', false],
    ['if { src 10.0.0.0/8 }', undefined],
    ['if { path -f /etc/paths.lst }', undefined],
    ['if { path }', undefined],
    ['if { path /cart', undefined],
    ['unless { path_beg /cart }', false],
    ['unless { src 10.0.0.1 }', undefined],
    ['if !{ path_beg /cart }', false],
    ['if { path_beg /cart } { path_end .jsp }', false],
    ['if { src 10.0.0.1 } { path_end .jsp }', false],
    ['if { path_beg /x } or { path_end .php }', true],
    ['if { path_beg /x } || { src 10.0.0.1 }', undefined],
    ['if HTTP METH_GET', true],
    ['if METH_POST', false],
    ['if unheard_of', undefined],
  ])('%s', (condition, expected) => {
    expect(answer(condition)).toBe(expected)
  })

  it('asks named ones: several lines of a name are one "or"', () => {
    const acls = ['acl shop path_beg /x', 'acl shop path_beg /cart', 'acl other path_beg /y']
    expect(answer('if shop', ...acls)).toBe(true)
    expect(answer('if !shop', ...acls)).toBe(false)
    expect(answer('if ! other shop', ...acls)).toBe(true)
    expect(answer('if other', ...acls)).toBe(false)
  })
})

it('has the port in its Host only where it is not the usual one', () => {
  const usual = { ...asked, port: 80 }
  expect(holds(wordsOf('use_backend x if { hdr(host) shop.example.com }'), new Map(), usual)).toBe(true)
  const six = { ...asked, host: '::1' }
  expect(holds(wordsOf('use_backend x if { hdr(host) [::1]:8080 }'), new Map(), six)).toBe(true)
})

it('tells a condition from the words before it, and names all of its tests', () => {
  expect(conditionOf(['http-request', 'deny'])).toBeUndefined()
  expect(conditionOf(['if', 'deny'])).toBeUndefined()
  expect(conditionOf(wordsOf('deny unless a b'))).toEqual({ unless: true, words: ['a', 'b'] })
  const acls = new Map([['many', [['sc_http_req_rate(0)', 'gt', '20']]]])
  expect(testsOf(wordsOf('deny if !many { src 10.0.0.1 }'), acls)).toEqual([
    ['src', '10.0.0.1'],
    ['sc_http_req_rate(0)', 'gt', '20'],
  ])
})

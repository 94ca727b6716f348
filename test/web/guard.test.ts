// Who may ask for what.
import { describe, expect, test } from 'vitest'
import { judgeRequest, type RequestFacts, type Policy } from '../../src/web/http/guard.ts'

const local: Policy = {
  token: 'secret',
  isLoopback: true,
  hosts: new Set(['127.0.0.1', 'localhost']),
  allowedOrigins: new Set(['http://viewer.lab']),
}
const open: Policy = { ...local, isLoopback: false, hosts: new Set(['lab-pc']) }

const asked = (change: Partial<RequestFacts>): RequestFacts => ({
  method: 'GET',
  path: '/api/plants',
  host: '127.0.0.1:8011',
  origin: undefined,
  referer: undefined,
  ...change,
})
const is = (change: Partial<RequestFacts>, policy = local) => judgeRequest(asked(change), policy).is

describe('the token', () => {
  test('reading on this machine needs none, and is the same with it', () => {
    expect(judgeRequest(asked({}), local)).toEqual({
      is: 'served',
      path: '/api/plants',
      hasToken: false,
    })
    expect(judgeRequest(asked({ path: '/t/secret/api/plants' }), local)).toEqual({
      is: 'served',
      path: '/api/plants',
      hasToken: true,
    })
    expect(judgeRequest(asked({ path: '/t/secret' }), local)).toMatchObject({
      path: '/',
      hasToken: true,
    })
  })

  test('writing needs it everywhere', () => {
    expect(is({ method: 'POST' })).toBe('refused')
    expect(is({ method: 'POST', path: '/t/secret/api/runs' })).toBe('served')
    expect(is({ method: 'POST', host: 'lab-pc:8011' }, open)).toBe('refused')
  })

  test('where other machines can ask, reading needs it, too', () => {
    expect(is({ host: 'lab-pc:8011' }, open)).toBe('refused')
    expect(is({ host: 'lab-pc:8011', path: '/t/secret/' }, open)).toBe('served')
    expect(is({ host: '192.168.0.7:8011', path: '/t/secret/' }, open)).toBe('served')
  })

  test.each(['/t/wrong/api/plants', '/t//api/plants', '/t/secret2/', '/t/secre/'])(
    'a wrong one is refused: %s',
    (path) => {
      expect(is({ path })).toBe('refused')
      expect(is({ path, host: 'lab-pc' }, open)).toBe('refused')
    },
  )
})

describe('the host', () => {
  test.each([
    'evil.com',
    'evil.com:8011',
    '127.0.0.1.evil.com',
    undefined,
    '',
    'localhost@evil',
    '10.0.0.1',
  ])('a name that is not ours is refused: %s', (host) => {
    expect(is({ host })).toBe('refused')
  })

  test('a name that leads here by another name server is refused where others can ask', () => {
    expect(is({ host: 'evil.com', path: '/t/secret/' }, open)).toBe('refused')
  })
})

describe('the origin', () => {
  test('a page of this server reads and writes', () => {
    const origin = 'http://127.0.0.1:8011'
    expect(is({ origin })).toBe('served')
    expect(is({ origin, method: 'POST', path: '/t/secret/api/runs' })).toBe('served')
  })

  test.each(['http://evil.com', 'null', 'https://127.0.0.1:8011', 'http://127.0.0.1:9000'])(
    'a page of another site neither reads nor writes: %s',
    (origin) => {
      expect(is({ origin })).toBe('refused')
      expect(is({ origin, method: 'POST', path: '/t/secret/api/runs' })).toBe('refused')
    },
  )

  test('an allowed site reads, and does not write', () => {
    const origin = 'http://viewer.lab'
    expect(judgeRequest(asked({ origin }), local)).toMatchObject({ is: 'served', origin })
    expect(judgeRequest(asked({ referer: `${origin}/viewer/a` }), local)).toMatchObject({ origin })
    expect(is({ origin, method: 'POST', path: '/t/secret/api/runs' })).toBe('refused')
  })
})

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is not taken', (method) => {
  expect(judgeRequest(asked({ method, path: '/t/secret/' }), local)).toMatchObject({ status: 405 })
})

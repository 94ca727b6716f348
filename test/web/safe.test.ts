// What a stranger, another site or a hostile database cannot do.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Serving } from '../support/serving.ts'

const hostile = '<img src=x onerror=alert(1)>'

let site: Serving
beforeAll(async () => {
  site = await Serving.make()
  await writeFile(join(site.folder, 'secret.txt'), 'secret')
  await site.write(async (db) => {
    const scan = await db.createScan('plant', { species: hostile })
    const notes = await scan.createFileset('notes')
    const put = async (id: string, extension: string, text: string) =>
      (await notes.createFile(id)).write(Buffer.from(text), extension)
    await put('page', 'html', `<script>alert(1)</script>`)
    await put('drawing', 'svg', `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)
    await put('long', 'txt', 'words '.repeat(2000))
  })
  const { path } = site.db
  await mkdir(join(path, 'plant', '.romi'), { recursive: true })
  await writeFile(join(path, 'plant', '.romi', 'own.json'), '{}')
  await symlink(join(site.folder, 'secret.txt'), join(path, 'plant', 'notes', 'link.txt'))
  await symlink(site.folder, join(path, 'plant', 'out'))
  await symlink(site.folder, join(path, 'elsewhere'))
  await mkdir(join(site.folder, 'page'))
  await writeFile(join(site.folder, 'page', 'index.html'), '<!doctype html><title>page</title>')
  await site.start({ page: join(site.folder, 'page') })
})
afterAll(() => site[Symbol.asyncDispose]())

describe('the token', () => {
  test('the token is in the address that is printed, new at each start, and nowhere in what is served', async () => {
    const [, token] = /\/t\/([\w-]{22})\/$/.exec(site.address)!
    const texts = await Promise.all(
      ['', 'api/session', 'api/plants', 'scans'].map((p) => site.get(p)),
    )
    for (const { text, headers } of texts)
      expect(text + JSON.stringify(headers)).not.toContain(token)
  })

  test('a change without it is refused, whatever else is right', async () => {
    const origin = `http://127.0.0.1:${site.port}`
    const { status } = await site.post(`${site.base}api/preview`, {}, { Origin: origin })
    expect(status).toBe(403)
  })
})

describe('other sites', () => {
  test.each(['api/plants', 'scans', 'files/plant/notes/long.txt', ''])(
    'other sites cannot read %s, nor by a name that leads here',
    async (path) => {
      expect((await site.get(path, { Origin: 'http://evil.com' })).status).toBe(403)
      expect((await site.get(path, { Host: 'evil.com' })).status).toBe(421)
      const { headers } = await site.get(path)
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    },
  )

  test('other sites cannot change anything, even with the token', async () => {
    const { status } = await site.post('api/runs', {}, { Origin: 'http://evil.com' })
    expect(status).toBe(403)
  })
})

describe('paths', () => {
  test.each([
    'files/../secret.txt',
    'files/plant/../../secret.txt',
    'files/%2e%2e/secret.txt',
    'files/plant/%2e%2e%2f%2e%2e%2fsecret.txt',
    'files/plant/..%5c..%5csecret.txt',
    'files/plant/notes/link.txt',
    'files/plant/out/secret.txt',
    'files/elsewhere/secret.txt',
    'files/plant/.romi/own.json',
    'files/.romi/own.json',
    'files/plant/notes',
    'files/plant/notes/%00',
    'files//etc/passwd',
    '../package.json',
    '%2e%2e/secret.txt',
    'image/plant/out/secret.txt',
    'archive/elsewhere',
    'api/plants/elsewhere',
    'api/plants/%2e%2e',
    'api/plants/plant/organs?fileset=../out',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await site.get(path)
    expect([400, 403, 404]).toContain(status)
    expect(text).not.toBe('secret')
  })

  test('an archive holds nothing that a link leads to', async () => {
    const { bytes } = await site.get('archive/plant')
    expect(bytes.includes(Buffer.from('secret'))).toBe(false)
  })
})

describe('what comes from a database', () => {
  test('what comes from a database is never run: no HTML, no script in a picture, nothing guessed', async () => {
    const page = await site.get('files/plant/notes/page.html')
    expect(page.headers['content-type']).toBe('application/octet-stream')
    const drawing = await site.get('files/plant/notes/drawing.svg')
    expect(drawing.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/)
    for (const { headers } of [page, drawing])
      expect(headers['x-content-type-options']).toBe('nosniff')
  })

  test('what comes from a database is JSON, and so is every error that repeats a name', async () => {
    const list = await site.get('api/plants')
    expect(list.headers['content-type']).toMatch(/^application\/json/)
    expect(list.json.plants[0].metadata.species).toBe(hostile)
    const missing = await site.get(`api/plants/${encodeURIComponent(hostile)}`)
    expect(missing.headers['content-type']).toMatch(/^application\/json/)
  })

  test('the page itself runs nothing but its own files, and stands in no frame', async () => {
    const policy = String((await site.get('')).headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })
})

test('what is too large is not even read', async () => {
  const { status } = await site.post('api/preview', { text: 'x'.repeat(2 << 20) })
  expect(status).toBe(413)
})

test.each(['PUT', 'DELETE'])('%s is refused', async (method) => {
  const answer = await fetch(`${site.address}api/plants`, { method })
  expect(answer.status).toBe(405)
})

test('text is packed for who takes it, and not sent again to who has it', async () => {
  const path = 'files/plant/notes/long.txt'
  const packed = await site.get(path, { 'Accept-Encoding': 'gzip' })
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(packed.bytes).toString()).toBe('words '.repeat(2000))
  const etag = String(packed.headers.etag)
  expect((await site.get(path, { 'If-None-Match': etag })).status).toBe(304)
  const list = await site.get('scans')
  const again = await site.get('scans', { 'If-None-Match': String(list.headers.etag) })
  expect(again.status).toBe(304)
})

test('where other machines can ask, every request carries the token', async () => {
  await using open = await Serving.make()
  await open.start({ host: '0.0.0.0' })
  const base = `http://127.0.0.1:${open.port}/`
  expect((await open.get(`${base}api/plants`)).status).toBe(403)
  expect((await open.get(`${base}scans`)).status).toBe(403)
  const [, token] = /(\/t\/[\w-]+\/)$/.exec(open.address)!
  expect((await open.get(`${base.slice(0, -1)}${token}scans`)).status).toBe(200)
})

// Editing on the page: corrections, photographs left out, runs; and nothing of it without --edit.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { imageCodec } from '../../src/io/index.ts'
import { programFromSources as program, Serving } from '../support/serving.ts'

let site: Serving
beforeEach(async () => {
  site = await Serving.make()
  await site.write(async (db) => {
    const images = await (await db.createScan('plant', { unit: 'mm' })).createFileset('images')
    for (const id of ['a', 'b', 'c']) {
      const data = Uint8Array.from(
        { length: 8 * 8 * 3 },
        (_, i) => (i * 37 + id.charCodeAt(0)) % 256,
      )
      const bytes = await imageCodec('png').encode({
        width: 8,
        height: 8,
        channels: 3,
        depth: 8,
        data,
      })
      await (await images.createFile(id)).write(bytes, 'png')
    }
  })
  await writeFile(
    join(site.db.path, 'pipeline.toml'),
    '[Masks]\nupstream_task = "ImagesFilesetExists"\nthreshold = 0.3\n',
  )
})
afterEach(() => site[Symbol.asyncDispose]())

const path = 'api/plants/plant/corrections'
const removed = { do: 'remove', at: [1, 2, 3], tip: [4, 5, 6], why: 'a thread', by: 'Ada' }

describe('corrections', () => {
  test('corrections are kept as data that an editor can read, and taken back', async () => {
    await site.start({ mayEdit: true })
    const { status, json } = await site.post(path, { add: [removed] })
    expect(status).toBe(200)
    const [entry] = json.corrections
    expect(entry).toMatchObject(removed)
    expect(entry.id).toMatch(/^c-/)
    const file = join(site.db.path, 'plant', 'corrections', 'organs.json')
    const stored = JSON.parse(await readFile(file, 'utf8')) as unknown
    expect(stored).toEqual({ version: 1, unit: 'mm', corrections: [entry] })
    const back = await site.post(path, { takeBack: [entry.id] })
    expect(back.json.corrections).toEqual([])
  })

  test('a list with a mistake of an editor is told with its place and what is wrong', async () => {
    await site.start({ mayEdit: true })
    await site.post(path, { add: [removed] })
    const file = join(site.db.path, 'plant', 'corrections', 'organs.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"remove"', '"delete"'))
    const { corrections } = (await site.get('api/plants/plant')).json
    expect(corrections).toMatchObject({ corrections: [], outcomes: {} })
    expect(corrections.problem).toContain('organs.json')
    expect(corrections.problem).toContain('delete')
  })

  test.each([
    ['one without a place', { add: [{ do: 'remove' }] }],
    ['one that adds without a tip', { add: [{ do: 'add', at: [1, 2, 3] }] }],
    ['a place of text', { add: [{ ...removed, at: ['1', 2, 3] }] }],
    ['an unknown kind', { add: [{ ...removed, do: 'kind', kind: 'root' }] }],
    ['one that is not there', { takeBack: ['c-none'] }],
    ['a key of no meaning', { add: [], path: '../x' }],
    ['a list', []],
  ])('%s is refused, and nothing is written', async (_, body) => {
    await site.start({ mayEdit: true })
    expect((await site.post(path, body)).status).toBe(400)
    expect(await (await site.db.getScan('plant')).hasFileset('corrections')).toBe(false)
  })

  test('while another writer holds the scan, the answer says who; the same request works after', async () => {
    await site.start({ mayEdit: true })
    const other = await FSDB.open(site.db.path)
    await other.connect({ share: true, info: { command: 'run geom.toml' } })
    await other.takeScan('plant')
    const refused = await site.post(path, { add: [removed] })
    expect(refused.status).toBe(409)
    expect(refused.json.error).toMatchObject({ code: 'store/locked' })
    expect(refused.json.error.message).toMatch(/^the scan plant is held by .*run geom\.toml/)
    await other.disconnect()
    expect((await site.post(path, { add: [removed] })).status).toBe(200)
  })
})

test('a photograph is left out, with why, and taken in again', async () => {
  await site.start({ mayEdit: true })
  const out = await site.post('api/plants/plant/photographs/b/exclude', {
    why: 'blurred',
    by: 'Ada',
  })
  expect(out.status).toBe(200)
  const of = (id: string, { json }: typeof out) =>
    json.photographs.find((photograph: { id: string }) => photograph.id === id)
  expect(of('b', out).excluded).toMatchObject({ why: 'blurred', by: 'Ada' })
  expect(of('a', out)).not.toHaveProperty('excluded')
  const back = await site.post('api/plants/plant/photographs/b/include', {})
  expect(of('b', back)).not.toHaveProperty('excluded')
  expect((await site.post('api/plants/plant/photographs/z/exclude', {})).status).toBe(404)
})

describe('a run', () => {
  test('works in a process of its own, tells how it goes, and what it made is shown', async () => {
    await site.start({ mayEdit: true, program })
    const list = await site.get('api/plants?only=plant')
    expect(list.json.plants[0].steps).toEqual({ Masks: 'missing' })
    const started = await site.post('api/runs', { scans: ['plant'], set: ['Masks.threshold=0.5'] })
    expect(started.json).toEqual({ run: expect.stringMatching(/^\d{8}T/) as string })
    const ended = await until(async () => {
      const { runs } = (await site.get('api/runs')).json
      return runs[0]?.is === 'ended' ? runs[0] : undefined
    })
    expect(ended).toMatchObject({
      id: started.json.run,
      code: 0,
      scans: ['plant'],
    })
    expect(ended.steps.at(-1)).toMatchObject({ scan: 'plant', step: 'Masks', is: 'finished' })
    const plant = (await site.get('api/plants/plant')).json
    const masks = plant.filesets.find(({ task }: { task?: string }) => task === 'Masks')
    expect(masks.params.threshold).toBe(0.5)
    expect(masks.isCurrent).toBe(false)
    const of = plant.photographs[0].made[0]
    expect((await site.get(of.image)).headers['content-type']).toBe('image/png')
    const pipeline = (await site.get('api/pipeline?scan=plant')).json
    const step = pipeline.steps.find(({ name }: { name: string }) => name === 'Masks')
    expect(step).toMatchObject({ state: 'stale', canPreview: true })
    expect(step.reason).toContain('threshold 0.5 → 0.3')
  })

  test('that cannot begin says why, and no flag hides in a value', async () => {
    await site.start({ mayEdit: true, program })
    const wrong = await site.post('api/runs', { scans: ['plant'], set: ['Masks.treshold=1'] })
    expect(wrong.status).toBe(400)
    expect(wrong.json.error.message).toContain('treshold')
    expect((await site.post('api/runs', { scans: ['--help'] })).status).toBe(400)
  })
})

test('without --edit nothing can be changed or started, and nothing is written', async () => {
  await site.start({ program })
  for (const [to, body] of [
    [path, { add: [removed] }],
    ['api/plants/plant/photographs/a/exclude', {}],
    ['api/runs', { scans: [] }],
    ['api/runs/stop', { run: 'x' }],
  ] as const) {
    const { status, json } = await site.post(to, body)
    expect([status, json.error.code]).toEqual([403, 'web/read-only'])
  }
  await site.get('api/plants?only=plant')
  await site.get('api/plants/plant')
  expect((await site.get('api/session')).json.mayEdit).toBe(false)
  const scan = await site.db.getScan('plant')
  expect(await scan.filesetIds()).toEqual(['images'])
  expect(site.db.runs.ids()).toEqual([])
})

test('a form of another page is no change', async () => {
  await site.start({ mayEdit: true })
  const { status } = await site.post(path, { add: [removed] }, { 'Content-Type': 'text/plain' })
  expect(status).toBe(400)
})

/** Asks until there is an answer. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a preview', () => {
  test('a preview is what a run with these parameters makes, and leaves nothing behind', async () => {
    await site.start({ mayEdit: true, program })
    const asked = { scan: 'plant', step: 'Masks', file: 'b', params: { threshold: 0.45 } }
    const { status, json } = await site.post('api/preview', asked)
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toMatchObject({
      lines: '[Masks]\nthreshold = 0.45',
      set: ['Masks.threshold=0.45'],
      plan: [{ step: 'Masks', decision: 'run' }],
    })
    const { bytes } = await site.get(json.image)
    const scan = await site.db.getScan('plant')
    expect(await scan.filesetIds()).toEqual(['images'])
    expect(await scan.drafts()).toEqual([])
    await site.post('api/runs', { scans: ['plant'], set: json.set })
    await until(async () => {
      const { runs } = (await site.get('api/runs')).json
      return runs[0]?.is === 'ended' ? true : undefined
    })
    const made = (await scan.filesetIds()).find((id) => id.startsWith('Masks'))!
    const file = await (await scan.getFileset(made)).getFile('b')
    expect(bytes.equals(Buffer.from(await file.read()))).toBe(true)
  })

  test.each([
    ['a value out of range', { threshold: 'high' }, 'b', 400],
    ['a file that is not there', {}, 'z', 404],
    ['a name that is no parameter', { 'a b': 1 }, 'b', 400],
  ])('a preview of %s is refused', async (_, params, file, status) => {
    await site.start()
    const answer = await site.post('api/preview', { scan: 'plant', step: 'Masks', file, params })
    expect(answer.status).toBe(status)
  })
})

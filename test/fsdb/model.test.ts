// The store against a model in memory: any sequence of calls leaves what the model says.
import fc from 'fast-check'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { formatJson, jsonEqual, parseJson } from '../../src/base/json.ts'
import type { JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { ScanIndex, type IndexChange } from '../../src/fsdb/scan-index.ts'
import { contents, leftovers, signedBytes } from '../support/whole.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('model')
afterAll(() => rmSync(work, { recursive: true }))

const id = fc.constantFrom('a', 'b', 'c')
const call = fc.oneof(
  fc.record({ do: fc.constant('create' as const), fileset: id }),
  fc.record({ do: fc.constant('publish' as const), fileset: id, file: id, replace: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), fileset: id }),
  fc.record({ do: fc.constant('retire' as const), fileset: id }),
  fc.record({
    do: fc.constant('write' as const),
    fileset: id,
    file: id,
    extension: fc.constantFrom('txt', 'bin'),
  }),
  fc.record({ do: fc.constant('remove' as const), fileset: id, file: id }),
  fc.record({ do: fc.constant('order' as const), fileset: id }),
  fc.record({ do: fc.constant('reconnect' as const) }),
)
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never
type Model = Map<string, Map<string, string>>

/** @returns whether the call is allowed; if so the model has it */
function applyToModel(model: Model, one: Call): boolean {
  if (one.do === 'reconnect') return true
  const files = model.get(one.fileset)
  switch (one.do) {
    case 'create':
      if (files) return false
      model.set(one.fileset, new Map())
      return true
    case 'publish':
      if (files && !one.replace) return false
      model.delete(one.fileset)
      model.set(one.fileset, new Map([[one.file, `${one.file}.txt`]]))
      return true
    case 'delete':
    case 'retire':
      return model.delete(one.fileset)
    case 'write':
      files?.set(one.file, `${one.file}.${one.extension}`)
      return files !== undefined
    case 'remove':
      return files?.delete(one.file) ?? false
    case 'order':
      if (files) {
        model.delete(one.fileset)
        model.set(one.fileset, files)
      }
      return files !== undefined
  }
}

async function applyToStore(db: FSDB, one: Call): Promise<void> {
  const scan = await db.getScan('plant')
  switch (one.do) {
    case 'reconnect':
      await db.disconnect()
      return db.connect()
    case 'create':
      return void (await scan.createFileset(one.fileset))
    case 'publish': {
      const draft = await scan.draft('Model')
      await draft.writeFile(one.file, signedBytes(one.file), 'txt')
      return void (await draft.publish(one.fileset, { replace: one.replace }))
    }
    case 'delete':
      return scan.deleteFileset(one.fileset)
    case 'retire':
      return scan.retireFileset(one.fileset)
    case 'write': {
      const fileset = await scan.getFileset(one.fileset)
      const isThere = await fileset.hasFile(one.file)
      const file = await (isThere ? fileset.getFile(one.file) : fileset.createFile(one.file))
      return file.write(signedBytes(one.extension), one.extension)
    }
    case 'remove':
      return (await scan.getFileset(one.fileset)).deleteFile(one.file)
    case 'order':
      return scan.moveToEnd([(await scan.getFileset(one.fileset)).id])
  }
}

test('any sequence of calls leaves what a model in memory says', async () => {
  let turn = 0
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const root = join(work, `db${turn++}`)
      await using db = await FSDB.create(root)
      await db.connect()
      const scan = await db.createScan('plant')
      const model: Model = new Map()
      for (const one of calls) {
        const isAllowed = applyToModel(model, one)
        const done = applyToStore(db, one).then(
          () => true,
          (error: unknown) => (error as { code: string }).code,
        )
        if (isAllowed) expect(await done).toBe(true)
        else expect(await done).toMatch(/^store\/(fileset|file)-(missing|exists)$/)
      }
      for (const [fileset, files] of model) {
        const names = (await (await scan.getFileset(fileset)).getFiles()).map(
          (file) => file.filename,
        )
        expect(names.sort()).toEqual([...files.values()].sort())
      }
      const { listed, wrong } = await contents(root)
      expect(wrong).toEqual([])
      expect(Object.keys(listed.plant)).toEqual([...model.keys()])
      await db.disconnect()
      await db.connect()
      expect(await leftovers(root)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

const metadata = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'a')),
  fc.jsonValue(),
)

test('metadata comes back as it was given, whatever its keys', async () => {
  await using db = await FSDB.create(join(work, 'metadata'))
  await db.connect()
  let turn = 0
  await fc.assert(
    fc.asyncProperty(metadata, metadata, async (first, second) => {
      const scan = await db.createScan(`scan_${turn++}`)
      // -0 is written as 0 by every JSON writer.
      const given = [first, second].map((one) => JSON.parse(JSON.stringify(one)) as JsonObject)
      for (const one of given) await scan.setMetadata(one)
      const both = Object.fromEntries(given.flatMap((one) => Object.entries(one)))
      expect(
        jsonEqual(
          await (await FSDB.open(db.path)).getScan(scan.id).then((s) => s.getMetadata()),
          both,
        ),
      ).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('JSON text is the same for equal values and parses to them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = parseJson(JSON.stringify(value))
      expect(jsonEqual(parseJson(formatJson(json)), json)).toBe(true)
      expect(formatJson(parseJson(formatJson(json)))).toBe(formatJson(json))
    }),
  )
})

test('a change of an index that is done twice is as if it was done once', () => {
  const file = fc.record({ id, file: id })
  const change: fc.Arbitrary<IndexChange> = fc.oneof(
    fc.record({
      do: fc.constant('add-fileset' as const),
      id,
      files: fc.array(file, { maxLength: 2 }),
    }),
    fc.record({ do: fc.constant('remove-fileset' as const), id }),
    fc.record({ do: fc.constant('put-files' as const), fileset: id, files: fc.array(file) }),
    fc.record({ do: fc.constant('remove-file' as const), fileset: id, id }),
    fc.record({ do: fc.constant('move-to-end' as const), ids: fc.uniqueArray(id) }),
  )
  fc.assert(
    fc.property(fc.array(change), change, (earlier, last) => {
      const index = ScanIndex.empty()
      for (const one of [...earlier, last]) index.apply(one)
      const once = index.format()
      index.apply(last)
      expect(index.format()).toBe(once)
      expect(ScanIndex.parse(once, 'files.json').filesetIds).toEqual(index.filesetIds)
    }),
  )
})

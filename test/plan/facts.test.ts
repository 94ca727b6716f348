// What disk and records say: conditions, annotations, what is left out, and which records are kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { RomiError } from '../../src/base/errors.ts'
import type { Json, JsonObject } from '../../src/base/types.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import {
  formatAnnotations,
  readAnnotations,
  type Annotations,
} from '../../src/plan/facts/annotations.ts'
import {
  keepRecords,
  keptRecordFiles,
  keptRecords,
  prunableRecords,
} from '../../src/plan/facts/archive.ts'
import { conditionOf } from '../../src/plan/facts/condition.ts'
import { withoutInherited } from '../../src/plan/facts/copies.ts'
import { exclusionIn, isExcluded } from '../../src/plan/facts/excluded.ts'
import type { FileFacts, FilesetFacts, MadeFileset } from '../../src/plan/facts/facts.ts'
import { findFile } from '../../src/plan/facts/find-file.ts'
import { unreadableAmong } from '../../src/plan/facts/readable.ts'
import { isRecord } from '../../src/plan/facts/record-shape.ts'
import { recordIn, recordMetadata, type OutputRecord } from '../../src/plan/facts/record.ts'
import type { InputFile, InputFileset } from '../../src/task/artifact.ts'
import { fileArtifact, filesetArtifact } from '../../src/task/artifact.ts'
import { digest, inputOf, recordWith, seenFile } from '../support/records.ts'

const fileOf = (id: string, told: Partial<FileFacts> = {}): FileFacts => ({
  id,
  filename: `${id}.txt`,
  path: `/${id}`,
  digest: digest(id),
  metadata: { of: id },
  own: {},
  lineage: [],
  ...told,
})
const filesetOf = (...files: readonly FileFacts[]): FilesetFacts => ({
  id: 'Masks_1',
  metadata: { unit: 'mm' },
  own: {},
  lineage: [],
  maker: undefined,
  files,
  gone: [],
  unusable: [],
})

describe('the condition of a made fileset', () => {
  const output = (id: string, told: Partial<OutputRecord> = {}): OutputRecord => ({
    file: `${id}.txt`,
    digest: digest(id),
    size: 4,
    ...told,
  })
  const changed = (id: string) => fileOf(id, { digest: digest('other') })
  const readable = (isReadable: (id: string) => boolean) =>
    fileArtifact<'texts', string>({
      name: 'texts',
      doc: '',
      read: ({ id }) => (isReadable(id) ? Promise.resolve('') : Promise.reject(new Error('torn'))),
      encode: () => Promise.reject(new Error('not asked for')),
    })
  const all = readable(() => true)

  test('is whole where each file is as it was made', async () => {
    const record = recordWith({ outputs: { a: output('a'), b: output('b', { edited: true }) } })
    expect(await conditionOf(record, filesetOf(fileOf('a'), fileOf('b')), all, undefined)).toEqual({
      missing: [],
      edited: ['b'],
    })
  })

  test('lacks files that are gone or bear another name', async () => {
    const record = recordWith({ outputs: { a: output('a'), b: output('b'), c: output('c') } })
    const fileset = filesetOf(fileOf('b', { filename: 'b.png' }), fileOf('c'))
    expect(await conditionOf(record, fileset, all, undefined)).toEqual({
      missing: ['a', 'b'],
      edited: [],
    })
  })

  test('has what was changed as edited, if it can be read, else as missing', async () => {
    const outputs = {
      a: output('a'),
      b: output('b'),
      c: output('c', { edited: true }),
      d: output('d'),
    }
    const fileset = filesetOf(changed('a'), changed('b'), fileOf('c'), fileOf('d'))
    expect(
      await conditionOf(
        recordWith({ outputs }),
        fileset,
        readable((id) => id !== 'b'),
        undefined,
      ),
    ).toEqual({ missing: ['b'], edited: ['c', 'a'] })
    // Of a task that is not known, nobody can tell what is readable.
    expect(await conditionOf(recordWith({ outputs }), fileset, undefined, undefined)).toEqual({
      missing: [],
      edited: ['c', 'a', 'b'],
    })
  })

  test('lacks a file that was emptied, unless it was made empty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'romi-condition-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'a.txt')
    const empty = sha256(new Uint8Array())
    const fileset = filesetOf(fileOf('a', { digest: empty, path }))
    const condition = (told: Partial<OutputRecord>) =>
      conditionOf(recordWith({ outputs: { a: output('a', told) } }), fileset, all, undefined)
    writeFileSync(path, '')
    expect(await condition({})).toEqual({ missing: ['a'], edited: [] })
    expect(await condition({ size: 0, digest: empty })).toEqual({ missing: [], edited: [] })
    // It was written meanwhile: what is read next tells.
    writeFileSync(path, 'text')
    expect(await condition({})).toEqual({ missing: [], edited: ['a'] })
  })

  test('lacks changed annotations that cannot be read, where the step made them', async () => {
    const outputs = { annotations: output('annotations'), a: output('a') }
    const fileset = filesetOf(changed('annotations'), fileOf('a'))
    const condition = (read: (() => Promise<Annotations>) | undefined) =>
      conditionOf(recordWith({ outputs }), fileset, all, read)
    const damaged = new RomiError('store/annotations-damaged', 'torn')
    expect(await condition(() => Promise.reject(damaged))).toEqual({
      missing: ['annotations'],
      edited: [],
    })
    const edited = { missing: [], edited: ['annotations'] }
    expect(await condition(() => Promise.resolve(new Map()))).toEqual(edited)
    expect(await condition(undefined)).toEqual(edited)
    const other = new RomiError('store/file-gone', 'gone')
    await expect(condition(() => Promise.reject(other))).rejects.toBe(other)
    // Annotations that are as they were made are not read at all.
    const whole = filesetOf(fileOf('annotations'), changed('a'))
    expect(
      await conditionOf(recordWith({ outputs }), whole, all, () => Promise.reject(damaged)),
    ).toEqual({ missing: [], edited: ['a'] })
  })
})

describe('files that were changed', () => {
  const whole = (only: readonly string[] | undefined, read: (input: InputFileset) => unknown) =>
    filesetArtifact<'whole', unknown>({
      name: 'whole',
      doc: '',
      ...(only && { only }),
      read: (input) => Promise.resolve().then(() => read(input)),
      write: () => Promise.resolve(),
    })
  const fail = () => {
    throw new Error('torn')
  }
  const fileset = filesetOf(fileOf('a'), fileOf('b'))

  test('of a whole are all unreadable if it is, but for those that it does not read', async () => {
    expect(await unreadableAmong(whole(undefined, fail), fileset, ['a', 'b'])).toEqual(['a', 'b'])
    expect(await unreadableAmong(whole(['a'], fail), fileset, ['a', 'b'])).toEqual(['a'])
    expect(await unreadableAmong(whole(['c'], fail), fileset, ['a', 'b'])).toEqual([])
    expect(
      await unreadableAmong(
        whole(undefined, () => 1),
        fileset,
        ['a'],
      ),
    ).toEqual([])
  })

  test('are read with all their metadata, as a task would that declared everything', async () => {
    let seen: unknown
    const artifact = whole(undefined, (input) => {
      const { id, artifact: name, task, measures } = input
      const of = (file: InputFile) => [file.id, file.metadata('of'), file.metadata('none')]
      const unit = [input.metadata('unit'), input.metadata('none'), input.scanMetadata('unit')]
      seen = { id, name, task, measures, unit, files: input.files.map(of), b: input.file('b').id }
    })
    expect(await unreadableAmong(artifact, fileset, ['a'])).toEqual([])
    expect(seen).toEqual({
      id: 'Masks_1',
      name: 'whole',
      task: '',
      measures: undefined,
      unit: ['mm', undefined, undefined],
      files: [
        ['a', 'a', undefined],
        ['b', 'b', undefined],
      ],
      b: 'b',
    })
  })

  test('of a file artifact are unreadable each on its own, or where they are not there', async () => {
    const artifact = fileArtifact<'texts', string>({
      name: 'texts',
      doc: '',
      read: ({ id }) => (id === 'a' ? Promise.reject(new Error('torn')) : Promise.resolve(id)),
      encode: () => Promise.reject(new Error('not asked for')),
    })
    expect(await unreadableAmong(artifact, fileset, ['a', 'b', 'c'])).toEqual(['a', 'c'])
  })

  test('are found by their ids', () => {
    expect(findFile(fileset, 'b')).toBe(fileset.files[1])
    expect(findFile(fileset, 'c')).toBeUndefined()
    // Another fileset of the same id is another one.
    expect(findFile(filesetOf(fileOf('c')), 'c')?.id).toBe('c')
  })
})

describe('annotations', () => {
  const read = (text: string) =>
    readAnnotations({
      id: 'annotations',
      filename: 'annotations.json',
      path: '/annotations.json',
      read: () => Promise.resolve(new TextEncoder().encode(text)),
    })

  test('are read as they were written, by fileset and file', async () => {
    const text = formatAnnotations({ images: { a: { pose: [1] }, b: {} }, Masks: {} })
    expect(text).toContain('\n  "images"')
    expect(await read(text)).toEqual(
      new Map<string, JsonObject>([
        ['images/a', { pose: [1] }],
        ['images/b', {}],
      ]),
    )
  })

  test.each(['{', '[]', '{"images":[]}', '{"images":{"a":1}}', 'null'])(
    'that are no maps of maps are damaged: %s',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({
        code: 'store/annotations-damaged',
        facts: { path: '/annotations.json' },
        message: expect.stringContaining('/annotations.json'),
      })
    },
  )
})

describe('what metadata say of a photograph that is left out', () => {
  test.each<[Json, unknown]>([
    [true, {}],
    ['blurred', { why: 'blurred' }],
    [
      { why: 'blurred', by: 'me', date: '2026', more: 1 },
      { why: 'blurred', by: 'me', date: '2026' },
    ],
    [{ why: '', by: 3 }, {}],
    [1, {}],
    [[], {}],
  ])('%j leaves it out', (excluded, told) => {
    expect(exclusionIn({ excluded })).toEqual(told)
    expect(isExcluded({ excluded })).toBe(true)
  })

  test.each<Json>([false, null, '', 0])('%j leaves nothing out', (excluded) => {
    expect(exclusionIn({ excluded })).toBeUndefined()
    expect(isExcluded({ excluded })).toBe(false)
    expect(isExcluded({})).toBe(false)
  })
})

test('copies are told from what is a file’s own', () => {
  const metadata = { pose: 1, channel: 'rgb' }
  expect(withoutInherited(metadata, ['pose', 'unit'])).toEqual({ channel: 'rgb' })
  expect(withoutInherited(metadata, ['unit'])).toBe(metadata)
  expect(withoutInherited(metadata, [])).toBe(metadata)
})

describe('a record', () => {
  const lineage = [{ fileset: 'images', file: 'a' }]
  const seen = seenFile('a', { metadata: { pose: '1' }, lineage, annotated: ['pose'], own: ['k'] })
  const whole = recordWith({
    code: { digest: digest('code'), parts: { main: 'x' } },
    params: { threshold: 1 },
    inputs: {
      slot: inputOf(
        { files: [seen], fileset: { box: '1' }, scan: { unit: '"mm"' }, measures: '{}' },
        { fileset: 'images', maker: digest('maker'), lineage: ['images'], passedOver: [seen] },
      ),
    },
    annotators: { Locate: digest('locate') },
    outputs: {
      a: {
        file: 'a.txt',
        digest: digest('a'),
        size: 1,
        key: digest('key'),
        lineage,
        metadata: digest('metadata'),
        edited: true,
        made: digest('made'),
      },
    },
    lineage: ['images'],
    carried: ['pose'],
    metadata: digest('metadata'),
    made: {
      at: '2026',
      seconds: 1,
      bytes: 1,
      host: 'here',
      run: 'run',
      versions: { node: '20' },
      said: 'done',
      coreSeconds: 2,
    },
  })
  const optional =
    /^(code|carried|metadata|inputs\.slot\.(fileset|maker|seen\.measures)|.*\.(annotated|own)|outputs\.a\.(key|lineage|metadata|edited|made)|made\.(said|coreSeconds))$/
  /** Members of maps, any of which may be absent. */
  const member =
    /(^(params|annotators|inputs|outputs|code\.parts)\.[^.]+$|\.metadata\.pose$|\.(seen\.(fileset|scan))\.[^.]+$|versions\.node$|\.\d+$)/

  /** Every place inside a value. */
  const placesIn = (value: unknown, at = ''): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]) => {
          const here = at === '' ? key : `${at}.${key}`
          return [here, ...placesIn(inner, here)]
        })

  /** A copy with something else at a place; with nothing, if that is `undefined`. */
  const withAt = (value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown => {
    if (Array.isArray(value))
      return value.flatMap((item: unknown, i) => {
        if (String(i) !== first) return [item]
        return rest.length > 0 ? [withAt(item, rest, by)] : by === undefined ? [] : [by]
      })
    const { [first]: old, ...others } = value as Readonly<Record<string, unknown>>
    if (rest.length > 0) return { ...others, [first]: withAt(old, rest, by) }
    return by === undefined ? others : { ...others, [first]: by }
  }

  test('is whole with all its members, and with those alone that must be there', () => {
    expect(isRecord(whole)).toBe(true)
    expect(isRecord(recordWith())).toBe(true)
    for (const place of placesIn(whole)) {
      const isFree = optional.test(place) || member.test(place)
      expect([place, isRecord(withAt(whole, place.split('.'), undefined))]).toEqual([place, isFree])
    }
  })

  test('has members of their kinds', () => {
    for (const place of placesIn(whole)) {
      if (place.startsWith('params.')) continue
      for (const wrong of [null, Symbol.iterator])
        expect([place, isRecord(withAt(whole, place.split('.'), wrong))]).toEqual([place, false])
    }
    for (const wrong of [undefined, null, 'text', 1, [], [whole]])
      expect(isRecord(wrong)).toBe(false)
    expect(isRecord({ ...whole, format: 2 })).toBe(false)
    expect(isRecord({ ...whole, key: 'no digest' })).toBe(false)
    expect(isRecord(withAt(whole, ['outputs', 'a', 'edited'], false))).toBe(false)
    expect(isRecord(withAt(whole, ['inputs', 'slot', 'lineage'], ['a', 1]))).toBe(false)
    expect(isRecord(withAt(whole, ['annotators', 'b'], 1))).toBe(false)
  })

  test('is written beside what ROMI’s tools read, and never one that would not be read back', () => {
    const metadata = recordMetadata('Upper', whole, { unit: 'mm' })
    expect(metadata).toEqual({
      unit: 'mm',
      task_name: 'Upper',
      task_params: { threshold: 1, slot: 'Upper' },
      romi: whole,
    })
    expect(recordIn(metadata)).toBe(whole)
    expect(recordIn(metadata)).toBe(whole)
    expect(recordIn({ romi: { ...whole, format: 2 } as unknown as Json })).toBeUndefined()
    expect(recordIn({})).toBeUndefined()
    expect(() => recordMetadata('Upper', { ...whole, version: NaN, key: '' as never }, {})).toThrow(
      TypeError,
    )
  })
})

/** The folder of records of a scan, in memory; `refuse` is what its disk says. */
class Records {
  readonly texts = new Map<string, string>()
  refuse: Error | undefined

  names(): string[] {
    return [...this.texts.keys()].sort()
  }

  read(name: string): string {
    if (this.refuse) throw this.refuse
    return this.texts.get(name)!
  }

  write(name: string, text: string): Promise<void> {
    if (this.refuse) return Promise.reject(this.refuse)
    this.texts.set(name, text)
    return Promise.resolve()
  }

  remove(names: readonly string[]): Promise<void> {
    for (const name of names) this.texts.delete(name)
    return Promise.resolve()
  }

  /** Safe: the archive asks a scan for nothing else. */
  get scan(): Scan {
    return { records: this } as unknown as Scan
  }
}

describe('the archive of a scan', () => {
  const runOf = (i: number) => `20260503T0102${String(i).padStart(5, '0')}-abcdef`
  const made = (i: number, id = `Masks_${i}`): MadeFileset => ({
    id,
    task: 'Masks',
    record: recordWith({ made: { ...recordWith().made, at: `2026-${1000 + i}`, run: runOf(i) } }),
  })

  test('keeps one file a run, and reads all records back, the latest last', async () => {
    const records = new Records()
    await keepRecords(records.scan, [made(2), made(1, 'a'), made(1, 'b')])
    expect(records.names()).toEqual([`${runOf(1)}.json`, `${runOf(2)}.json`])
    expect(keptRecords(records.scan)).toEqual([made(1, 'a'), made(1, 'b'), made(2)])
    // Once kept, a run’s records are not written again.
    await keepRecords(records.scan, [made(1, 'other')])
    expect(keptRecords(records.scan)).toHaveLength(3)
  })

  test('orders records by the time when they were made, whatever their files are called', async () => {
    const records = new Records()
    const late = {
      ...made(9),
      record: { ...made(9).record, made: { ...made(9).record.made, run: runOf(0) } },
    }
    await keepRecords(records.scan, [late, made(5), made(3)])
    expect(keptRecords(records.scan).map(({ id }) => id)).toEqual(['Masks_3', 'Masks_5', 'Masks_9'])
  })

  test('forgets those of long ago, but never of what is there, nor what is not its own', async () => {
    const records = new Records()
    const there = made(0)
    await keepRecords(records.scan, [there])
    records.texts.set('notes.json', 'by hand')
    for (let i = 1; i <= keptRecordFiles + 2; i++) records.texts.set(`${runOf(i)}.json`, '[]')
    expect(prunableRecords(records.scan, [there])).toEqual([`${runOf(1)}.json`, `${runOf(2)}.json`])
    await keepRecords(records.scan, [there])
    expect(records.texts.size).toBe(keptRecordFiles + 2)
    expect(records.texts.has('notes.json')).toBe(true)
    expect(records.texts.has(`${runOf(0)}.json`)).toBe(true)
  })

  test('passes over what cannot be read', () => {
    const records = new Records()
    const { id, task, record } = made(1)
    const entry = { id, task_name: task, romi: record }
    const wrong = [
      1,
      null,
      {},
      { ...entry, id: 1 },
      { ...entry, task_name: 1 },
      { ...entry, romi: 1 },
    ]
    records.texts.set('a.json', JSON.stringify([...wrong, entry]))
    records.texts.set('b.json', '{')
    records.texts.set('c.json', '{}')
    expect(keptRecords(records.scan)).toEqual([made(1)])
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
    for (const error of [denied, new RomiError('store/file-missing', 'gone')]) {
      records.refuse = error
      expect(keptRecords(records.scan)).toEqual([])
    }
    for (const error of [new RomiError('store/link-outside', 'out'), new Error('ours')]) {
      records.refuse = error
      expect(() => keptRecords(records.scan)).toThrow(error)
    }
  })

  test('is only missed where the disk refuses it; a lock that was lost ends all', async () => {
    const records = new Records()
    const keep = () => keepRecords(records.scan, [made(1)])
    records.refuse = Object.assign(new Error('full'), { code: 'ENOSPC' })
    await keep()
    records.refuse = new RomiError('store/file-missing', 'gone')
    await keep()
    expect(records.texts.size).toBe(0)
    for (const error of [new RomiError('store/lock-lost', 'lost'), new Error('ours')]) {
      records.refuse = error
      await expect(keep()).rejects.toBe(error)
    }
  })
})

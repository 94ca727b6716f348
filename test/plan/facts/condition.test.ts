// Whether a made fileset still has what its step wrote, and whether what was changed can be read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import { RomiError } from '../../../src/base/errors.ts'
import { type Annotations } from '../../../src/plan/facts/annotations.ts'
import { conditionOf } from '../../../src/plan/facts/condition.ts'
import type { FileFacts, FilesetFacts } from '../../../src/plan/facts/facts.ts'
import { findFile } from '../../../src/plan/facts/find-file.ts'
import { unreadableAmong } from '../../../src/plan/facts/readable.ts'
import { type OutputRecord } from '../../../src/plan/facts/record.ts'
import type { InputFile, InputFileset } from '../../../src/task/artifact.ts'
import { fileArtifact, filesetArtifact } from '../../../src/task/artifact.ts'
import { fileFacts, filesetFacts } from '../../support/facts.ts'
import { digest, recordWith } from '../../support/records.ts'

const fileOf = (id: string, told: Partial<FileFacts> = {}): FileFacts =>
  fileFacts(id, { metadata: { of: id }, ...told })
const filesetOf = (...files: readonly FileFacts[]): FilesetFacts =>
  filesetFacts(files, { id: 'Masks_1', metadata: { unit: 'mm' } })

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

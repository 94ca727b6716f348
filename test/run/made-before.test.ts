// Files that were made before: which a step takes over into its draft, and which it drops and makes anew.
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/base/digest.ts'
import type { Draft } from '../../src/fsdb/draft.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { takeOver, type TakeOver } from '../../src/run/made-before.ts'
import type { PreparedItem } from '../../src/run/prepare.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { keptText } from '../support/memory-tasks.ts'

const toml = '[Upper]\n'
const keyOf = (text: string): Digest => keptText(`key of ${text}`)

/** A scan in which files of `a`, `b` and `c` were made once, and a draft in which nothing is. */
async function madeOnce() {
  const scan = new MemoryScan({ a: 'one', b: 'two', c: 'three' })
  await scan.make(toml)
  // Safe: it makes files of files.
  const step = scan.pipeline(toml).steps.get('Upper') as ComputingStep
  const { record, id: fileset } = scan.made.find(({ task }) => task === 'Upper')!
  const item = (id: string, key = record.outputs[id].key) =>
    // Safe: nothing else of what it reads is looked at.
    ({ id, key, inherited: { shot: id } }) as unknown as PreparedItem
  const finished: { id: string; key: Digest; made?: Digest }[] = []
  const log: string[] = []
  const adopted: unknown[] = []
  const refused = new Set<string>()
  const draft = {
    finished: () => Promise.resolve(finished),
    dropFile: async (id: string) => void log.push(`drop ${id}`),
    async adoptFile(id: string, path: string, metadata: unknown, known: unknown) {
      adopted.push({ path, metadata, known })
      if (refused.has(id)) return undefined
      log.push(`adopt ${id}`)
      return { id }
    },
    // Safe: nothing else of a draft is asked for.
  } as unknown as Draft
  /** Takes over what may be. @returns the ids of what is missing */
  const missing = async (items: readonly PreparedItem[], more: Partial<TakeOver> = {}) => {
    const from = { step, facts: scan, keepsEdits: true, keepsMade: true, ...more }
    return (await takeOver(draft, items, from)).map(({ id }) => id)
  }
  const all = [item('a'), item('b'), item('c')]
  return { scan, step, record, fileset, item, finished, log, adopted, refused, missing, all }
}

describe('a file that an earlier variant made', () => {
  test('is taken over where it was made in the same way, with its metadata', async () => {
    const of = await madeOnce()
    expect(
      await of.missing([of.item('a'), of.item('b', keyOf('another')), of.item('d', keyOf('d'))]),
    ).toEqual(['b', 'd'])
    const { digest, key } = of.record.outputs['a']
    expect(of.adopted).toStrictEqual([
      { path: '/a', metadata: { shot: 'a' }, known: { key, digest } },
    ])
  })

  test('is given the metadata that its task gives, over what it had', async () => {
    const of = await madeOnce()
    const task = { ...of.step.task, fileMetadata: () => ({ channel: 'given' }) }
    await of.missing([of.item('a')], { step: { ...of.step, task } })
    expect(of.adopted).toMatchObject([{ metadata: { shot: 'a', channel: 'given' } }])
  })

  test('is taken over with what its checks told', async () => {
    const of = await madeOnce()
    const checks = { share: { value: 0.5 } }
    const made = of.scan.made.map((fileset) => ({
      ...fileset,
      record: {
        ...fileset.record,
        outputs: { ...fileset.record.outputs, a: { ...fileset.record.outputs['a'], checks } },
      },
    }))
    Object.defineProperty(of.scan, 'made', { value: made })
    await of.missing([of.item('a')])
    expect(of.adopted).toMatchObject([{ known: { note: checks } }])
  })

  test('is made anew where the draft does not take it', async () => {
    const of = await madeOnce()
    of.refused.add('b')
    expect(await of.missing(of.all)).toEqual(['b'])
  })

  test('is made anew where it is not what was written any more, or is gone', async () => {
    const of = await madeOnce()
    of.scan.edit(of.fileset, 'a', 'corrected')
    of.scan.lose(of.fileset, 'b')
    expect(await of.missing(of.all, { keepsEdits: false })).toEqual(['a', 'b'])
  })

  test('is made anew where it had been taken over from somebody’s hand', async () => {
    const of = await madeOnce()
    const made = of.scan.made.map((fileset) => ({
      ...fileset,
      record: {
        ...fileset.record,
        outputs: { ...fileset.record.outputs, a: { ...fileset.record.outputs['a'], edited: true } },
      },
    }))
    Object.defineProperty(of.scan, 'made', { value: made })
    expect(await of.missing(of.all, { keepsEdits: false })).toEqual(['a'])
  })

  test('is that of this task, though another made one of the same key', async () => {
    const of = await madeOnce()
    const made = of.scan.made.map((fileset) => ({ ...fileset, task: 'Other' }))
    Object.defineProperty(of.scan, 'made', { value: made })
    expect(await of.missing(of.all)).toEqual(['a', 'b', 'c'])
  })

  test('is made anew where all is: a step that is forced takes nothing over', async () => {
    const of = await madeOnce()
    expect(await of.missing(of.all, { keepsMade: false })).toEqual(['a', 'b', 'c'])
    expect(of.log).toEqual([])
  })
})

describe('a file that somebody corrected', () => {
  const corrected = async () => {
    const of = await madeOnce()
    of.scan.edit(of.fileset, 'a', 'corrected')
    return of
  }

  test('is taken over as it is, with what the step had made, though all is made anew', async () => {
    const of = await corrected()
    expect(await of.missing(of.all, { keepsMade: false })).toEqual(['b', 'c'])
    const { digest: made, key } = of.record.outputs['a']
    expect(of.adopted).toStrictEqual([
      {
        path: '/a',
        metadata: { shot: 'a' },
        known: { key, digest: keptText('corrected'), made },
      },
    ])
  })

  test('is made anew where corrections are dropped', async () => {
    const of = await corrected()
    expect(await of.missing(of.all, { keepsEdits: false })).toEqual(['a'])
  })

  test('is made anew where it would be made in another way', async () => {
    const of = await corrected()
    expect(await of.missing([of.item('a', keyOf('another')), of.item('b')])).toEqual(['a'])
  })

  test('is made anew where the draft does not take it', async () => {
    const of = await corrected()
    of.refused.add('a')
    expect(await of.missing(of.all)).toEqual(['a'])
  })
})

describe('a file that a killed run had finished', () => {
  test('stays where it is wanted as it is, and is dropped where it is not', async () => {
    const of = await madeOnce()
    of.finished.push(
      { id: 'a', key: of.record.outputs['a'].key! },
      { id: 'b', key: keyOf('another') },
      { id: 'gone', key: keyOf('gone') },
    )
    expect(await of.missing(of.all)).toEqual([])
    expect(of.log).toEqual(['drop b', 'drop gone', 'adopt b', 'adopt c'])
  })

  test('and that somebody had corrected stays where the correction is still there', async () => {
    const of = await madeOnce()
    of.scan.edit(of.fileset, 'a', 'corrected')
    const { digest: made } = of.record.outputs['a']
    of.finished.push({ id: 'a', key: keyOf('before'), made })
    expect(await of.missing(of.all)).toEqual([])
    expect(of.log).toEqual(['adopt a', 'adopt b', 'adopt c'])
  })

  test('and that somebody had corrected is dropped where nobody has the correction any more', async () => {
    const of = await madeOnce()
    of.finished.push({ id: 'x', key: keyOf('x'), made: keyOf('made') })
    expect(await of.missing(of.all, { keepsMade: false })).toEqual(['a', 'b', 'c'])
    expect(of.log).toEqual(['drop x'])
  })

  test('and that nobody corrected is no concern of a step that takes nothing over', async () => {
    const of = await madeOnce()
    of.finished.push({ id: 'a', key: keyOf('another') })
    await of.missing(of.all, { keepsMade: false })
    expect(of.log).toEqual([])
  })
})

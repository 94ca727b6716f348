// What a step sees, remembered: the same while nothing changed, and told by records where it is gone.
import { describe, expect, test } from 'vitest'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import type { InputRecord } from '../../src/plan/facts/record.ts'
import { InputResolver, type Annotator, type SlotContext } from '../../src/plan/inputs/resolve.ts'
import { digestOfSelection } from '../../src/plan/inputs/selection.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, inputOf, recordWith, seenFile } from '../support/records.ts'

const photographs = { a: 'one', b: 'two' }
const placing = '[Place]\n'

/** A scan, what looks at it, and the slot of `Place` that reads poses of `Upper`. */
function looking(toml = placing, of: ConstructorParameters<typeof MemoryScan>[0] = photographs) {
  const scan = new MemoryScan(of)
  const resolver = new InputResolver(scan, undefined)
  const step = scan.pipeline(toml).steps.get('Place') as ComputingStep
  const context = (annotators: Readonly<Record<string, Annotator>> = {}): SlotContext => ({
    step,
    slot: 'upstream_task',
    from: 'Upper',
    annotators: new Map(Object.entries(annotators)),
  })
  const selection = digestOfSelection(resolver.selection(context()))
  /** What `Place` is known to have been made from, the latest last. */
  const remember = (...all: readonly (Partial<InputRecord> & { by?: object; task?: string })[]) => {
    scan.archive = all.map(({ by, task = 'Place', ...told }) => ({
      id: 'Place_1',
      task,
      record: recordWith({
        ...(by && { annotators: by as Record<string, Annotator['key'] & string> }),
        inputs: { upstream_task: inputOf({ files: posed('a', 'b') }, { selection, ...told }) },
      }),
    }))
  }
  return { scan, resolver, context, remember, images: () => scan.fileset('images') }
}

const key = (word: string) => digest(word)
const gone = (word: string): Annotator => ({ annotations: undefined, key: key(word) })
const here = (word: string, annotations: Annotator['annotations'] = new Map()): Annotator => ({
  annotations,
  key: key(word),
})
/** Files as they were seen, with a pose that was annotated. */
const posed = (...ids: readonly string[]) =>
  ids.map((id) =>
    seenFile(id, {
      metadata: { pose: '5' },
      annotated: ['pose'],
      lineage: [{ fileset: 'images', file: id }],
    }),
  )
const posesIn = (input: Awaited<ReturnType<InputResolver['fromDisk']>>) =>
  input?.seen.files.map(({ metadata }) => metadata['pose'])

describe('a fileset with some of its files', () => {
  test('has none where none are named', async () => {
    const { resolver, images } = looking()
    const fileset = (await images())!
    expect(resolver.narrowed(fileset, []).files).toEqual([])
    expect(resolver.narrowed(fileset, ['a']).files.map(({ id }) => id)).toEqual(['a'])
  })

  test('is not mistaken for one whose lineage was renamed by the same words', async () => {
    const { resolver, images } = looking()
    const fileset = (await images())!
    const renamed = resolver.renamed(fileset, new Map([['a', 'b']]))
    expect(resolver.narrowed(fileset, ['a', 'b'])).not.toBe(renamed)
  })
})

describe('what is seen on the disk', () => {
  test('is seen once, while all that colours it is the same', async () => {
    const { resolver, context, images } = looking()
    const fileset = await images()
    const locate = here('1')
    const relocate = here('2')
    const both = context({ Locate: locate, Relocate: relocate })
    const first = await resolver.fromDisk(both, fileset)
    expect(first).toMatchObject({ from: 'Upper', fileset: { id: 'images' }, lineage: ['images'] })
    expect(await resolver.fromDisk(context({ Locate: locate, Relocate: relocate }), fileset)).toBe(
      first,
    )
    for (const other of [
      { ...both, from: 'Other' },
      context({ Locate: locate }),
      context({ Locate: locate, Relocate: { ...relocate, annotations: new Map() } }),
      context({ Locate: locate, Relocate: { ...relocate, key: key('3') } }),
      context({ Locate: locate, Other: relocate }),
    ]) {
      expect(await resolver.fromDisk(other, fileset)).not.toBe(first)
      // What was seen last is what is remembered.
      const again = await resolver.fromDisk(both, fileset)
      expect(again).not.toBe(first)
      expect(await resolver.fromDisk(both, fileset)).toBe(again)
    }
  })

  test('is seen anew of another fileset, through another slot, or once it was forgotten', async () => {
    const { scan, resolver, context, images } = looking()
    const first = await resolver.fromDisk(context(), await images())
    scan.put('more', { z: 'more' })
    const more = await resolver.fromDisk(context(), await scan.fileset('more'))
    expect(more?.seen.files.map(({ id }) => id)).toEqual(['z'])
    const other = await resolver.fromDisk(
      { ...context(), slot: 'upstream_locate' },
      await scan.fileset('more'),
    )
    expect(other?.seen.files).toEqual([])
    const nothing = await resolver.fromDisk(context(), undefined)
    expect(nothing).toMatchObject({ fileset: undefined, seen: { files: [] } })
    expect(nothing?.lineage).toEqual([])
    const again = await resolver.fromDisk(context(), await images())
    expect(again).toEqual(first)
    resolver.forget()
    expect(await resolver.fromDisk(context(), await images())).not.toBe(again)
  })

  test('with fewer files is as its step made it only where none is missing', async () => {
    const { scan, resolver, images } = looking()
    await scan.make('[Upper]')
    const upper = await scan.fileset(scan.filesets('Upper')[0])
    expect(upper.maker).toBeDefined()
    expect(resolver.narrowed(upper, ['a', 'b']).maker).toBe(upper.maker)
    const narrowed = resolver.narrowed(upper, ['a'])
    expect(narrowed.files.map(({ id }) => id)).toEqual(['a'])
    expect(narrowed.maker).toBeUndefined()
    expect(resolver.narrowed(upper, ['a'])).toBe(narrowed)
    // Not one file whose id is those of two.
    expect(resolver.narrowed(await images(), ['ab']).files).toEqual([])
    expect(resolver.narrowed(await images(), ['a', 'b']).files).toHaveLength(2)
  })

  test('bears the names of today, and is itself where they are the same', async () => {
    const { scan, resolver } = looking()
    scan.put('made', {})
    const made = { ...(await scan.fileset('made')), lineage: ['x', 'xy'] }
    const renamed = (...names: readonly (readonly [string, string])[]) =>
      resolver.renamed(made, new Map(names))
    expect(renamed()).toBe(made)
    expect(renamed(['x', 'yz']).lineage).toEqual(['yz', 'xy'])
    expect(renamed(['xy', 'z']).lineage).toEqual(['x', 'z'])
    const annotations = new Map([['x/a', { pose: 1 }]])
    expect(resolver.renamedAnnotations(annotations, new Map())).toBe(annotations)
    expect(resolver.renamedAnnotations(annotations, new Map([['x', 'z']]))).toEqual(
      new Map([['z/a', { pose: 1 }]]),
    )
  })

  test('is looked up among annotations that are there, and what scan and filesets say', async () => {
    const { scan, resolver, context, images } = looking()
    scan.put('images', {}, { unit: 'mm' })
    await images()
    const poses = new Map([['images/a', { pose: 1 }]])
    const lookup = resolver.lookup(
      context({ Locate: gone('1'), Relocate: here('2', poses) }).annotators,
    )
    expect(lookup.annotations).toEqual([poses])
    expect(lookup.filesetMetadata('images')).toEqual({ unit: 'mm' })
    expect(lookup.filesetMetadata('none')).toBeUndefined()
    expect(lookup.scanMetadata).toEqual({ id: 'plant' })
  })
})

describe('files on the disk whose annotations are gone', () => {
  const under = { Locate: key('1') }

  test('are seen as by a record that was made under the very same ones', async () => {
    const { resolver, context, remember, images } = looking()
    remember({ by: under })
    expect(
      posesIn(await resolver.fromDisk(context({ Locate: gone('1') }), await images())),
    ).toEqual(['5', '5'])
    expect(await resolver.fromDisk(context({ Locate: gone('2') }), await images())).toBeUndefined()
  })

  test.each<[string, Record<string, string>, Record<string, Annotator>]>([
    ['under none', {}, { Locate: gone('1') }],
    ['under fewer', under, { Locate: gone('1'), Relocate: gone('2') }],
    [
      'one of which was another',
      { ...under, Relocate: key('2') },
      { Locate: gone('1'), Relocate: gone('3') },
    ],
    ['under those of another step', { Other: key('1') }, { Locate: gone('1') }],
  ])('are not seen as by a record that was made %s', async (_, by, annotators) => {
    const { resolver, context, remember, images } = looking()
    remember({ by })
    expect(await resolver.fromDisk(context(annotators), await images())).toBeUndefined()
  })

  test('are seen by records of the same step, which chose alike', async () => {
    const { scan, resolver, context, remember, images } = looking()
    const see = async () => resolver.fromDisk(context({ Locate: gone('1') }), await images())
    remember({ by: under, task: 'Other' })
    expect(await see()).toBeUndefined()
    remember({ by: under, selection: digest('other') })
    expect(await see()).toBeUndefined()
    scan.archive = [{ id: 'Place_1', task: 'Place', record: recordWith({ annotators: under }) }]
    expect(await see()).toBeUndefined()
  })

  test('are seen by the latest record that knows all of them', async () => {
    const { resolver, context, remember, images } = looking()
    const one = inputOf({ files: posed('a') }).seen
    const see = async () => resolver.fromDisk(context({ Locate: gone('1') }), await images())
    remember({ by: under, seen: one })
    expect(await see()).toBeUndefined()
    remember({ by: under }, { by: under, seen: one })
    expect(posesIn(await see())).toEqual(['5', '5'])
  })

  test('are needed by nobody who asks for no metadata of files, nor of no fileset', async () => {
    const { scan, resolver, context, images } = looking()
    const step = scan.pipeline('[Join]').steps.get('Join') as ComputingStep
    const { annotators } = context({ Locate: gone('1') })
    const joining = { step, slot: 'upstream_task', from: 'Upper', annotators }
    expect((await resolver.fromDisk(joining, await images()))?.seen.files).toHaveLength(2)
    expect(await resolver.fromDisk(context({ Locate: gone('1') }), undefined)).toBeDefined()
  })
})

describe('a fileset that is gone', () => {
  const maker = key('upper')
  const was = { maker, fileset: 'Upper_1', lineage: ['images'] }
  const by = { Locate: key('1') }

  test('is what the record of its reader says, if it was made under its key', async () => {
    const { resolver, context, remember } = looking()
    remember(was)
    const input = await resolver.fromRecords(context(), maker, ['images'])
    expect(input?.seen.files.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(input).toMatchObject({ from: 'Upper', lineage: ['Upper_1', 'images'] })
    expect(input?.fileset).toBeUndefined()
    expect(await resolver.fromRecords(context(), key('other'), ['images'])).toBeUndefined()
    const { fileset: _none, ...without } = was
    remember(without)
    const nameless = await resolver.fromRecords(context(), maker, ['images'])
    expect(nameless?.lineage).toEqual(['', 'images'])
  })

  test('is seen with annotations that are gone only as it was seen with them', async () => {
    const { resolver, context, remember } = looking()
    remember({ ...was, by })
    const seen = (annotator: Annotator) =>
      resolver.fromRecords(context({ Locate: annotator }), maker, ['images'])
    expect(posesIn(await seen(gone('1')))).toEqual(['5', '5'])
    expect(await seen(gone('2'))).toBeUndefined()
    // With others that are there, it has those.
    const poses = new Map([['images/a', { pose: 7 }]])
    expect(posesIn(await seen(here('2', poses)))).toEqual(['7', undefined])
  })

  test('is told by the latest record that knows all that is chosen today', async () => {
    const rgb = { channel: 'rgb' }
    const { resolver, context, remember, images } = looking(`[Place.query]\nchannel = "rgb"\n`, {
      a: { text: 'one', metadata: rgb },
      b: { text: 'two', metadata: rgb },
    })
    await images()
    const passing = {
      ...was,
      seen: inputOf({ files: posed('a') }).seen,
      passedOver: posed('b'),
    }
    const see = () => resolver.fromRecords(context(), maker, ['images'])
    remember(passing)
    expect(await see()).toBeUndefined()
    remember(was, passing)
    expect((await see())?.seen.files.map(({ id }) => id)).toEqual(['a', 'b'])
  })
})

// What becomes of a draft that a step filled: published with its record, or discarded as before.
import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import type { Draft, FinishedFile } from '../../src/fsdb/draft.ts'
import { parseFileId } from '../../src/fsdb/ids.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import type { Condition, MadeFileset } from '../../src/plan/facts/facts.ts'
import { recordIn, type OutputRecord, type StepRecord } from '../../src/plan/facts/record.ts'
import { InputResolver } from '../../src/plan/inputs/resolve.ts'
import type { RunEvent } from '../../src/run/event.ts'
import type { JobResult } from '../../src/run/job.ts'
import { prepareStep } from '../../src/run/prepare.ts'
import { publish, type Product } from '../../src/run/publish.ts'
import type { StepHost } from '../../src/run/step-host.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest } from '../support/records.ts'

const toml = '[Letters]\n'
const lineage = (id: string) => [{ fileset: 'images', file: id }]
const finished = (id: string, told: Partial<FinishedFile> = {}): FinishedFile => ({
  id: parseFileId(id),
  filename: `${id}.txt`,
  size: 3,
  digest: digest(id),
  ...told,
})
const both = [finished('a'), finished('b')]
const metadata = { channel: 'rgb', pose: 1 }

/** What an earlier run made of the step. */
interface Before {
  readonly outputs?: Record<string, Partial<OutputRecord>>
  readonly made?: Partial<StepRecord['made']>
  readonly checks?: StepRecord['checks']
  readonly condition?: Partial<Condition>
  /** Its fileset, if that bears another name. */
  readonly id?: string
}
interface Asked {
  readonly files?: readonly FinishedFile[]
  readonly before?: Before
  readonly result?: Partial<JobResult>
  readonly said?: string
  readonly forced?: boolean
  readonly dropsEdits?: boolean
}

const outputOf = (id: string, told: Partial<OutputRecord> = {}): OutputRecord => ({
  file: `${id}.txt`,
  digest: digest(id),
  size: 3,
  ...told,
})

/** Publishes a draft on a scan in memory. */
async function published(asked: Asked = {}) {
  const { files = both, before, result = {}, said, forced = false, dropsEdits = false } = asked
  const scan = new MemoryScan({ a: { text: 'one', metadata }, b: { text: 'two', metadata: {} } })
  const plan = await scan.planned(toml)
  const step = scan.pipeline(toml).steps.get('Letters') as ComputingStep
  const { ready } = plan.get('Letters')!
  const first = prepareStep(
    step,
    ready!,
    new InputResolver(scan, 'mm'),
    () => '',
    () => false,
  )
  const did: unknown[] = []
  const events: RunEvent[] = []
  let kept: JsonObject | undefined
  const draft = {
    finished: () => Promise.resolve(files),
    discard: () => Promise.resolve(did.push('discard')),
    setMetadata: (of: JsonObject) => Promise.resolve(void (kept = of)),
    publish: (id: string, options: object) => Promise.resolve(did.push(['publish', id, options])),
  }
  let retired: readonly string[] = ['/earlier']
  const record = {
    outputs: before?.outputs ?? { a: outputOf('a'), b: outputOf('b') },
    ...(before?.checks && { checks: before.checks }),
    made: { versions: { node: '20', colmap: '3' }, ...before?.made },
  }
  // Safe: of the earlier record only this is asked.
  const replaces = {
    id: before?.id ?? first.name,
    task: 'Letters',
    record,
  } as unknown as MadeFileset
  const condition: Condition = { missing: [], edited: [], ...before?.condition }
  const host = {
    scan: {
      id: 'plant',
      retired: () => Promise.resolve(retired),
      retireFileset: (id: string) => {
        retired = [...retired, `/retired/${id}`]
        return Promise.resolve(did.push(['retire', id]))
      },
    },
    facts: {
      condition: () => Promise.resolve(condition),
      fileset: () =>
        Promise.resolve({ files: [finished('a'), finished('b', { digest: digest('hand') })] }),
    },
    run: {
      now: () => new Date(0),
      log: { id: 'this run' },
      versions: { node: '22' },
      tell: (event: RunEvent) => events.push(event),
    },
    isForced: forced,
    dropsEdits,
  } as unknown as StepHost // safe: publishing asks for nothing else
  const prepared = { ...first, ready: { ...first.ready, ...(before && { replaces }) } }
  const product: Product = {
    draft: draft as unknown as Draft, // safe: as above
    result: { metadata: {}, checks: {}, versions: { colmap: '3' }, ...result },
    seconds: 1.23456,
    ...(said !== undefined && { said }),
  }
  const replaced = await publish(prepared, product, host)
  return { name: first.name, ready: ready!, step, replaced, did, events, kept }
}

describe('a draft', () => {
  test('becomes the fileset of its step, with a record of what was read, made and said', async () => {
    const files = [
      finished('a', {
        key: digest('key'),
        metadata: digest('of a'),
        note: { length: { value: 3 } },
      }),
      finished('b', { made: digest('by the step') }),
    ]
    const { name, ready, step, replaced, did, events, kept } = await published({
      files,
      said: 'done',
      result: { metadata: { unit: 'mm' }, checks: {}, warned: ['careful'] },
    })
    expect([replaced, did]).toEqual([undefined, [['publish', name, { replace: false }]]])
    expect(events).toMatchObject([
      { is: 'finished', scan: 'plant', step: 'Letters', fileset: name },
    ])
    expect(events[0]).toMatchObject({ seconds: 1.23456, bytes: 6 })
    expect(events[0]).not.toHaveProperty('reproducible')
    expect(kept).toMatchObject({ unit: 'mm', task_name: 'Letters' })
    const record = recordIn(kept!)!
    expect(record).toStrictEqual({
      format: 1,
      key: ready.key,
      version: 1,
      params: step.identity.params,
      inputs: {
        upstream_task: expect.objectContaining({
          from: 'ImagesFilesetExists',
          fileset: 'images',
          digest: ready.inputs['upstream_task'].digest,
          lineage: [],
          passedOver: [],
        }),
      },
      annotators: {},
      outputs: {
        a: {
          file: 'a.txt',
          digest: digest('a'),
          size: 3,
          key: digest('key'),
          lineage: lineage('a'),
          checks: { length: { value: 3 } },
          metadata: digest('of a'),
        },
        b: {
          file: 'b.txt',
          digest: digest('b'),
          size: 3,
          lineage: lineage('b'),
          edited: true,
          made: digest('by the step'),
        },
      },
      lineage: ['images'],
      carried: ['channel', 'pose'],
      metadata: expect.any(String),
      made: {
        at: '1970-01-01T00:00:00.000Z',
        seconds: 1.235,
        bytes: 6,
        host: hostname(),
        run: 'this run',
        versions: { node: '22', colmap: '3' },
        said: 'done',
        warned: ['careful'],
      },
    })
  })

  test('of another machine names that, and what it cost there', async () => {
    const elsewhere = { node: 'node7', jobs: 1, seconds: 1, coreSeconds: 8 }
    const { kept, events } = await published({
      result: { elsewhere, checks: { sum: { value: 1 } } },
    })
    const { made, checks } = recordIn(kept!)!
    expect(made).toMatchObject({ host: 'node7', coreSeconds: 8 })
    expect(made).not.toHaveProperty('said')
    expect(made).not.toHaveProperty('warned')
    expect(checks).toEqual({ sum: { value: 1 } })
    expect(events).toMatchObject([{ coreSeconds: 8 }])
    expect((await published()).events[0]).not.toHaveProperty('coreSeconds')
  })

  test('that lacks a file is none', async () => {
    await expect(published({ files: [finished('a')] })).rejects.toMatchObject({
      code: 'task/no-output',
      message: 'Letters made 1 of 2 files',
    })
  })
})

describe('what is made again', () => {
  test('takes the place of what it replaces, and retires one of another name', async () => {
    const same = await published({ before: {} })
    expect(same.did).toEqual([['publish', same.name, { replace: true }]])
    expect(same.replaced).toBe(same.name)
    const other = await published({ before: { id: 'Letters_old' } })
    expect(other.did).toEqual([
      ['publish', other.name, { replace: false }],
      ['retire', 'Letters_old'],
    ])
    expect(other.replaced).toBe('Letters_old')
  })

  test('by force and comes out as before is discarded', async () => {
    const before = { made: { said: 'done' } }
    const { name, did, events, replaced } = await published({ forced: true, before })
    expect([replaced, did]).toEqual([undefined, ['discard']])
    expect(events).toMatchObject([{ is: 'finished', fileset: name, reproducible: true }])
  })

  test.each<[string, Asked]>([
    ['the earlier one lacks a file', { before: { condition: { missing: ['a'] } } }],
    ['its task says what it did not say', { before: {}, said: 'done' }],
    ['its task warns', { before: {}, result: { warned: ['careful'] } }],
    ['it has another check', { before: {}, result: { checks: { sum: { value: 1 } } } }],
    [
      'a file has another check',
      { before: {}, files: [finished('a', { note: { length: { value: 1 } } }), finished('b')] },
    ],
    ['a file has other bytes', { before: { outputs: { a: outputOf('a'), b: outputOf('c') } } }],
    [
      'a file has another name',
      { before: { outputs: { a: outputOf('a', { file: 'a.png' }), b: outputOf('b') } } },
    ],
    ['there were fewer files', { before: { outputs: { a: outputOf('a') } } }],
    [
      'there were more files',
      { before: { outputs: { a: outputOf('a'), b: outputOf('b'), c: outputOf('c') } } },
    ],
    ['there were others', { before: { outputs: { a: outputOf('a'), c: outputOf('b') } } }],
  ])('by force is published where %s', async (_, asked) => {
    const { did, name } = await published({ forced: true, ...asked })
    expect(did).toEqual([['publish', name, { replace: true }]])
  })

  test('is as before though its checks and words were told then, too', async () => {
    const { did } = await published({
      forced: true,
      said: 'done',
      result: { warned: ['careful'], checks: { sum: { value: 2 } } },
      files: [finished('a', { note: { length: { value: 9 } } }), finished('b')],
      before: {
        made: { said: 'other', warned: ['other'] },
        checks: { sum: { value: 1 } },
        outputs: { a: outputOf('a', { checks: { length: { value: 1 } } }), b: outputOf('b') },
      },
    })
    expect(did).toEqual(['discard'])
  })

  test('and comes out otherwise names what was of another version then', async () => {
    const before = { outputs: { a: outputOf('a'), b: outputOf('c') } }
    const { events } = await published({ forced: true, before })
    expect(events).toMatchObject([{ reproducible: false, madeBefore: ['node 20'] }])
    const unforced = await published({ before })
    expect(unforced.events[0]).not.toHaveProperty('reproducible')
  })

  test('compares what the step had made, corrections by hand apart', async () => {
    const corrected = outputOf('b', { digest: digest('hand'), edited: true, made: digest('b') })
    const { did } = await published({
      forced: true,
      before: { outputs: { a: outputOf('a'), b: corrected } },
    })
    expect(did).toEqual(['discard'])
  })

  test('says where corrections went that are not in it', async () => {
    const before = { id: 'Letters_old', condition: { edited: ['b'] } }
    const { events } = await published({ before })
    expect(events).toMatchObject([
      {
        is: 'said',
        level: 'warn',
        text: expect.stringMatching(/^corrections by hand went to \/retired\/Letters_old: b$/),
      },
      { is: 'finished' },
    ])
    // One that is in it is not lost.
    const taken = await published({
      before,
      files: [finished('a'), finished('b', { digest: digest('hand') })],
    })
    expect(taken.events).toMatchObject([{ is: 'finished' }])
  })

  test('drops corrections only where that is wished', async () => {
    const before = { condition: { edited: ['b'] } }
    const kept = await published({ forced: true, before })
    expect(kept.did).toEqual(['discard'])
    const dropped = await published({ forced: true, dropsEdits: true, before })
    expect(dropped.did).toEqual([['publish', dropped.name, { replace: true }]])
    const none = await published({ forced: true, dropsEdits: true, before: {} })
    expect(none.did).toEqual(['discard'])
  })
})

// The state of a run: each event changes what it speaks of, and nothing else.
import { describe, expect, test } from 'vitest'
import type { CheckReport } from '../../src/plan/check-report.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { failure } from '../../src/run/failure.ts'
import { advance, beforeRun, type GrowingState } from '../../src/run/state.ts'

const of = { scan: 'plant', step: 'Masks' }
const begun: RunEvent = { is: 'begun', run: 'r', pipeline: 'p.toml', scans: ['plant', 'other'] }
const started: RunEvent = { is: 'started', ...of, fileset: 'Masks_1' }
const finished: RunEvent = { is: 'finished', ...of, fileset: 'Masks_1', seconds: 2, bytes: 3 }
const expected = { seconds: 5, bytes: 6 }
const planned = (more: object = {}): RunEvent => ({
  is: 'planned',
  scan: 'plant',
  steps: [
    { step: 'Masks', decision: { do: 'run', reason: { why: 'never-ran' } }, ...more },
    { step: 'Voxels', decision: { do: 'leave' } },
  ],
})
const broken: CheckReport = { check: 'share', is: 'broken', limits: {}, broken: [], message: 'low' }

const after = (...events: readonly RunEvent[]): GrowingState =>
  [begun, ...events].reduce(advance, beforeRun())
/** Where the step `Masks` of `plant` stands after these events. */
const stands = (...events: readonly RunEvent[]) =>
  after(...events)
    .scans.get('plant')
    ?.steps.get('Masks')

describe('a run', () => {
  test('begins with scans without steps, and ends with a code', () => {
    expect(beforeRun()).toStrictEqual({ run: '', scans: new Map(), warnings: [] })
    expect(after()).toStrictEqual({
      run: 'r',
      scans: new Map([
        ['plant', { steps: new Map() }],
        ['other', { steps: new Map() }],
      ]),
      warnings: [],
    })
    expect(after({ is: 'ended', seconds: 1, code: 30 })).toMatchObject({
      run: 'r',
      ended: { seconds: 1, code: 30 },
    })
  })

  test('says why a scan is left out, and keeps the steps that it had', () => {
    const held = (waits: boolean): RunEvent => ({ is: 'held', scan: 'plant', message: 'm', waits })
    expect(after(held(false)).scans.get('plant')).toStrictEqual({ steps: new Map(), held: 'm' })
    expect(after(held(true)).scans.get('plant')).toStrictEqual({ steps: new Map() })
    const fault: RunEvent = { is: 'broken', scan: 'plant', message: 'damaged' }
    const scan = after(planned(), fault).scans.get('plant')
    expect(scan?.broken).toBe('damaged')
    expect([...scan!.steps.keys()]).toEqual(['Masks', 'Voxels'])
    // Also one that the beginning did not name.
    expect(after({ ...fault, scan: 'new' }).scans.get('new')).toStrictEqual({
      steps: new Map(),
      broken: 'damaged',
    })
  })

  test('is not changed by a note', () => {
    const note: RunEvent = { is: 'noted', scan: 'plant', note: { note: 'lost', fileset: 'images' } }
    expect(after(planned(), note)).toStrictEqual(after(planned()))
    expect(after(planned(), note).scans.get('plant')).not.toHaveProperty('broken')
  })
})

describe('a step', () => {
  test('waits, or is left', () => {
    expect(stands(planned())).toStrictEqual({ is: 'waiting' })
    expect(stands(planned({ expected }))).toStrictEqual({ is: 'waiting', expected })
    expect(after(planned()).scans.get('plant')?.steps.get('Voxels')).toStrictEqual({ is: 'left' })
  })

  test('that runs knows what it is expected to take, and its files', () => {
    const running = { is: 'running', done: 0, total: 0 }
    const files = { make: 3, reuse: 1 }
    expect(stands(started)).toStrictEqual(running)
    expect(stands(planned(), started)).toStrictEqual(running)
    expect(stands(planned({ expected }), { ...started, files })).toStrictEqual({
      ...running,
      files,
      expected,
    })
    // Of one that was over before, nothing is taken over.
    expect(stands(finished, started)).toStrictEqual(running)
  })

  test('that runs tells how far it is, and where its jobs are', () => {
    const progress: RunEvent = { is: 'progress', ...of, done: 1, total: 2 }
    const running = { is: 'running', done: 1, total: 2 }
    expect(stands(started, progress)).toStrictEqual(running)
    expect(stands(started, { ...progress, what: 'views' })).toStrictEqual({
      ...running,
      what: 'views',
    })
    const counts = { waiting: 1, running: 2, nodes: ['n1'] }
    const placed: RunEvent = { is: 'placed', ...of, ...counts }
    expect(stands(started, placed)).toMatchObject({ is: 'running', placed: counts })
    expect(stands(started, placed)).not.toHaveProperty('placed.why')
    expect(stands(started, { ...placed, why: 'Priority' })).toMatchObject({
      placed: { ...counts, why: 'Priority' },
    })
    // After its end, and of a step that nobody knows, nothing of it is heard.
    for (const late of [progress, placed]) {
      expect(stands(started, finished, late)).toMatchObject({ is: 'finished' })
      expect(stands(late)).toBeUndefined()
      expect(after({ ...late, scan: 'new' }).scans.has('new')).toBe(false)
    }
  })

  test('that runs keeps the last that it said; warnings are kept for the end', () => {
    const said = (level: 'debug' | 'info' | 'warn', text: string): RunEvent => ({
      is: 'said',
      ...of,
      level,
      text,
    })
    const all = after(started, said('info', 'one'), said('info', 'two'), said('debug', 'no'))
    expect(all.scans.get('plant')?.steps.get('Masks')).toMatchObject({ said: 'two' })
    expect(all.warnings).toEqual([])
    const warned = after(started, said('info', 'one'), said('warn', 'dark'))
    expect(warned.warnings).toStrictEqual([{ ...of, text: 'dark' }])
    expect(warned.scans.get('plant')?.steps.get('Masks')).toMatchObject({ said: 'one' })
    expect(stands(started, finished, said('info', 'late'))).not.toHaveProperty('said')
    expect(stands(said('info', 'early'))).toBeUndefined()
    // What it said, and its files, are told of the finished one as well.
    const files = { make: 3, reuse: 1 }
    expect(stands({ ...started, files }, said('info', 'one'), finished)).toMatchObject({
      is: 'finished',
      said: 'one',
      files,
    })
  })

  test('that is finished has what was told of it, and no more', () => {
    const plain = { is: 'finished', fileset: 'Masks_1', seconds: 2, bytes: 3 }
    expect(stands(finished)).toStrictEqual(plain)
    expect(stands(started, finished)).toStrictEqual(plain)
    const more = { coreSeconds: 9, checks: [broken], reproducible: false }
    expect(stands({ ...finished, ...more })).toStrictEqual({ ...plain, ...more })
  })

  test('that is reused has what its record tells, its warnings among those of the run', () => {
    const reused: RunEvent = { is: 'reused', ...of, fileset: 'Masks_1', edited: ['a'] }
    const plain = { is: 'reused', fileset: 'Masks_1', edited: ['a'] }
    expect(stands(reused)).toStrictEqual(plain)
    const told = after({ ...reused, checks: [broken], said: 'one', warned: ['dark', 'small'] })
    expect(told.scans.get('plant')?.steps.get('Masks')).toStrictEqual({
      ...plain,
      checks: [broken],
      said: 'one',
    })
    expect(told.warnings).toStrictEqual([
      { ...of, text: 'dark' },
      { ...of, text: 'small' },
      { ...of, text: 'low', isBroken: true },
    ])
    expect(after(reused).warnings).toEqual([])
  })

  test('with a broken limit is in doubt, also when it was made now', () => {
    expect(after({ ...finished, checks: [broken] }).warnings).toStrictEqual([
      { ...of, text: 'low', isBroken: true },
    ])
  })

  test('fails, or waits for another try; is skipped, or cancelled', () => {
    const fault = failure('task/threw', 'no')
    const failed = (retry: boolean): RunEvent => ({ is: 'failed', ...of, failure: fault, retry })
    expect(stands(started, failed(false))).toStrictEqual({ is: 'failed', failure: fault })
    expect(stands(started, failed(true))).toStrictEqual({ is: 'waiting' })
    expect(stands({ is: 'skipped', ...of, cause: 'missing', why: 'none' })).toStrictEqual({
      is: 'skipped',
      cause: 'missing',
      why: 'none',
    })
    expect(stands(started, { is: 'cancelled', ...of })).toStrictEqual({ is: 'cancelled' })
    // The other steps of its scan stand as they stood.
    const all = after(planned(), started, { is: 'cancelled', ...of })
    expect([...all.scans.get('plant')!.steps.values()].map(({ is }) => is)).toEqual([
      'cancelled',
      'left',
    ])
  })
})

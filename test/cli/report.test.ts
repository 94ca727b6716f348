// What is printed, as functions of what happened: numbers, reasons, columns, progress, summaries.
import { describe, expect, test } from 'vitest'
import { eventLines, progressLine } from '../../src/cli/report/lines.ts'
import { liveLines } from '../../src/cli/report/live.ts'
import { LivePulse } from '../../src/cli/report/pulse.ts'
import { plainStyle } from '../../src/cli/report/style.ts'
import { resultsOf } from '../../src/cli/report/results.ts'
import { summaryLines } from '../../src/cli/report/summary.ts'
import { width } from '../../src/cli/report/table.ts'
import { emptyView, estimate, observe } from '../../src/cli/report/view.ts'
import type { RunId } from '../../src/fsdb/ids.ts'
import { atWorkLines } from '../../src/survey/at-work.ts'
import type { PastRun, PastStep } from '../../src/survey/past-run.ts'
import type { RunEvent } from '../../src/run/event.ts'
import type { PlacedJobCounts } from '../../src/run/placed-counts.ts'
import { advance, beforeRun } from '../../src/run/state.ts'

describe('a long step, where nobody watches a live view,', () => {
  const at = { scan: 'plant', step: 'Colmap' }
  const progress = (done: number) =>
    ({ is: 'progress', ...at, done, total: 60, what: 'poses' }) as const

  test('a long step, where nobody watches a live view, is told of every half minute', () => {
    const pulse = new LivePulse()
    const due = (event: RunEvent, seconds: number) => pulse.isDue(event, 1000 * seconds)
    expect(due({ is: 'started', ...at, fileset: 'Colmap_1' }, 0)).toBe(false)
    const told = [1, 29, 31, 59, 62, 70].filter((seconds) => due(progress(seconds), seconds))
    expect(told).toEqual([31, 62])
    // another scan has a silence of its own
    expect(due({ ...progress(1), scan: 'other' }, 200)).toBe(false)
    expect(due(progress(60), 200)).toBe(true)
  })

  test('says how far it is, and with what', () => {
    const telling = { style: plainStyle, verbose: false, starts: true, scans: false }
    expect(progressLine(progress(21), telling)).toBe('· Colmap  35 %, poses')
  })
})

const at = { scan: 'plant_01', step: 'Voxels' } as const
const begun: RunEvent = { is: 'begun', run: 'r', pipeline: 'p.toml', scans: ['plant_01'] }
const planned: RunEvent = {
  is: 'planned',
  scan: 'plant_01',
  steps: [
    { step: 'Images', decision: { do: 'reuse', fileset: 'images', edited: [] } },
    {
      step: 'Voxels',
      decision: { do: 'run', reason: { why: 'never-ran' } },
      expected: { seconds: 10, bytes: 1 },
    },
    { step: 'PointCloud', decision: { do: 'run', reason: { why: 'never-ran' } } },
  ],
}
const started: RunEvent = { is: 'started', ...at, fileset: 'Voxels_1' }
const progress = (done: number): RunEvent => ({ is: 'progress', ...at, done, total: 100 })

describe('the live view', () => {
  const viewAt = (...events: readonly (readonly [RunEvent, number])[]) =>
    events.reduce((view, [event, time]) => observe(view, event, time), emptyView())

  test('shows how far a step is, how fast, and how long still', () => {
    const view = viewAt(
      [begun, 0],
      [planned, 0],
      [started, 1000],
      [progress(0), 1000],
      [progress(20), 3000],
    )
    const [step, counts] = liveLines(view, 3000, 100, plainStyle)
    for (const part of ['Voxels', '20 %', '10/s', '8.0 s left']) expect(step).toContain(part)
    expect(counts).toContain('0 of 3 steps done')
  })

  test('falls back on what earlier runs took', () => {
    const view = viewAt([begun, 0], [planned, 0], [started, 1000])
    expect(liveLines(view, 5000, 100, plainStyle)[0]).toContain('6.0 s left')
  })

  test('the live view is never wider than the terminal, and never shows more than some steps', () => {
    const scans = Array.from({ length: 30 }, (_, i) => `a_scan_with_a_long_name_${i}`)
    let view = observe(emptyView(), { ...begun, scans }, 0)
    for (const scan of scans) view = observe(view, { ...started, scan }, 0)
    const lines = liveLines(view, 100, 40, plainStyle)
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines.every((line) => width(line) <= 40)).toBe(true)
  })

  test('of a cluster tells what runs first, and of what waits why, not how long it takes', () => {
    const placed = (scan: string, counts: PlacedJobCounts): RunEvent => ({
      is: 'placed',
      ...at,
      scan,
      ...counts,
    })
    const view = viewAt(
      [{ ...begun, scans: ['a', 'b'] }, 0],
      ...['a', 'b'].flatMap((scan) => [
        [{ ...planned, scan }, 0] as const,
        [{ ...started, scan }, 1000] as const,
      ]),
      [placed('a', { waiting: 1, running: 0, nodes: [], why: 'Priority' }), 1000],
      [placed('b', { waiting: 1, running: 2, nodes: ['n1', 'n2'] }), 2000],
    )
    const lines = liveLines(view, 5000, 100, plainStyle).map((line) => line.replace(/ {2,}/g, ' '))
    expect(lines).toEqual([
      '▸ b Voxels ≈ 7.0 s left 1 job waits, 2 run on n1, n2',
      '· a Voxels 4.0 s waits (Priority)',
      '0 of 6 steps done, 0 of 2 scans; 2 jobs wait (Priority), 2 run on n1, n2',
    ])
  })

  test('estimates nothing that it cannot know', () => {
    expect(estimate({ done: 0, total: 0 }, { begun: 0 }, 1000)).toEqual({})
    expect(estimate({ done: 5, total: 10 }, { begun: 0, first: { at: 0, done: 5 } }, 1000)).toEqual(
      {
        share: 0.5,
      },
    )
  })
})

describe('lines', () => {
  const telling = { style: plainStyle, verbose: false, starts: true, scans: false }
  const lines = (event: RunEvent, change: object = {}) =>
    eventLines(event, 'p.toml', { ...telling, ...change })

  test('tell warnings always, and the rest of a step’s log only when asked', () => {
    const said = (level: 'info' | 'warn'): RunEvent => ({ is: 'said', ...at, level, text: 'hm' })
    expect(lines(said('warn'))).toHaveLength(1)
    expect(lines(said('info'))).toHaveLength(0)
    expect(lines(said('info'), { verbose: true })).toHaveLength(1)
  })

  test('tell starts only where no live view does', () => {
    expect(lines(started)).toHaveLength(1)
    expect(lines(started, { starts: false })).toHaveLength(0)
  })

  test('tell whether a forced step came out the same', () => {
    const finished = { is: 'finished', ...at, fileset: 'f', seconds: 1, bytes: 1 } as const
    expect(lines({ ...finished, reproducible: true })[0]).toContain('the same')
    expect(lines({ ...finished, reproducible: false })[0]).toContain('not deterministic')
  })
})

describe('the summary', () => {
  const summary = (...events: readonly RunEvent[]) => {
    const ended: RunEvent = { is: 'ended', seconds: 2, code: 0 }
    const state = [begun, planned, ...events, ended].reduce(advance, beforeRun())
    return summaryLines(
      state,
      new Set(['Voxels', 'PointCloud']),
      resultsOf(state, ['Voxels']).map((one) => ({ ...one, folder: 'db/v', files: ['a.npz'] })),
      'db/.romi/runs/r',
      plainStyle,
    )
  }

  test('the summary of a run with nothing to do is one line, the results, and where the log lies', () => {
    const reused = (step: string): RunEvent => ({
      is: 'reused',
      scan: 'plant_01',
      step,
      fileset: 'f',
      edited: [],
      said: '7 voxels',
    })
    expect(summary(reused('Voxels'), reused('PointCloud'))).toEqual([
      '✓ plant_01  everything was complete already',
      '→ Voxels  7 voxels',
      '  db/v: a.npz',
      '2.0 s, log: db/.romi/runs/r',
    ])
  })

  test('gives the results that were asked for: what their task said last, and where they lie', () => {
    const said = (text: string): RunEvent => ({ is: 'said', ...at, level: 'info', text })
    const finished: RunEvent = { is: 'finished', ...at, fileset: 'f', seconds: 1, bytes: 1 }
    const text = summary(started, said('soon'), said('7 voxels'), finished).join('\n')
    expect(text).toContain('7 voxels')
    expect(text).not.toContain('soon')
    expect(text).toContain('db/v: a.npz')
  })

  test('repeats failures with the end of their log, and each warning once', () => {
    const failure = {
      code: 'task/no-camera',
      message: 'no camera',
      facts: {},
      logTail: ['last words'],
    } as const
    const said: RunEvent = { is: 'said', ...at, level: 'warn', text: 'dark' }
    const text = summary(
      started,
      said,
      said,
      { is: 'failed', ...at, failure, retry: false },
      {
        is: 'skipped',
        scan: 'plant_01',
        step: 'PointCloud',
        cause: 'input-lost',
        why: 'Voxels gave no result',
      },
    ).join('\n')
    for (const part of ['1 failed', '1 not run', 'no camera', '| last words', 'dark (2 times)']) {
      expect(text).toContain(part)
    }
  })

  test('the summary of several scans names those that a warning came of', () => {
    const dark = (scan: string): RunEvent[] => [
      { ...started, scan },
      { is: 'said', ...at, scan, level: 'warn', text: 'dark' },
    ]
    const text = summary(...dark('plant_01'), ...dark('plant_02'), ...dark('plant_02')).join('\n')
    expect(text).toContain('dark (plant_01, plant_02) (3 times)')
  })

  test('counts the warnings of a step where there is one a photograph', () => {
    const dark = Array.from({ length: 60 }, (_, i): RunEvent => {
      return { is: 'said', ...at, level: 'warn', text: `photograph ${i} is dark` }
    })
    const lines = summary(started, ...dark).filter((line) => line.startsWith('!'))
    expect(lines).toHaveLength(6)
    expect(lines[5]).toContain('55 warnings more')
  })
})

test('a run at work is told with its machine, and each step with where it runs and since when', () => {
  const at = new Date(2026, 11, 1, 10, 12, 5).toISOString()
  const steps: readonly PastStep[] = [
    { scan: 'a', step: 'Masks', is: 'running', placed: { waiting: 1, running: 0, nodes: [] } },
    {
      scan: 'b',
      step: 'Masks',
      is: 'running',
      since: at,
      placed: { waiting: 0, running: 1, nodes: ['n1'] },
    },
    { scan: 'b', step: 'Import', is: 'finished' },
  ]
  // Safe: only shown.
  const id = '20261201T101028866-d40f57' as RunId
  const run: PastRun = { id, is: 'working', begun: at, host: 'login', scans: ['a', 'b'], steps }
  expect(atWorkLines([run])).toEqual([
    `at work on login: run ${id} since 2026-12-01 10:12:05: 2 steps now, 1 done; 1 job waits, 1 runs on n1`,
    '  ▸ b Masks  runs on n1 since 2026-12-01 10:12:05',
    '  ▸ a Masks  waits',
  ])
})

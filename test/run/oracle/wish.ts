// What is asked for of the oracle's pipeline: parameters, wiring, targets and versions of tasks.
import type { Task } from '../../../src/task/task.ts'
import { tasks } from './tasks.ts'

/** The values that each key may have; the first is where a sequence begins. */
export const choices = {
  source: ['images', 'others'],
  suffix: ['', 'x'],
  query: ['{}', '{ channel = "p" }', '{ pose = 3 }'],
  joined: ['Mirror', 'Upper', 'Stamp'],
  placed: ['Upper', 'Mirror', 'Stamp'],
  separator: [' ', '-'],
  base: ['10', '2'],
  offset: ['0', '3'],
  gauge: ['0', '3'],
  mark: ['+', '*'],
  borrowed: ['other', ''],
  targets: ['', 'Both', 'Count Level', 'Stamp', 'Place Measure', 'Join Borrow'],
} as const

export type Setting = keyof typeof choices
export type Wish = Readonly<Record<Setting, string>>

// Safe: every key of `choices` has a first value.
export const firstWish = Object.fromEntries(
  Object.entries(choices).map(([key, [first]]) => [key, first]),
) as Wish

/** The text of its pipeline.toml. */
export const pipelineOf = (wish: Wish): string => `
[ImagesFilesetExists]
fileset_id = "${wish.source}"
[Upper]
suffix = "${wish.suffix}"
[Mirror]
[Join]
upstream_task = "${wish.joined}"
separator = "${wish.separator}"
query = ${wish.query}
[Count]
base = ${wish.base}
[Locate]
offset = ${wish.offset}
[Place]
upstream_task = "${wish.placed}"
[Stamp]
[Gauge]
offset = ${wish.gauge}
[Level]
[Measure]
[Borrow]
from_scan_id = "${wish.borrowed}"
[Both]
mark = "${wish.mark}"
`

/** The tasks that are asked for; none: those that no other reads. */
export const targetsOf = ({ targets }: Wish): readonly string[] | undefined =>
  targets === '' ? undefined : targets.split(' ')

export const stepNames = [
  'Upper',
  'Mirror',
  'Join',
  'Count',
  'Locate',
  'Place',
  'Stamp',
  'Gauge',
  'Level',
  'Measure',
  'Borrow',
  'Both',
] as const

/** The tasks with the versions that were raised. */
export const tasksAt = (versions: Readonly<Record<string, number>>): readonly Task[] =>
  tasks.map((task) =>
    task.is === 'computing' && versions[task.name] !== undefined
      ? { ...task, version: versions[task.name] }
      : task,
  )

// Definitions that a compiler never saw: each fault is told when the module is loaded.
import { expect, test } from 'vitest'
import { definitionFault } from '../../src/task/definition.ts'
import { param } from '../../src/task/param.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask } from '../../src/task/task.ts'
import { tasks as builtin } from '../../tasks/index.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const sound = {
  name: 'Sound',
  version: 1,
  summary: '',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { threshold: param.float({ default: 0.5, max: 1, doc: 'how much' }) },
  output: texts,
  each: 'upstream_task',
  run: () => 'text',
} as const

// Safe: what a module says is not checked before it is loaded; that is what is tested.
const faultOf = (change: object) =>
  definitionFault(defineTask({ ...sound, ...change } as typeof sound) as ComputingTask)?.message

test('a sound one has none, nor has any task of ours', () => {
  expect(faultOf({})).toBeUndefined()
  expect(faultOf({ each: undefined, output: text })).toBeUndefined()
  for (const task of [...builtin, ...tasks]) expect(definitionFault(task)).toBeUndefined()
})

test.each([
  ['no version', { version: undefined }, 'version'],
  ['a version that is no number', { version: '1' }, 'version'],
  ['no inputs', { inputs: undefined }, 'inputs'],
  ['no parameters', { params: undefined }, 'params'],
  ['an output that was not imported', { output: undefined }, 'output'],
  ['no function', { run: undefined }, 'run'],
  ['an input that is no slot', { inputs: { upstream_task: texts } }, 'upstream_task'],
  [
    'an input of what was not imported',
    { inputs: { upstream_task: files(undefined as never, { default: undefined }) } },
    'upstream_task',
  ],
  ['a parameter that is a bare value', { params: { threshold: 0.5 } }, 'threshold'],
  [
    'a default beyond its range',
    { params: { threshold: param.float({ default: 7, max: 1, doc: '' }) } },
    'at most 1',
  ],
  [
    'a parameter named as an input',
    { params: { upstream_task: param.string({ default: '', doc: '' }) } },
    'upstream_task',
  ],
  ['an `each` that names no input', { each: 'upstream' }, 'it has upstream_task'],
  ['an `each` with a whole fileset as output', { output: text }, 'text'],
  [
    'an `each` that may find nothing',
    { inputs: { upstream_task: files(texts, { default: 'Upper', neutral: true }) } },
    'neutral',
  ],
  ['an output of files without `each`', { each: undefined }, 'each'],
])('%s', (_what, change, part) => {
  expect(faultOf(change)).toContain(part)
})

// Who goes first.
import { describe, expect, test } from 'vitest'
import { longestPaths, priorityOf } from '../../src/run/priority.ts'
import { MemoryScan } from '../support/memory-scan.ts'

describe('the priority of a step', () => {
  test('is the longer way to the end, whatever the age of its scan', () => {
    expect(priorityOf(2, 1000)).toBeGreaterThan(priorityOf(1, 0))
    expect(priorityOf(2, 0)).toBe(2)
  })

  test('is among equals that of the scan that was begun first', () => {
    expect(priorityOf(2, 0)).toBeGreaterThan(priorityOf(2, 1))
  })
})

test('the way from a step is the longest chain that follows it, a second where nothing is known', () => {
  const toml = '[Upper]\n[Locate]\n[Join]\n[Count]\n[Place]\n'
  const steps = [...new MemoryScan().pipeline(toml).steps.values()]
  const seconds = new Map([
    ['ImagesFilesetExists', 0],
    ['Upper', 2],
    ['Locate', 20],
    ['Join', 3],
    ['Count', 10],
  ])
  // Place reads Upper and Locate; Count reads Join, and Join reads Upper.
  expect(longestPaths(steps, seconds)).toEqual(
    new Map([
      ['Place', 1],
      ['Count', 10],
      ['Join', 13],
      ['Upper', 15],
      ['Locate', 21],
      ['ImagesFilesetExists', 21],
    ]),
  )
})

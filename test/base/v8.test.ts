// How V8 is set: for looking while a program only looks, and as by itself as soon as it computes.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const module = pathToFileURL(join(import.meta.dirname, '../../src/base/v8.ts')).href

/** What a program prints that may tune V8. */
function printed(code: string, flags: readonly string[] = []): string {
  const imported = `import { letMemoryGrow, tuneForComputing, tuneForLooking } from ${JSON.stringify(module)}\n`
  const args = ['--import', 'tsx', ...flags, '--input-type=module', '-e', imported + code]
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()
}

/** Whether V8 optimises a function that is called 8,000 times, after what is done first. */
function isOptimised(first: string): boolean {
  const code = `
    ${first}
    function sum(n) { let of = 0; for (let i = 0; i < 3; i++) of += n; return of }
    let all = 0
    for (let i = 0; i < 8e3; i++) all += sum(i)
    console.log(all > 0 && (%GetOptimizationStatus(sum) & 16) !== 0)`
  const flags = ['--allow-natives-syntax', '--no-concurrent-recompilation', '--no-use-osr']
  return printed(code, flags) === 'true'
}

/** How many bytes V8 takes for what is new, once 300,000 lists are kept, after what is done first. */
function newSpace(first: string): number {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8'
    ${first}
    const kept = Array.from({ length: 3e5 }, (_, i) => [i, i])
    const space = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space')
    console.log(kept.length && space.space_size)`
  return Number(printed(code))
}

describe.runIf(process.versions.v8.startsWith('11.3.'))('until something is computed', () => {
  test('functions are optimised late', () => {
    expect(isOptimised('')).toBe(true)
    expect(isOptimised('tuneForLooking()')).toBe(false)
    expect(isOptimised('tuneForLooking(); tuneForComputing()')).toBe(true)
  })

  test('memory for what is new does not grow', () => {
    const byItself = newSpace('')
    expect(newSpace('tuneForLooking()')).toBeLessThan(byItself / 2)
    expect(newSpace('tuneForLooking(); tuneForComputing()')).toBe(byItself)
    expect(newSpace('tuneForLooking(); letMemoryGrow()')).toBe(byItself)
  })
})

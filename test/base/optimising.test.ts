// When V8 optimises: late while a program only looks, and as by itself as soon as it computes.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const module = pathToFileURL(join(import.meta.dirname, '../../src/base/optimising.ts')).href

/** Whether V8 optimises a function that is called 8,000 times, after what is done first. */
function isOptimised(first: string): boolean {
  const code = `
    import { optimiseLate, optimiseSoon } from ${JSON.stringify(module)}
    ${first}
    function sum(n) { let of = 0; for (let i = 0; i < 3; i++) of += n; return of }
    let all = 0
    for (let i = 0; i < 8e3; i++) all += sum(i)
    console.log(all > 0 && (%GetOptimizationStatus(sum) & 16) !== 0)`
  const flags = ['--allow-natives-syntax', '--no-concurrent-recompilation', '--no-use-osr']
  const args = ['--import', 'tsx', ...flags, '--input-type=module', '-e', code]
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim() === 'true'
}

test.runIf(process.versions.v8.startsWith('11.3.'))(
  'functions are optimised late until something is computed',
  () => {
    expect(isOptimised('')).toBe(true)
    expect(isOptimised('optimiseLate()')).toBe(false)
    expect(isOptimised('optimiseLate(); optimiseSoon()')).toBe(true)
  },
)

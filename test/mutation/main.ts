// `npm run mutate -- src/plan`: would the tests notice if the code of a folder were another? By StrykerJS.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { globSync } from 'tinyglobby'
import { root, selectTests, testsVariable } from './select.ts'
import { scoresOf, scoreTable, type MutationReport } from './score.ts'
import { forgetStaticSurvivors } from './try-again.ts'

const usage = `npm run mutate -- PATH … [--tests GLOB] …

Mutates the code of folders of src, or of files, and runs the tests of their name against each
mutant: test/plan for src/plan. With --tests, those test files: 'test/**' for all. What was killed
stays killed, so a run goes on where one was stopped, and survivors may be tried with more tests.`

/** Where results are kept. */
const reports = 'reports/mutation'
/** Lines of code a run of Stryker: what is stopped is lost up to here. */
const batchLines = 400

/**
 * What is never mutated: what ends processes by what it finds on the machine, as a mutant ends all of
 * them; and what is no TypeScript, and was built.
 */
const neverMutated = ['src/run/leftovers.ts', 'src/geometry/wasm/assembly/*.ts']

/** The folder of src that a path belongs to, of which all results stand in one file. */
const roomOf = (path: string): string => path.split('/').slice(0, 2).join('/')

const reportOf = (room: string): string => `${reports}/${room.replaceAll('/', '-')}.json`

/** Files in groups of about as many lines. */
function batchesOf(files: readonly string[]): string[][] {
  const batches: string[][] = []
  let lines = Infinity
  for (const file of files) {
    const own = readFileSync(join(root, file), 'utf8').split('\n').length
    if (lines + own > batchLines) {
      batches.push([])
      lines = 0
    }
    batches.at(-1)!.push(file) // safe: the first file opened one
    lines += own
  }
  return batches
}

async function mutate(files: readonly string[], tests: readonly string[]): Promise<void> {
  // Not by Stryker's `testFiles`: with those it sets a mutant of code that runs while its module is
  // loaded too late, so that it survives whatever the tests say.
  process.env[testsVariable] = JSON.stringify(tests)
  forgetStaticSurvivors(reportOf(roomOf(files[0])), files)
  await new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    incremental: true,
    incrementalFile: reportOf(roomOf(files[0])),
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { reportTests: false, allowColor: false, reportScoreTable: false },
    ignorePatterns: [
      '/dist/**',
      '!/dist/src/geometry/wasm/*.wasm',
      '/docs',
      '/bench/results',
      '/reports',
    ],
    disableTypeChecks: false,
    allowConsoleColors: false,
    // A machine that does other work: what takes long is rarely a mutant that never ends.
    dryRunTimeoutMinutes: 120,
    timeoutMS: 20_000,
    timeoutFactor: 4,
  }).runMutationTest()
}

/** The files of a folder, or the one that is named. */
const filesIn = (path: string): string[] =>
  globSync([path, `${path}/**/*.ts`], {
    cwd: root,
    expandDirectories: false,
    ignore: neverMutated,
  }).sort()

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tests: { type: 'string', multiple: true } },
  })
  if (positionals.length === 0) throw new Error(usage)
  for (const path of positionals)
    if (!path.startsWith('src/')) throw new Error(`${path} is not in src\n\n${usage}`)
  const { chosen, leftOut } = selectTests()
  console.log('Test files that start processes or replace modules are left out:')
  for (const [file, why] of leftOut) console.log(`  ${file} (${why})`)
  console.log(`Never mutated: ${neverMutated.join(', ')}`)
  const paths = positionals.map((given) => given.replace(/\/$/, ''))
  for (const room of new Set(paths.map(roomOf))) {
    const files = paths.filter((path) => roomOf(path) === room).flatMap(filesIn)
    if (files.length === 0) throw new Error(`no TypeScript in ${room}\n\n${usage}`)
    const patterns = values.tests ?? [`${room.replace(/^src/, 'test')}/**`]
    const asked = new Set(globSync(patterns, { cwd: root }))
    const tests = chosen.filter((file) => asked.has(file))
    if (tests.length === 0) throw new Error(`no test file fits ${patterns.join(' ')}\n\n${usage}`)
    for (const batch of batchesOf(files)) await mutate(batch, tests)
    // Safe: Stryker wrote it.
    const report = JSON.parse(readFileSync(reportOf(room), 'utf8')) as MutationReport
    console.log(scoreTable(scoresOf(report)))
  }
}

await main()

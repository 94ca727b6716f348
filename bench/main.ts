// Runs benchmarks: `npm run bench`, or `npm run bench NAME…`; tables on stdout, JSON in results/.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bench, Row } from './bench.ts'

const folder = import.meta.dirname
const results = join(folder, 'results')
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !['bench.ts', 'main.ts'].includes(name))
  .map((name) => name.slice(0, -'.ts'.length))
  .sort()

/** Rows with the same columns, one table each. */
function alike(rows: readonly Row[]): Row[][] {
  const tables = new Map<string, Row[]>()
  for (const row of rows) {
    const columns = Object.keys(row).join()
    tables.set(columns, [...(tables.get(columns) ?? []), row])
  }
  return [...tables.values()]
}

async function run(name: string): Promise<void> {
  const url = pathToFileURL(join(folder, `${name}.ts`)).href
  // Safe: every file in this folder but two default-exports a Bench; knip and tsc see them all.
  const { default: bench } = (await import(url)) as { readonly default: Bench }
  const rows: Row[] = []
  console.log(`\n${name}`)
  await bench((row) => {
    rows.push(row)
    console.error(`  ${JSON.stringify(row)}`)
  })
  for (const table of alike(rows)) console.table(table)
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length }
  mkdirSync(results, { recursive: true })
  writeFileSync(
    join(results, `${name}.json`),
    `${JSON.stringify({ name, date: new Date().toISOString(), machine, rows }, null, 2)}\n`,
  )
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there is: ${all.join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of asked.length > 0 ? asked : all) await run(name)
}

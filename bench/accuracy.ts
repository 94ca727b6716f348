// How right angles and internodes are: by plant, views, image size and errors of the cameras' poses.
//
// `npm run bench accuracy` tries one plant of each form; `npx tsx bench/accuracy.ts 20` twenty, and
// the published scans, and writes docs/accuracy.md; with names of forms behind the number, only
// those plants. Each trial is noted in results/ when it is done, and a study that was interrupted
// goes on from there: remove that note to begin anew.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedData } from '../test/support/shared.ts'
import type { Bench } from './bench.ts'
import { forms, type Form } from './support/accuracy/conditions.ts'
import { page } from './support/accuracy/page.ts'
import { published, publishedRows, rowsOf } from './support/accuracy/rows.ts'
import { Notes, tryPlant } from './support/accuracy/trial.ts'

/** Drawn at random once the code that they judge was finished; no test grows such a plant. */
const seeds = [
  7373, 2083, 29445, 51672, 56676, 44718, 5323, 44934, 51637, 54068, 62082, 30942, 30132, 37242,
  19925, 12102, 109, 51947, 35425, 52980,
]

function notes(name: string): Notes {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  return new Notes(join(folder, name))
}

const isForm = (name: string): name is Form => Object.hasOwn(forms, name)

const bench: Bench = async (report) => {
  const noted = notes('accuracy-one.ndjson')
  for (const form of Object.keys(forms).filter(isForm)) await tryPlant(form, seeds[0], noted)
  for (const row of rowsOf(noted.trials)) report(row)
}
export default bench

async function study(plants: number, asked: readonly Form[]): Promise<void> {
  const noted = notes('accuracy.ndjson')
  for (const form of asked)
    for (const [n, seed] of seeds.slice(0, plants).entries()) {
      await tryPlant(form, seed, noted)
      console.error(`${form}: ${n + 1} of ${plants} plants`)
    }
  const told = sharedData ? await published(sharedData) : []
  console.table(rowsOf(noted.trials))
  console.table(publishedRows(told))
  writeFileSync(
    join(import.meta.dirname, '..', 'docs', 'accuracy.md'),
    page({ trials: noted.trials, seeds: seeds.slice(0, plants), published: told }),
  )
}

if (process.argv[1] === import.meta.filename) {
  const [plants = '20', ...names] = process.argv.slice(2)
  const asked = names.length > 0 ? names.filter(isForm) : Object.keys(forms).filter(isForm)
  await study(Number(plants), asked)
}

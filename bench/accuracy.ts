// How right angles and internodes are: by plant, views, image size, masks and errors of the cameras.
//
// `npm run bench accuracy` tries one plant of each group of conditions; `npx tsx bench/accuracy.ts 20`
// twenty, and the published scans, and writes docs/accuracy.md. Each trial is noted in results/ when
// it is done, and a study that was interrupted goes on from there: remove these notes to begin anew.
// `aims`, `besides` or `published` behind the number does that part alone, side by side with others;
// `npx tsx bench/accuracy.ts 0` writes the page from what is noted.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedData } from '../test/support/shared.ts'
import type { Bench } from './bench.ts'
import { aims, besides, type Group } from './support/accuracy/conditions.ts'
import { Notes } from './support/accuracy/notes.ts'
import { page } from './support/accuracy/page.ts'
import { measurePublished, type PublishedResult } from './support/accuracy/published-cases.ts'
import { rowsOf } from './support/accuracy/rows.ts'
import { tryPlant, type Trial } from './support/accuracy/trial.ts'

/** Drawn at random once the code that they judge was finished; no test grows such a plant. */
const seeds = [
  49531, 9228, 51771, 17475, 35564, 62855, 52997, 23639, 21049, 45330, 20230, 10687, 33314, 19711,
  51521, 795, 58502, 49077, 18603, 61442,
]

const bench: Bench = async (report) => {
  const noted = new Notes<Trial>('accuracy-one.ndjson')
  for (const group of [...aims, ...besides]) await tryPlant(group, seeds[0], 0, noted)
  for (const row of rowsOf(noted.all)) report(row)
}
export default bench

const parts = ['aims', 'besides', 'published'] as const

async function study(plants: number, asked: readonly string[]): Promise<void> {
  if (asked.includes('aims')) await tryPlants(aims, plants)
  if (asked.includes('besides')) await tryPlants(besides, plants)
  if (asked.includes('published') && sharedData && plants > 0)
    await measurePublished(sharedData, publishedNotes())
  // notes may hold plants of an earlier study
  const trials = trialNotes().all.filter(({ seed }) => seeds.includes(seed))
  writeFileSync(
    join(import.meta.dirname, '..', 'docs', 'accuracy.md'),
    page({ trials, seeds, published: publishedNotes().all }),
  )
}

const trialNotes = () => new Notes<Trial>('accuracy.ndjson')
const publishedNotes = () => new Notes<PublishedResult>('accuracy-published.ndjson')

/** Plant by plant, so that an interrupted study has something of each row. */
async function tryPlants(groups: readonly Group[], plants: number): Promise<void> {
  const noted = trialNotes()
  for (const draw of [0, 1])
    for (const [n, seed] of seeds.slice(0, plants).entries())
      for (const group of groups) {
        if (n >= group.most) continue
        await tryPlant(group, seed, draw, noted)
        console.error(`${group.conditions[0].plant}, draw ${draw + 1}: plant ${n + 1}`)
      }
}

if (process.argv[1] === import.meta.filename) {
  const [plants = String(seeds.length), ...asked] = process.argv.slice(2)
  await study(Number(plants), asked.length > 0 ? asked : parts)
}

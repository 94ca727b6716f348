// How right angles and internodes are: by plant, views, image size, masks and errors of the cameras.
//
// `npm run bench accuracy` tries one plant of each group of conditions; `npx tsx bench/accuracy.ts 20`
// twenty, and the published scans, and writes docs/accuracy.md. Each trial is noted in results/ when
// it is done, and a study that was interrupted goes on from there: remove these notes to begin anew.
// `aims`, `besides` or `published` behind the number does that part alone, side by side with others,
// "as scanned", "strong branches" or default only such plants;
// `npx tsx bench/accuracy.ts 0` writes the page from what is noted; lines of the page stay whose trials
// are not, or fewer. Skeletons are kept beside the
// notes: `npx tsx bench/accuracy.ts 0 again` measures from them anew what was noted, in seconds, after
// a change of the stem or of organs. `tuning` tries the aims on other plants than the page tells of,
// `npx tsx bench/accuracy.ts 0 tuning again` measures these again; neither writes the page.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedData } from '../test/support/shared.ts'
import type { Bench } from './bench.ts'
import { aims, besides, type Group } from './support/accuracy/conditions.ts'
import { KeptSkeletons } from './support/accuracy/kept-skeletons.ts'
import { Notes } from './support/accuracy/notes.ts'
import { page } from './support/accuracy/page.ts'
import { measurePublished, type PublishedResult } from './support/accuracy/published-cases.ts'
import { causeRowsOf, rowsOf } from './support/accuracy/rows.ts'
import { toldTrials, studies } from './support/accuracy/studies.ts'
import { measureAgain, tryPlant, type Trial } from './support/accuracy/trial.ts'

const [{ seeds }] = studies

/** What is tuned is tuned on these plants. */
const tuningSeeds = Array.from({ length: 20 }, (_, i) => 7201 + i)

const bench: Bench = async (report) => {
  const noted = new Notes<Trial>('accuracy-one.ndjson')
  const skeletons = new KeptSkeletons('accuracy-one')
  for (const group of [...aims, ...besides]) await tryPlant(group, seeds[0], 0, noted, skeletons)
  for (const row of rowsOf(noted.all)) report(row)
}
export default bench

const parts = ['aims', 'besides', 'published'] as const

/** Plants, their trials, and the skeletons of these. */
interface Series {
  readonly seeds: readonly number[]
  readonly notes: Notes<Trial>
  readonly skeletons: KeptSkeletons
}

const series = (name: string, plants: readonly number[]): Series => ({
  seeds: plants,
  notes: new Notes<Trial>(`${name}.ndjson`),
  skeletons: new KeptSkeletons(name),
})

async function study(plants: number, asked: readonly string[]): Promise<void> {
  const studied = series('accuracy', seeds)
  if (asked.includes('again')) await measureAgain(studied.notes, studied.skeletons, seeds)
  if (asked.includes('aims')) await tryPlants(ofForms(aims, asked), plants, studied)
  if (asked.includes('besides')) await tryPlants(ofForms(besides, asked), plants, studied)
  const published = new Notes<PublishedResult>('accuracy-published.ndjson')
  if (asked.includes('published') && sharedData && plants > 0)
    await measurePublished(sharedData, published)
  const path = join(import.meta.dirname, '..', 'docs', 'accuracy.md')
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, page(toldTrials(studied.notes.all), published.all, before))
}

/** On plants that may be looked at as often as one likes. */
async function tune(plants: number, asked: readonly string[]): Promise<void> {
  const tuned = series('accuracy-tuning', tuningSeeds)
  if (asked.includes('again')) await measureAgain(tuned.notes, tuned.skeletons, tuningSeeds)
  await tryPlants(ofForms(aims, asked), plants, tuned)
  for (const row of [...rowsOf(tuned.notes.all), ...causeRowsOf(tuned.notes.all)]) console.log(row)
}

/** Those with plants of the forms that are asked for; all if none is. */
function ofForms(groups: readonly Group[], asked: readonly string[]): readonly Group[] {
  const wanted = groups.filter((group) => asked.includes(group.conditions[0].plant))
  return wanted.length > 0 ? wanted : groups
}

/** Plant by plant, so that an interrupted study has something of each row. */
async function tryPlants(
  groups: readonly Group[],
  plants: number,
  { seeds: drawn, notes, skeletons }: Series,
): Promise<void> {
  for (const draw of [0, 1])
    for (const [n, seed] of drawn.slice(0, plants).entries())
      for (const group of groups) {
        if (n >= group.most) continue
        await tryPlant(group, seed, draw, notes, skeletons)
        console.error(`${group.conditions[0].plant}, draw ${draw + 1}: plant ${n + 1}`)
      }
}

if (process.argv[1] === import.meta.filename) {
  const [plants = String(seeds.length), ...asked] = process.argv.slice(2)
  if (asked.includes('tuning')) await tune(Number(plants), asked)
  else await study(Number(plants), asked.length > 0 ? asked : parts)
}

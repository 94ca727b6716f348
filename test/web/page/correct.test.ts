// Organs corrected on the page: what is saved, what a run makes of it, and that it lasts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Correction, Organs, Place, Plant, Skeleton } from '../../../src/web/api.ts'
import { look, openBrowser } from '../../support/browser.ts'
import { measure, measuredPlant, servedCopy } from '../../support/measured-plant.ts'
import type { MeasuredPlant, ServedPlant } from '../../support/measured-plant.ts'
import { plainCsv } from '../../support/plain-csv.ts'
import { has } from '../../support/programs.ts'

describe.skipIf(!has('chromium'))('organs that are corrected on the page', () => {
  let browser: Browser
  let plant: MeasuredPlant
  beforeAll(async () => {
    browser = await openBrowser()
    plant = await measuredPlant()
  })
  afterAll(async () => {
    await browser.close()
    await plant.desk[Symbol.asyncDispose]()
  })

  test('stay corrected in the next run, and in one with another threshold', async () => {
    await using copy = await servedCopy(plant)
    const before = await organsOf(copy)
    const [other, gone] = before.organs.filter(({ number }) => number === 2 || number === 4)
    const { page, complaints } = await look(browser, `${copy.server.address}#/scan/virtual_plant`)
    const pick = (organ: number) =>
      page.getByRole('button', { name: `Organ ${organ}`, exact: true }).click()
    const save = async (why: string) => {
      await page.getByRole('textbox', { name: 'Why' }).fill(why)
      await page.getByRole('textbox', { name: 'By' }).fill('Ada')
      await page.getByRole('button', { name: 'Save the correction' }).click()
      await page.locator('.corrections li', { hasText: why }).waitFor()
    }
    await pick(4)
    await page.getByRole('button', { name: 'It is no organ' }).click()
    await save('a thread')
    await pick(4) // picked no more
    await pick(2)
    await page.getByRole('button', { name: 'Its kind is wrong' }).click()
    await page.locator('.draft select').selectOption('branch')
    await save('it bears flowers')

    const saved = correctionsIn(copy)
    expect(saved).toMatchObject([
      { do: 'remove', at: gone.insertion, why: 'a thread', by: 'Ada' },
      { do: 'kind', at: other.insertion, kind: 'branch', why: 'it bears flowers', by: 'Ada' },
    ])

    await page.getByRole('button', { name: 'Measure again with them' }).click()
    await page.locator('.one-run .outcome:not(.working)').waitFor()
    expect(await page.locator('.one-run .outcome').textContent()).toBe('all done')
    await page.goto(`${copy.server.address}#/scan/virtual_plant`)
    await page.locator('.corrections .applied').nth(1).waitFor()
    const after = await organsOf(copy)
    expect(after.organs.length).toBe(before.organs.length - 1)
    expect(after.removed).toMatchObject([{ at: gone.insertion }])
    const marked = [`branch kind ${saved[1].id}`, `${gone.kind} remove ${saved[0].id}`]
    expect(correctedIn(copy, after.fileset)).toEqual(marked)

    await measure(copy, '--set=Masks.threshold=0.22')
    const fresh = newOrgans(copy, [before.fileset, after.fileset])
    const third = await organsOf(copy, fresh)
    expect(third.organs.some(isNear(gone.insertion, gone.azimuth))).toBe(false)
    expect(third.removed.length).toBe(1)
    expect(distance(third.removed[0].at, gone.insertion)).toBeLessThan(3) // it was found there again
    expect(correctedIn(copy, fresh)).toEqual(marked)
    expect(correctionsIn(copy)).toEqual(saved)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('an organ is added, and an insertion moved, by places that are pointed at in the canvas', async () => {
    await using copy = await servedCopy(plant)
    const { organs } = await organsOf(copy)
    const skeleton = await skeletonOf(copy)
    const [moved, lost, above] = organs.filter(({ number }) => number !== undefined && number < 4)
    // what takes the pointer is drawn: the end of the organ's skeleton, beside its straight line
    const tip = nearestTo(lost.tip, skeleton)
    const address = `${copy.server.address}#/scan/virtual_plant?layers=organs.stem.skeleton`
    const { page, complaints } = await look(browser, address)
    /** Presses the middle of the canvas, once the eye looks there from 60 mm away along x. */
    const pointAt = async (place: Place) => {
      const canvas = page.locator('.scene canvas[data-drawn*="skeleton"]')
      await canvas.waitFor()
      await page.goto(`${address}&eye=${['0', '0', '60', ...place].join('_')}`)
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      )
      const box = (await canvas.boundingBox())!
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    }
    const save = async () => {
      const known = await page.locator('.corrections li').count()
      await page.getByRole('button', { name: 'Save the correction' }).click()
      await page.locator('.corrections li').nth(known).waitFor()
    }
    await page.getByRole('button', { name: `Organ ${lost.number}`, exact: true }).click()
    await page.getByRole('button', { name: 'It is no organ' }).click()
    await save()
    await page.getByRole('button', { name: 'Add an organ' }).click()
    await page.locator('.draft select').selectOption('branch')
    await pointAt([lost.insertion[0], lost.insertion[1] + 500, lost.insertion[2]])
    const missed = page.getByText('Nothing of the plant is there')
    await missed.waitFor()
    await pointAt(lost.insertion)
    await missed.waitFor({ state: 'detached' })
    await page.getByText('Now point at the tip of the organ').waitFor()
    await pointAt(tip)
    await save()
    await page.getByRole('button', { name: `Organ ${moved.number}`, exact: true }).click()
    await page.getByRole('button', { name: 'Move its insertion' }).click()
    const between = lost.insertion.map((value, k) => (value + above.insertion[k]) / 2)
    await pointAt(between as unknown as Place)
    await save()

    const saved = correctionsIn(copy)
    expect(saved.map((correction) => correction.do)).toEqual(['remove', 'add', 'move'])
    expect(distance(saved[1].at, lost.insertion)).toBeLessThan(3)
    expect(distance(saved[1].tip!, tip)).toBeLessThan(3)
    expect(distance(saved[2].at, between)).toBeLessThan(3)
    expect(complaints).toEqual([])
    await page.close()
    await measure(copy)
    const after = await organsOf(copy)
    const [added] = after.organs.filter(isNear(lost.insertion, lost.azimuth))
    expect(added).toMatchObject({ kind: 'branch' })
    expect(after.organs.some(({ insertion }) => distance(insertion, between) < 3)).toBe(true)
  })
})

async function organsOf({ server }: ServedPlant, fileset?: string): Promise<Organs> {
  const plant = `${server.address}api/plants/virtual_plant`
  const id = fileset ?? ((await (await fetch(plant)).json()) as Plant).layers.organs![0]
  return (await (await fetch(`${plant}/organs?fileset=${id}`)).json()) as Organs // as api.ts says
}

/** The places of the skeleton that is drawn. */
async function skeletonOf({ server }: ServedPlant): Promise<Place[]> {
  const plant = `${server.address}api/plants/virtual_plant`
  const { layers } = (await (await fetch(plant)).json()) as Plant // as api.ts says
  const answer = await fetch(`${plant}/skeleton?fileset=${layers.skeleton![0]}`)
  const { chains } = (await answer.json()) as Skeleton
  return chains.flatMap((xyz) =>
    Array.from({ length: xyz.length / 3 }, (_, i): Place => [
      xyz[3 * i],
      xyz[3 * i + 1],
      xyz[3 * i + 2],
    ]),
  )
}

const nearestTo = (place: Place, places: readonly Place[]): Place =>
  places.reduce((best, one) => (distance(one, place) < distance(best, place) ? one : best))

function correctionsIn({ scan }: MeasuredPlant): readonly Correction[] {
  const text = readFileSync(join(scan, 'corrections', 'organs.json'), 'utf8')
  return (JSON.parse(text) as { readonly corrections: readonly Correction[] }).corrections
}

/** Kind and mark of each corrected organ of the table. */
function correctedIn({ scan }: MeasuredPlant, fileset: string): string[] {
  const [names, ...rows] = plainCsv(readFileSync(join(scan, fileset, 'organs.csv'), 'utf8'))!
  const cell = (row: readonly string[], name: string) => row[names.indexOf(name)]
  expect(names).toContain('corrected')
  const marked = rows.filter((row) => cell(row, 'corrected') !== '')
  return marked.map((row) => `${cell(row, 'kind')} ${cell(row, 'corrected')}`)
}

/** The fileset of angles that is none of these. */
const newOrgans = ({ scan }: MeasuredPlant, known: readonly string[]): string =>
  readdirSync(scan).find((id) => id.startsWith('AnglesAndInternodes_') && !known.includes(id))!

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, k) => value - b[k]))

/** Near enough to be the same organ: within 3 mm, and 30° about the stem. */
const isNear =
  (place: readonly number[], azimuth: number) =>
  ({ insertion, azimuth: other }: Organs['organs'][number]): boolean =>
    distance(insertion, place) < 3 && Math.abs(((other - azimuth + 540) % 360) - 180) < 30

// The list of all plants, in a real browser: a thousand scans, and names that somebody chose badly.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessProblems, look, openBrowser } from '../../support/browser.ts'
import { has } from '../../support/programs.ts'
import { Serving } from '../../support/serving.ts'

/** As far as an id may go: some systems have no < in names. */
const hostileId = `&lt;b onclick=alert(1)&gt;'%2e#{1}`
const hostileValue = '<img src=x onerror="document.title=`hacked`">'

describe.skipIf(!has('chromium'))('the list of plants', () => {
  let browser: Browser
  let many: Serving
  let hostile: Serving
  beforeAll(async () => {
    browser = await openBrowser()
    many = await Serving.make()
    for (let i = 1; i <= 1000; i++) await addScan(many, `plant_${i}`, { species: `kind ${i % 7}` })
    await many.start()
    hostile = await Serving.make()
    await addScan(hostile, hostileId, { species: hostileValue })
    await addScan(hostile, 'plant..1', {})
    await hostile.start()
  })
  afterAll(async () => {
    await browser.close()
    await many[Symbol.asyncDispose]()
    await hostile[Symbol.asyncDispose]()
  })

  test('a thousand scans are there, and only those in sight are drawn', async () => {
    const { page, complaints } = await look(browser, many.address)
    await page.getByText('1000 plants').waitFor()
    const rows = page.locator('tbody tr:not(.spacer)')
    expect(await rows.count()).toBeLessThan(60)
    await page.locator('.plants-box').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await page.getByRole('link', { name: 'plant_1000', exact: true }).waitFor()
    expect(await rows.count()).toBeLessThan(60)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a search narrows it by name and metadata, and stands in the address', async () => {
    const { page } = await look(browser, many.address)
    await page.getByLabel('Search plants').fill('plant_99 species:3')
    await page.getByText('2 of 1000 plants').waitFor() // 990 … 999: those that are 3 in 7
    expect(page.url()).toContain('search=plant_99+species%3A3')
    await page.reload()
    await page.getByText('2 of 1000 plants').waitFor()
    await page.getByLabel('Search plants').fill('no such plant')
    await page.getByRole('button', { name: 'Show all plants' }).click()
    await page.getByText('1000 plants', { exact: true }).waitFor()
    await page.close()
  })

  test('numbers in names are sorted as numbers, both ways', async () => {
    const { page } = await look(browser, many.address)
    const first = page.locator('tbody tr:not(.spacer) th a').first()
    await first.waitFor()
    expect(await first.textContent()).toBe('plant_1')
    await page.getByRole('button', { name: /^Plant/ }).click()
    await page.getByRole('link', { name: 'plant_1000', exact: true }).waitFor()
    expect(await first.textContent()).toBe('plant_1000')
    await page.close()
  })

  test('a folder that is no scan for its name alone is told', async () => {
    const { page, complaints } = await look(browser, hostile.address)
    const told = page.getByText(
      'the folder "plant..1" is no scan, since its name contains "..": rename it',
    )
    await told.waitFor()
    expect(await accessProblems(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  })

  test('hostile names are text, in the list and in the views of the scan', async () => {
    const { page, complaints } = await look(browser, hostile.address)
    const link = page.getByRole('link', { name: hostileId, exact: true })
    await link.waitFor()
    expect(await page.getByText(hostileValue).count()).toBe(1)
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByText('Nothing to draw yet').waitFor()
    expect(await page.title()).toBe(`${hostileId} – romi-run`)
    expect(complaints).toEqual([])
    await page.close()
  })

  test.each(['light', 'dark'] as const)('axe finds nothing to mend in %s', async (colorScheme) => {
    const { page } = await look(browser, many.address)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.getByText('1000 plants').waitFor()
    expect(await accessProblems(page)).toEqual([])
    await page.close()
  })
})

/** As another program may write it: an empty scan with metadata. */
async function addScan({ db }: Serving, id: string, metadata: object): Promise<void> {
  const folder = join(db.path, id)
  await mkdir(join(folder, 'metadata'), { recursive: true })
  await writeFile(join(folder, 'files.json'), '{"filesets":[]}')
  await writeFile(join(folder, 'metadata', 'metadata.json'), JSON.stringify(metadata))
}

// Parameters tried on the page, and runs that are started from there, watched and stopped.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StepRecord } from '../../../src/plan/facts/record.ts'
import type { Preview, RunList } from '../../../src/web/api.ts'
import { accessProblems, look, openBrowser } from '../../support/browser.ts'
import { measure, measuredPlant, servedCopy } from '../../support/measured-plant.ts'
import type { MeasuredPlant } from '../../support/measured-plant.ts'
import { has } from '../../support/programs.ts'

describe.skipIf(!has('chromium'))('on the page', () => {
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

  test('a threshold that is tried shows the mask that a run with it makes', async () => {
    await using copy = await servedCopy(plant)
    const { page, complaints } = await look(browser, tryView(copy.server.address, '00005_rgb'))
    const { image, set } = await tried(page, 0.35)
    expect(await page.locator('.try-then pre').textContent()).toBe('[Masks]\nthreshold = 0.35')
    const toRun = page.locator('.try-then .plan li', { has: page.locator('.decision.run') })
    expect(await toRun.locator('b').allTextContents()).toEqual(['Masks'])
    expect(await page.locator('.try-then .plan b').allTextContents()).toContain('Voxels')
    const shown = await page.evaluate(
      async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
      image,
    )
    await measure(copy, '--target=Masks', ...set.map((one) => `--set=${one}`))
    const made = masksOf(copy, 0.35).map((id) => readFileSync(join(copy.scan, id, '00005_rgb.png')))
    expect(made).toEqual([Buffer.from(shown)])
    const before = readFileSync(join(copy.scan, masksOf(copy, 0.2)[0], '00005_rgb.png'))
    expect(made[0].equals(before)).toBe(false)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a run that is started there shows at work, then done, without a reload', async () => {
    await using copy = await servedCopy(plant)
    const { page, complaints } = await look(browser, tryView(copy.server.address, '00005_rgb'))
    await tried(page, 0.3)
    const told = await outcomesFromNowOn(page)
    await page.getByRole('button', { name: 'Run it on this plant' }).click()
    await page.locator('.one-run .outcome:not(.working)').waitFor()
    expect(await told()).toEqual(['at work', 'all done'])
    const words = await page.locator('.one-run .timeline .word').allTextContents()
    expect(new Set(words)).toEqual(new Set(['reused', 'finished']))
    await page.getByRole('link', { name: 'virtual_plant', exact: true }).click()
    await page.getByRole('link', { name: 'Variants' }).click()
    await page.locator('.changes').getByText('threshold').waitFor()
    expect(await told()).toEqual(['at work', 'all done']) // the page is the one that it was
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a parameter that is one of some words is chosen from a list', async () => {
    await using copy = await servedCopy(plant)
    const { page } = await look(browser, tryView(copy.server.address, '00005_rgb'))
    const type = page.locator('#parameter-type')
    await type.waitFor()
    expect(await type.evaluate(({ tagName }) => tagName)).toBe('SELECT')
    expect(await type.locator('option').allTextContents()).toContain('excess_green')
    await page.close()
  })

  test.each(['Stop now', 'Stop when what runs now is done'])(
    '%s stops the run that it stands beside',
    async (button) => {
      // finer voxels: the run is long enough to be stopped
      const finer = (text: string) => text.replace(/^voxel_size = .*$/m, 'voxel_size = 0.25')
      await using copy = await servedCopy(plant, finer)
      const { page, complaints } = await look(browser, tryView(copy.server.address, '00005_rgb'))
      await tried(page, 0.3)
      await page.getByRole('button', { name: 'Run it on this plant' }).click()
      await page.getByRole('button', { name: button }).click()
      await page.locator('.one-run .outcome:not(.working)').waitFor()
      expect(await page.locator('.one-run .outcome').textContent()).toBe('interrupted')
      expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0)
      const answer = await fetch(`${copy.server.address}api/runs`)
      const { runs } = (await answer.json()) as RunList // as api.ts says
      expect(runs[0]).toMatchObject({ is: 'ended', code: 130, canStop: false })
      expect(runs[0].steps.filter(({ is }) => is === 'running')).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  test('axe finds nothing while a value is tried, in variants, and in runs', async () => {
    await using copy = await servedCopy(plant)
    await measure(copy, '--set=Masks.threshold=0.3')
    const { page } = await look(browser, tryView(copy.server.address, '00005_rgb'))
    await tried(page, 0.35)
    expect(await problemsInBothLooks(page), 'try').toEqual([])
    for (const [view, ready] of [
      ['#/scan/virtual_plant/variants?step=Masks', '.variants-view .mask'],
      ['#/scan/virtual_plant/variants', '.variants-view canvas'],
      ['#/runs', '.one-run .timeline .bar'],
    ]) {
      await page.goto(copy.server.address + view)
      await page.locator(ready).first().waitFor({ state: 'attached' })
      expect(await problemsInBothLooks(page), view).toEqual([])
    }
    await page.close()
  })
})

const tryView = (address: string, photograph: string): string =>
  `${address}#/scan/virtual_plant/try?photo=${photograph}`

/** Types a threshold, and waits until what comes of it is drawn. */
async function tried(page: Page, threshold: number): Promise<Preview> {
  const [answer] = await Promise.all([
    page.waitForResponse(
      (each) =>
        each.url().endsWith('/api/preview') &&
        each.request().postData()?.includes(`"threshold":${threshold}}`) === true,
    ),
    page.getByRole('spinbutton', { name: 'threshold' }).fill(String(threshold)),
  ])
  const preview = (await answer.json()) as Preview // as api.ts says
  await page.locator(`.try-stage .mask[style*="${preview.image}"]`).waitFor({ state: 'attached' })
  return preview
}

/** The filesets of masks by a threshold. */
function masksOf({ scan }: MeasuredPlant, threshold: number): string[] {
  return readdirSync(scan).filter((id) => {
    const about = join(scan, 'metadata', `${id}.json`)
    if (!id.startsWith('Masks_') || !existsSync(about)) return false
    const { romi } = JSON.parse(readFileSync(about, 'utf8')) as { readonly romi: StepRecord }
    return romi.params.threshold === threshold
  })
}

/** What axe finds in light and in dark. */
async function problemsInBothLooks(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    found.push(...(await accessProblems(page)))
  }
  return found
}

/** Keeps in the page each outcome of the run that is looked at; what was kept is lost with a reload. */
async function outcomesFromNowOn(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    globalThis.outcomesTold = []
    new MutationObserver(() => {
      const now = document.querySelector('.one-run .outcome')?.textContent
      if (now && outcomesTold.at(-1) !== now) outcomesTold.push(now)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })`)
  return () => page.evaluate('outcomesTold')
}

// One plant in a real browser: organs picked in the canvas, and drawn over photographs.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Organs, Plant } from '../../../src/web/api.ts'
import { sourceAt } from '../../../src/web/served.ts'
import { startServer, type Running } from '../../../src/web/server.ts'
import { accessProblems, look, openBrowser } from '../../support/browser.ts'
import { realTasks } from '../../support/command-line.ts'
import { measuredPlant, type MeasuredPlant } from '../../support/measured-plant.ts'
import { has } from '../../support/programs.ts'

describe.skipIf(!has('chromium'))('a plant on the page', () => {
  let browser: Browser
  let plant: MeasuredPlant
  let server: Running
  let organs: Organs
  beforeAll(async () => {
    browser = await openBrowser()
    plant = await measuredPlant()
    const source = await sourceAt(plant.pipeline, realTasks.origin!, false)
    const options = { host: '127.0.0.1', port: 0, mayEdit: false, allowedOrigins: [] }
    server = await startServer({ source, ...options })
    const answer = await fetch(`${server.address}api/plants/virtual_plant/organs`)
    organs = (await answer.json()) as Organs // as api.ts says
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    await plant.desk[Symbol.asyncDispose]()
  })

  test('an organ that is picked in the canvas is the one that is drawn there', async () => {
    const counted = organs.organs.filter(({ number }) => number !== undefined)
    const organ = counted[Math.floor(counted.length / 2)]
    const middle = organ.insertion.map((value, k) => (value + organ.tip[k]) / 2)
    // the eye stands 200 away along x, at the height of the organ, and looks at its middle
    const eye = ['0', '0', '200', ...middle].join('_')
    const address = `${server.address}#/scan/virtual_plant?eye=${eye}&layers=organs.stem.numbers`
    const { page, complaints } = await look(browser, address)
    await page
      .locator('.label', { hasText: String(organ.number) })
      .first()
      .waitFor()
    const box = await page.locator('.scene canvas').boundingBox()
    await page.mouse.click(box!.x + box!.width / 2, box!.y + box!.height / 2)
    await page.getByRole('heading', { name: `Organ ${organ.number} ` }).waitFor()
    expect(page.url()).toContain(`organ=${organ.number}`)
    expect(await page.locator('.organ-table tr.picked').textContent()).toContain(organ.kind)
    expect(await page.locator('.chart .band').count()).toBe(1)
    expect(await page.locator('.film-strip .organ.picked').count()).toBeGreaterThan(0)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('its organs come with the plant, and are not asked for once more', async () => {
    const answer = await fetch(`${server.address}api/plants/virtual_plant`)
    expect(((await answer.json()) as Plant).organs).toEqual(organs) // as api.ts says
    const asked: string[] = []
    const { page } = await look(browser, 'about:blank')
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${server.address}#/scan/virtual_plant`)
    await page.locator('.scene canvas[data-drawn*="organs"]').waitFor()
    expect(asked.filter((path) => path.endsWith('/organs'))).toEqual([])
    await page.close()
  })

  test('some points stand for the mesh until it is there', async () => {
    const { page, complaints } = await look(browser, 'about:blank')
    let send = (): void => undefined
    const isWished = new Promise<void>((resolve) => (send = resolve))
    await page.route('**/virtual_plant/mesh?*', async (route) => {
      await isWished
      await route.continue()
    })
    await page.goto(`${server.address}#/scan/virtual_plant`)
    await page.locator('.scene canvas[data-drawn*="stand-in"]').waitFor()
    expect(await drawnIn(page)).toEqual(expect.arrayContaining(['stem', 'organs', 'stand-in']))
    expect(await drawnIn(page)).not.toContain('mesh')
    send()
    await page.locator('.scene canvas[data-drawn*="mesh"]').waitFor()
    expect(await drawnIn(page)).not.toContain('stand-in')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a plant that is looked at again is drawn on the same canvas', async () => {
    const { page, complaints } = await look(browser, `${server.address}#/scan/virtual_plant`)
    const canvas = page.locator('.scene canvas[data-drawn*="mesh"]')
    const ink = async () => (await canvas.screenshot()).length
    await canvas.waitFor()
    const before = await ink()
    await page.evaluate(`window.first = document.querySelector('.scene canvas')`)
    await page.goto(`${server.address}#/`)
    await page.locator('.plants-table .whole-row').first().click()
    await canvas.waitFor()
    expect(await page.evaluate(`window.first === document.querySelector('.scene canvas')`)).toBe(
      true,
    )
    expect(await page.locator('canvas').count()).toBe(1)
    expect(Math.abs((await ink()) / before - 1)).toBeLessThan(0.1)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('what is seen first is asked for while a row is pointed at, and once', async () => {
    const { page, complaints } = await look(browser, 'about:blank')
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(server.address)
    const row = page.locator('.plants-table .whole-row').first()
    const cloud = page.waitForResponse('**/virtual_plant/points?*')
    await row.hover()
    await cloud
    await row.click()
    await page.locator('.scene canvas[data-drawn*="mesh"]').waitFor()
    for (const of of ['api/plants/virtual_plant', 'api/plants/virtual_plant/points'])
      expect(asked.filter((path) => path.endsWith(of))).toHaveLength(1)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('the strip of photographs is one place for the tabulator, and arrow keys walk it', async () => {
    const { page, complaints } = await look(browser, `${server.address}#/scan/virtual_plant`)
    const places = page.locator('.film-strip button')
    await places.first().focus()
    expect(await page.locator('.film-strip button[tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('ArrowRight')
    expect(await focusedName(page)).toContain('00001_rgb')
    expect(page.url()).not.toContain('camera')
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowRight')
    expect(page.url()).toContain('camera=00002_rgb')
    await page.keyboard.press('End')
    expect(await focusedName(page)).toContain('00015_rgb')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowLeft')
    expect(page.url()).toContain('camera=00000_rgb')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a slider shows more or less of the masks', async () => {
    const address = `${server.address}#/scan/virtual_plant/photographs?photo=00003_rgb`
    const { page, complaints } = await look(browser, address)
    const mask = page.locator('.one-photograph .mask')
    await mask.waitFor()
    const strength = () =>
      page.evaluate<number>(`Number(getComputedStyle(document.querySelector('.mask')).opacity)`)
    const slider = page.getByLabel('How much of the mask shows')
    await slider.fill('0.3')
    expect(await strength()).toBeCloseTo(0.3)
    await slider.fill('1')
    expect(await strength()).toBe(1)
    await slider.fill('0')
    expect(await mask.count()).toBe(0)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('organs lie within 3 pixels of the plant in the photographs', async () => {
    const address = `${server.address}#/scan/virtual_plant/photographs?photo=00003_rgb&organs=1`
    const { page } = await look(browser, address)
    const circles = page.locator('.plant-lines .organ:not(.left-out) circle')
    await circles.first().waitFor({ state: 'attached' })
    const mask = await maskOf('00003_rgb')
    const places = await circles.evaluateAll((drawn) =>
      drawn.map((each) => ['cx', 'cy'].map((name) => Number(each.getAttribute(name)))),
    )
    expect(places.length).toBe(organs.angles.length + 1)
    for (const [x, y] of places) expect(mask.distance(x, y)).toBeLessThanOrEqual(3)
    await page.close()
  })

  test.each(['', '/photographs', '/pipeline'])('axe finds nothing in the view %s', async (view) => {
    const { page } = await look(browser, `${server.address}#/scan/virtual_plant${view}`)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.locator('.organ-table, .contact-sheet, .step-panel').first().waitFor()
    expect(await accessProblems(page)).toEqual([])
    await page.close()
  })

  test.each([
    { width: 820, height: 1180 },
    { width: 1180, height: 820 },
  ])('no view is wider than a tablet of $width pixels', async (size) => {
    const { page } = await look(browser, server.address, size)
    for (const [view, ready] of [
      ['#/', '.plants-table .whole-row'],
      ['#/scan/virtual_plant?organ=3', '.organ-table tr.picked'],
      ['#/scan/virtual_plant/photographs?organs=1', '.contact-sheet img'],
      ['#/scan/virtual_plant/photographs?photo=00003_rgb', '.one-photograph .facts-table'],
      ['#/scan/virtual_plant/try?photo=00005_rgb', '.try-view input'],
      ['#/scan/virtual_plant/pipeline?step=Masks', '.step-panel'],
      ['#/runs', '.one-run .timeline'],
    ]) {
      await page.goto(server.address + view)
      await page.locator(ready).first().waitFor({ state: 'attached' })
      expect(await tooWide(page), view).toEqual([])
    }
    await page.close()
  })

  /** How far a pixel is from the nearest one of the plant, by the mask of a photograph. */
  async function maskOf(id: string) {
    const fileset = readdirSync(plant.scan).find((name) => name.startsWith('Masks_'))!
    const image = sharp(join(plant.scan, fileset, `${id}.png`)).extractChannel(0)
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
    return {
      distance(x: number, y: number): number {
        let least = Infinity
        for (let i = 0; i < data.length; i++)
          if (data[i] > 0)
            least = Math.min(
              least,
              Math.hypot((i % info.width) - x, Math.floor(i / info.width) - y),
            )
        return least
      },
    }
  }
})

/** What the browser would read out of what has the focus. */
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(`document.activeElement.getAttribute('aria-label') ?? ''`)

/** The layers of the last frame. */
async function drawnIn(page: Page): Promise<readonly string[]> {
  const drawn = await page.locator('.scene canvas').getAttribute('data-drawn')
  return (drawn ?? '').split(' ')
}

/** What is wider than its place: the page, its main part, boxes that scroll; the film strip may be. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(`
    [...document.querySelectorAll('html, main, main *')]
      .filter((each) => {
        const isWide = each.scrollWidth > each.clientWidth + 1
        const scrolls = /auto|scroll/.test(getComputedStyle(each).overflowX)
        return isWide && (scrolls || each.matches('html, main')) &&
          !each.closest('.film-strip, pre, svg')
      })
      .map((each) => each.className + ': ' + each.scrollWidth + ' in ' + each.clientWidth)`)

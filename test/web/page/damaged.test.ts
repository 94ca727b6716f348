// A photograph that is cut off: no part of it passes for the whole, and the page says what is wrong.
import sharp from 'sharp'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessProblems, look, openBrowser } from '../../support/browser.ts'
import { has } from '../../support/programs.ts'
import { Serving } from '../../support/serving.ts'

let site: Serving
beforeAll(async () => {
  site = await Serving.make()
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const plain = sharp({
    create: { width: 400, height: 300, channels: 3, background: 'black', noise },
  })
  const whole = { png: await plain.png().toBuffer(), jpg: await plain.jpeg().toBuffer() }
  await site.write(async (db) => {
    const images = await (await db.createScan('plant')).createFileset('images')
    for (const extension of ['png', 'jpg'] as const) {
      const bytes = whole[extension]
      const cut = bytes.subarray(0, bytes.length / 2)
      await (await images.createFile(`whole_${extension}`)).write(bytes, extension)
      await (await images.createFile(`cut_${extension}`)).write(cut, extension)
    }
  })
  await site.start()
})
afterAll(() => site[Symbol.asyncDispose]())

test.each(['png', 'jpg'])('no small picture is made of a part of a %s', async (extension) => {
  const path = (name: string) => `image/plant/images/${name}_${extension}?size=thumb`
  expect(await site.get(path('whole'))).toMatchObject({ status: 200 })
  const { status, json } = await site.get(path('cut'))
  expect(status).toBe(422)
  expect(json.error.code).toBe('io/unreadable')
  expect(json.error.message).toContain(
    `cut_${extension}.${extension} cannot be shown: it is cut off or damaged`,
  )
})

describe.skipIf(!has('chromium'))('among all photographs', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser()))
  afterAll(() => browser.close())

  test('a cut one says so in its place, and alone in full', async () => {
    const { page } = await look(browser, `${site.address}#/scan/plant/photographs`)
    const told = page.getByText('cut_jpg.jpg cannot be shown: it is cut off or damaged')
    await told.waitFor()
    await page.getByText('cut_png.png cannot be shown').waitFor()
    expect(await page.locator('.unreadable').count()).toBe(2)
    expect(await accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'cut_jpg' }).click()
    await told.last().waitFor()
    await page.close()
  })
})

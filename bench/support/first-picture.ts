// From the click on a plant in the list to what is seen of it, in a browser, by the built program.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../../test/support/browser.ts'
import { round, type Row } from '../bench.ts'
import { cpuSecondsBelow, program } from './program.ts'

/** How long a person reads the list before she clicks, in ms: the page makes 3-D ready meanwhile. */
const reading = 2000

/** How often is asked what has been seen, in ms: the page itself takes the times. */
const askEvery = 50

/** Opens the list, clicks the plant, then its photographs, and reports when each is seen. */
export async function firstPicture(
  database: string,
  scan: string,
  report: (row: Row) => void,
): Promise<void> {
  const caches = mkdtempSync(join(tmpdir(), 'romi-caches-'))
  const browser = await openBrowser()
  try {
    for (const looks of [['first', 'again'], ['after a restart']]) {
      const server = spawn(
        process.execPath,
        [program, 'serve', database, '--no-open', '--port', '0'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { ...process.env, XDG_CACHE_HOME: caches },
        },
      )
      try {
        const address = await firstLine(server.stdout)
        for (const what of looks) await oneLook(browser, address, scan, what, report)
      } finally {
        const ended = once(server, 'exit')
        server.kill('SIGINT')
        await ended
      }
    }
  } finally {
    await browser.close()
    rmSync(caches, { recursive: true, force: true })
  }
}

async function oneLook(
  browser: Browser,
  address: string,
  scan: string,
  what: string,
  report: (row: Row) => void,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(0)
  await page.addInitScript(watch)
  await page.goto(address, { timeout: 0 })
  const plant = page.getByRole('link', { name: scan, exact: true })
  await plant.waitFor()
  await setTimeout(reading)
  for (const [link, names] of [
    [plant, ['a photograph', 'photographs in sight', 'stem, organs and cloud', 'its mesh']],
    [page.getByRole('link', { name: 'Photographs' }), ['masks over photographs']],
  ] as const) {
    const cpu = cpuSecondsBelow()
    await link.click()
    const seen = await allSeen(page, names)
    const all = round(1000 * (cpuSecondsBelow() - cpu))
    for (const name of names) report({ plant: scan, what, seen: name, ms: round(seen[name]) })
    report({ plant: scan, what, seen: 'all of it', 'CPU of server and browser, ms': all })
  }
  if (what === 'first') report({ plant: scan, '3-D drawn by': await drawnBy(page) })
  await page.close()
}

type Seen = Readonly<Record<string, number>>

async function allSeen(page: Page, names: readonly string[]): Promise<Seen> {
  for (;;) {
    const seen = await page.evaluate<Seen>('seen')
    if (names.every((name) => name in seen)) return seen
    await setTimeout(askEvery)
  }
}

/**
 * Runs in the page: by name, how many ms after the last click each was on the screen. What is drawn
 * in 3-D counts once its pixels can be read; all counts a frame after the one in which it was there.
 */
const watch = `
  window.seen = {}
  let clicked
  addEventListener('click', () => {
    clicked = performance.now()
    window.seen = {}
    requestAnimationFrame(look)
  }, { capture: true })
  const isInSight = (each) => {
    const { left, top } = each.getBoundingClientRect()
    return left < innerWidth && top < innerHeight
  }
  const isLoaded = (image) => image.complete && image.naturalWidth > 0
  const arrived = (address) => performance.getEntriesByName(address).some((it) => it.responseEnd > 0)
  const maskOf = (each) => /url\\("(.*)"\\)/.exec(getComputedStyle(each).maskImage)?.[1]
  const all = (query, is) => {
    const found = [...document.querySelectorAll(query)].filter(isInSight)
    return found.length > 0 && found.every(is)
  }
  const drawn = (names) => {
    const canvas = document.querySelector('.scene canvas[data-drawn]')
    const layers = canvas?.dataset.drawn.split(' ') ?? []
    if (!names.every((any) => any.some((name) => layers.includes(name)))) return false
    const gl = canvas.getContext('webgl2')
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4))
    return true
  }
  const looks = {
    'a photograph': () => [...document.querySelectorAll('.film-strip img')].some(isLoaded),
    'photographs in sight': () => all('.film-strip img', isLoaded),
    'stem, organs and cloud': () => drawn([['stem'], ['organs'], ['stand-in', 'mesh']]),
    'its mesh': () => drawn([['mesh']]),
    'masks over photographs': () =>
      all('.contact-sheet img', isLoaded) &&
      all('.contact-sheet .mask', (each) => arrived(maskOf(each))),
  }
  function look() {
    const [mine, since] = [window.seen, clicked]
    for (const [name, is] of Object.entries(looks)) {
      if (name in mine || !is()) continue
      requestAnimationFrame(() => (mine[name] ??= performance.now() - since))
    }
    if (mine === window.seen) requestAnimationFrame(look)
  }`

/** What draws in 3-D: a graphics card, or the processor. */
const drawnBy = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const gl = document.createElement('canvas').getContext('webgl2')
    const told = gl?.getExtension('WEBGL_debug_renderer_info')
    return told ? gl.getParameter(told.UNMASKED_RENDERER_WEBGL) : 'unknown'
  })()`)

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => createInterface({ input: stream }).once('line', resolve))
}

// From the click on a plant in the list to what is seen of it, in a browser, by the built program.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { openBrowser } from '../../test/support/browser.ts'
import { round, type Row } from '../bench.ts'
import { cpuSecondsBelow, program } from './program.ts'

/** Opens the list, clicks the plant, and reports when its photographs, organs and mesh are there. */
export async function firstPicture(
  database: string,
  scan: string,
  report: (row: Row) => void,
): Promise<void> {
  const server = spawn(process.execPath, [program, 'serve', database, '--no-open', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const browser = await openBrowser()
  try {
    const address = await firstLine(server.stdout)
    for (const what of ['first', 'again']) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      page.setDefaultTimeout(0)
      await page.goto(address, { timeout: 0 })
      const link = page.getByRole('link', { name: scan, exact: true })
      await link.waitFor()
      const [begun, cpu] = [performance.now(), cpuSecondsBelow()]
      await link.click()
      for (const [seen, expression] of looks) {
        while (!(await page.evaluate(expression))) await setTimeout(lookEvery)
        const ms = round(performance.now() - begun)
        const all = round(1000 * (cpuSecondsBelow() - cpu))
        report({ plant: scan, what, seen, ms, 'CPU of server and browser, ms': all })
      }
      await page.close()
    }
  } finally {
    await browser.close()
    server.kill('SIGINT')
  }
}

/** In ms. */
const lookEvery = 20

/** What is seen, in the order in which it comes, and how a page tells it. */
const looks: readonly (readonly [seen: string, expression: string])[] = [
  [
    'its photographs',
    `[...document.querySelectorAll('.film-strip img')].some((i) => i.naturalWidth)`,
  ],
  [
    'its organs in 3-D',
    `document.querySelector('.scene canvas') && document.querySelector('.scene .label')`,
  ],
  ['its mesh', `document.querySelector('.layer-switches [title^=mesh]:not([aria-busy=true])')`],
]

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => createInterface({ input: stream }).once('line', resolve))
}

// A real browser that looks at the page, and tells what went wrong in it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'

/** Debian's; WebGL is drawn by the processor. */
const executablePath = '/usr/bin/chromium'

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox'] })

/**
 * In milliseconds. A busy machine is no fault of the page, but what never comes must end a test
 * and say what it waited for.
 */
const longestWait = 600_000

/** A page, and what it complained of: errors of scripts, of loading, of the content policy. */
export interface Looking {
  readonly page: Page
  readonly complaints: string[]
}

/** @param size in CSS pixels */
export async function look(
  browser: Browser,
  address: string,
  size: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<Looking> {
  const page = await browser.newPage({ viewport: size })
  page.setDefaultTimeout(longestWait)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const answer = await page.goto(address)
  // Else what is looked for next would be waited for without end.
  if (answer?.ok() === false) throw new Error(`${answer.status()}: ${await answer.text()}`)
  return { page, complaints }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds by the rules of WCAG 2 A and AA: a line each. */
export async function accessProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ': ' + node.html.slice(0, 160) + ' ' + node.failureSummary)))`)
  return found as string[] // as the script above makes them
}

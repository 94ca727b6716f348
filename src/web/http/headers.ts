// The headers of every answer: nothing of what is served can run, be framed, or tell where it is.
import type { RequestVerdict } from './guard.ts'

/** The page loads its own files and no other; what comes from a database is shown, never run. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

/** A file of a database that is opened by itself is a picture or text, whatever stands in it. */
const sandboxed = ['sandbox', "default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:']

const ofDatabase = /^\/(?:files|image|pointcloud|pcGroundTruth|mesh|archive)\//

/** By the verdict on the request. */
export function pageHeaders(verdict: RequestVerdict): readonly (readonly [string, string])[] {
  const isServed = verdict.is === 'served'
  const isData = isServed && ofDatabase.test(verdict.path)
  const origin = isServed ? verdict.origin : undefined
  return [
    ['Content-Security-Policy', (isData ? sandboxed : policy).join('; ')],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['X-Frame-Options', 'DENY'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', origin === undefined ? 'same-origin' : 'cross-origin'],
    ['Vary', 'Origin, Referer'],
    ...(origin === undefined ? [] : [['Access-Control-Allow-Origin', origin] as const]),
  ]
}

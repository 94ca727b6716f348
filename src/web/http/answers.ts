// Answers: JSON with an ETag, and errors as JSON with the status that fits them.
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { sha256 } from '../../base/digest.ts'
import { asError, isRomiError, RomiError } from '../../base/errors.ts'
import type { ApiError } from '../api.ts'

/** A value as JSON; nothing but its status if the asker has it already. */
export function json(c: Context, value: unknown): Response {
  return tagged(c, JSON.stringify(value), 'application/json; charset=utf-8')
}

/** A text with its ETag. @param type its media type */
export function tagged(c: Context, text: string, type: string): Response {
  const etag = `"${sha256(text).slice(0, 32)}"`
  if (isKnown(c, etag)) return notModified(etag)
  return c.body(text, 200, { 'Content-Type': type, ETag: etag, 'Cache-Control': 'no-cache' })
}

/** Bytes that were made for this answer, with their ETag. */
export function sendBytes(c: Context, bytes: Uint8Array, type: string, etag: string): Response {
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: etag }
  // A copy: what is kept must not be part of a larger buffer.
  return c.body(new Uint8Array(bytes), 200, headers)
}

/** Whether the asker has this version; a weak one is as good. */
export function isKnown(c: Context, etag: string): boolean {
  const known = c.req.header('If-None-Match') ?? ''
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

/** `304`, for who has it already. */
export const notModified = (etag: string): Response =>
  new Response(null, { status: 304, headers: { ETag: etag, 'Cache-Control': 'no-cache' } })

/** The statuses of errors by their code or its area; what is not here is our own fault. */
const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'web/bad-request': 400,
  'web/forbidden': 403,
  'web/read-only': 403,
  'web/no-pipeline': 409,
  'web/not-found': 404,
  'web/no-page': 404,
  'web/overtaken': 409,
  'web/too-large': 413,
  'store/link-outside': 403,
  'store/locked': 409,
  'store/foreign-lock': 409,
  'store/lock-lost': 409,
  'store/bad-id': 404,
  'store/scan-missing': 404,
  'store/fileset-missing': 404,
  'store/file-missing': 404,
  'store/file-gone': 404,
  'store/no-file': 404,
  'store/': 422,
  'task/': 422,
  'io/': 422,
  'cli/': 400,
  'pipeline/': 422,
}

/** An error as an answer. */
export function problem(c: Context, thrown: unknown): Response {
  if (!isRomiError(thrown)) {
    const { stack, message } = asError(thrown)
    return c.json(
      apiError('web/internal', `a fault of romi-run, please report it: ${stack ?? message}`),
      500,
    )
  }
  const { code, message } = thrown
  const status = statuses[code] ?? statuses[`${code.split('/')[0]}/`] ?? 500
  return c.json(apiError(code, message), status)
}

const apiError = (code: string, message: string): ApiError => ({ error: { code, message } })

/** @returns never: what was asked for is not there */
export function notThere(message: string): never {
  throw new RomiError('web/not-found', message)
}

/** @returns never: the request itself is wrong */
export function badRequest(message: string): never {
  throw new RomiError('web/bad-request', message)
}

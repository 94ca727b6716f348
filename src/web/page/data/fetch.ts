// What the server is asked, and what it says when it cannot: one error, in plain words.
import type { ApiError } from '../../api.ts'
import { takeEarly } from './early.ts'

/** Why there is no answer: words for people, a code for us. */
export class ServerProblem extends Error {
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** An address below `api/`, each part encoded. */
export const address = (...parts: readonly string[]): string =>
  ['api', ...parts.map(encodeURIComponent)].join('/')

/** @param query what is undefined is left out */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const entries = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  )
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries).toString()}`
}

/** @throws Problem */
export async function getAnswer(path: string, signal?: AbortSignal): Promise<Response> {
  const early = takeEarly(path)
  return (early && (await early)) ?? answered(path, { signal })
}

/** @throws Problem */
export async function askJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await getAnswer(path, signal)).json() as Promise<T> // the server holds to api.ts
}

/** @throws Problem */
export async function send<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await answered(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal,
  })
  return answer.json() as Promise<T> // as above
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error
    throw new ServerProblem(
      'romi-run serve does not answer: it was stopped, or the network is gone. Start it again, then reload this page.',
      'page/no-answer',
    )
  })
  if (answer.ok) return answer
  const told = (await answer.json().catch(() => undefined)) as ApiError | undefined // a proxy may say what it likes
  const { message, code } = told?.error ?? {
    message: `the server answered ${answer.status} to ${path}`,
    code: 'page/odd-answer',
  }
  throw new ServerProblem(message, code)
}

/** What a person is told of an error of any kind. */
export const problemWords = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

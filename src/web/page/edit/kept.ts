// What the browser keeps for a person: the name, and corrections that could not be saved yet.
import { signal } from '@preact/signals'
import type { CorrectionsRequest } from '../../api.ts'

const nameKey = 'romi-run by'
const waitingKey = (scan: string): string => `romi-run waiting ${scan}`

/** Who corrects, as was typed last. */
export const by = signal(readKept(nameKey) ?? '')

export function setBy(name: string): void {
  by.value = name
  keep(nameKey, name)
}

/** What waits to be saved to a scan: somebody held it, or the server was gone. */
export function waitingFor(scan: string): CorrectionsRequest | undefined {
  try {
    const text = readKept(waitingKey(scan))
    return text === null ? undefined : (JSON.parse(text) as CorrectionsRequest) // written below
  } catch {
    return undefined // what is kept was cut short: nothing can be made of it
  }
}

/** @param request undefined forgets it */
export function keepWaiting(scan: string, request: CorrectionsRequest | undefined): void {
  keep(waitingKey(scan), request && JSON.stringify(request))
}

function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // a browser that keeps nothing for us
  }
}

function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // as above
  }
}

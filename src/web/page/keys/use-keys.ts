// Keys of a view: heard everywhere but in fields, told by the help of the keyboard.
import { computed, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** A key as `KeyboardEvent.key` names it, what it does in words, and the deed. */
export type KeyBinding = readonly [key: string, what: string, act: () => void]

const boundKeys = signal<readonly (readonly KeyBinding[])[]>([])

/** The keys that do something now. */
export const keysNow = computed(() => boundKeys.value.flat())

/** Binds keys for as long as the part is on the page. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings)
  latest.current = bindings
  const names = bindings.map(([key, what]) => `${key} ${what}`).join('\n')
  useEffect(() => {
    const mine = latest.current
    boundKeys.value = [...boundKeys.peek(), mine]
    return () => {
      boundKeys.value = boundKeys.peek().filter((others) => others !== mine)
    }
  }, [names])
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const binding = latest.current.find(([key]) => key === event.key)
      if (!binding) return
      event.preventDefault()
      binding[2]()
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog')) return true
  return target.matches('input:not([type=checkbox], [type=radio]), select, textarea')
}

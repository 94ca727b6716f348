// A view whose code is loaded when it is first looked at.
import { signal, type ReadonlySignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { WaitingFor, Wrong } from './told.tsx'

type ScanViewComponent = ComponentType<{ readonly scan: string }>

/** A view that comes later. */
export interface LaterView {
  readonly load: () => void
  readonly state: ReadonlySignal<ScanViewComponent | 'waiting' | 'wrong'>
}

/** @param load gives the view; called once, or again after it failed */
export function later(load: () => Promise<ScanViewComponent>): LaterView {
  const state = signal<ScanViewComponent | 'waiting' | 'wrong'>('waiting')
  let isAsked = false
  const ask = async () => {
    if (isAsked) return
    isAsked = true
    try {
      const view = await load()
      state.value = view
    } catch {
      isAsked = false
      state.value = 'wrong' // the server is gone, or serves another version
    }
  }
  return { state, load: () => void ask() }
}

export function Later({ of, scan }: { readonly of: LaterView; readonly scan: string }) {
  useEffect(() => of.load(), [of])
  const View = of.state.value
  if (View === 'waiting') return <WaitingFor what="Loading the view" />
  if (View === 'wrong')
    return (
      <Wrong words="Part of the page did not load: is romi-run serve still running? Reload the page." />
    )
  return <View scan={scan} />
}

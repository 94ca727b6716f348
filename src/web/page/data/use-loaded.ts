// Asking for something within a part of the page.
import { useLayoutEffect, useMemo } from 'preact/hooks'
import { Loader, type LoadedAnswer } from './loaded.ts'

/**
 * @param question what is asked for; undefined asks nothing; with another one it is asked anew
 * @param turn asks the same again whenever it changes, and shows the old answer meanwhile
 */
export function useLoaded<T>(
  question: string | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
  turn: unknown = 0,
): LoadedAnswer<T> {
  const loader = useMemo(() => new Loader<T>(), [])
  // While the part is still being made: the server answers as the browser lays it out.
  useMemo(() => {
    if (question === undefined) loader.clear()
    else void loader.load(question, ask)
    // `ask` is another function each time; what it asks is told by `question`
  }, [question, turn])
  useLayoutEffect(() => () => loader.clear(), [])
  return loader.state.value
}

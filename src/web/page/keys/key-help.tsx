// Which keys there are: `?` opens it.
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { keysNow, useKeys } from './use-keys.ts'

/** Whether the help is open. */
export const isHelpOpen = signal(false)

/** As keyboards spell them. */
const keyLabels: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  ' ': 'Space',
}

export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null)
  useKeys([['?', 'this help', () => (isHelpOpen.value = true)]])
  const isOpen = isHelpOpen.value
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal()
    if (!isOpen && dialog.current?.open) dialog.current.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} onClose={() => (isHelpOpen.value = false)} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {keysNow.value.map(([key, what]) => (
          <>
            <dt key={key}>
              <kbd>{keyLabels[key] ?? key}</kbd>
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <button class="main" onClick={() => (isHelpOpen.value = false)}>
        Close
      </button>
    </dialog>
  )
}

// What is said in place of something: that it is waited for, that it is not there, that it went wrong.
import type { ComponentChildren } from 'preact'
import type { LoadedAnswer } from '../data/loaded.ts'

/** Said only if it takes a moment. */
export const WaitingFor = ({ what }: { readonly what: string }) => (
  <p class="waiting" role="status">
    {what} …
  </p>
)

/** Nothing is there: what it would be, and what to do. */
export const Empty = ({
  title,
  children,
}: {
  readonly title: string
  readonly children: ComponentChildren
}) => (
  <section class="empty">
    <h2>{title}</h2>
    {children}
  </section>
)

/** Something went wrong; the sentence says what to do. */
export const Wrong = ({ words }: { readonly words: string }) => (
  <div class="notice wrong" role="alert">
    <p>{words}</p>
  </div>
)

/** One of these three, or what is made of the value. */
export function WhenThere<T>({
  of,
  what,
  children,
}: {
  readonly of: LoadedAnswer<T>
  readonly what: string
  readonly children: (value: T) => ComponentChildren
}) {
  switch (of.is) {
    case 'waiting':
      return <WaitingFor what={what} />
    case 'wrong':
      return <Wrong words={of.words} />
    case 'there':
      return <>{children(of.value)}</>
  }
}

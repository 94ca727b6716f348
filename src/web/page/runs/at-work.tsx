// The runs that are at work, whoever started them: how far they are, and what they do now.
import { count } from '../../../base/number-words.ts'
import type { RunShown } from '../../api.ts'
import { working } from '../data/store.ts'
import { linkTo } from '../navigation.ts'

export const AtWork = () => (
  <>
    {working.value.map((run) => (
      <RunAtWork key={run.id} run={run} />
    ))}
  </>
)

function RunAtWork({ run }: { readonly run: RunShown }) {
  const over = run.steps.filter(({ is }) => is !== 'running')
  const now = run.steps.filter(({ is }) => is === 'running')
  const files = ({ done, total }: RunShown['steps'][number]) =>
    total === undefined ? '' : ` (${done ?? 0} of ${total})`
  return (
    <section class="at-work" aria-label="A run at work" role="status">
      <span class="pulse" aria-hidden="true" />
      <span>
        <b>A run is at work</b> on {count(run.scans.length, 'plant')}: {count(over.length, 'step')}{' '}
        done
        {now.length === 0 ? '' : ', now '}
        {now
          .slice(0, 3)
          .map((step) => `${step.step} of ${step.scan}${files(step)}`)
          .join(', ')}
        {now.length > 3 ? ` and ${now.length - 3} more` : ''}
      </span>
      <a class="push" href={linkTo({ view: 'runs', run: run.id })}>
        Watch it
      </a>
    </section>
  )
}

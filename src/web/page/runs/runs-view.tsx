// The history of runs, and one of them: what it did to each scan, and when.
import { count } from '../../../base/number-words.ts'
import { runList, runs } from '../data/store.ts'
import { linkTo } from '../navigation.ts'
import { Empty, WhenThere } from '../parts/told.tsx'
import { durationOf, momentOf } from '../parts/words.ts'
import { OneRun } from './one-run.tsx'
import { RunOutcome } from './outcome.tsx'

export const RunsView = ({ run }: { readonly run: string | undefined }) => (
  <WhenThere of={runList.value} what="Reading what runs wrote">
    {() => (runs.value.length === 0 ? <NoRuns /> : <RunsOf wished={run} />)}
  </WhenThere>
)

const NoRuns = () => (
  <Empty title="Nothing has run yet">
    <p>Each run on this database shows here, whoever starts it, while it works and after:</p>
    <pre>romi-run pipeline.toml</pre>
  </Empty>
)

function RunsOf({ wished }: { readonly wished: string | undefined }) {
  const chosen = runs.value.find(({ id }) => id === wished) ?? runs.value[0]
  return (
    <div class="runs-view">
      <nav class="run-list" aria-label="Runs, newest first">
        {runs.value.map((run) => (
          <a
            key={run.id}
            href={linkTo({ view: 'runs', run: run.id })}
            aria-current={run === chosen ? 'true' : undefined}
          >
            <span>{run.begun === undefined ? run.id : momentOf(run.begun)}</span>
            <RunOutcome run={run} />
            <span class="soft small">
              {[count(run.scans.length, 'plant'), durationOf(run.seconds)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </a>
        ))}
      </nav>
      <OneRun key={chosen.id} run={chosen} />
    </div>
  )
}

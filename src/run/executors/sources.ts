// Other processes and threads that run our own modules: from TypeScript sources or a built package.
import { fromSources } from '../../base/from-sources.ts'

/**
 * The options of Node with which it loads our modules. From sources (tests) it needs a loader for them,
 * which a thread does not inherit; a built package needs none.
 */
export const nodeOptions = (): readonly string[] => (fromSources ? ['--import', loader()] : [])

/** A module that has TypeScript sources compiled as they are loaded. */
function loader(): string {
  const api = import.meta.resolve('tsx/esm/api')
  const source = `import { register } from ${JSON.stringify(api)}; register()`
  return `data:text/javascript,${encodeURIComponent(source)}`
}

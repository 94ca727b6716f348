// Whether this program runs from its TypeScript sources, as tests do, or as it was built.

/** True in tests: the package is not built, and its modules end in `.ts`. */
export const fromSources = import.meta.url.endsWith('.ts')

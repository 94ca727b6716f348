// Node's own modules are asked for, and not imported: an import reads every export of a module, and
// with some of these Node loads streams, web cryptography and more, which most of our commands never use.
import { isBuiltin } from 'node:module'

/** `import fs, { join as j } from "node:path";`, as the bundler writes it, alone on its line. */
const statement =
  /^import (?:(?<whole>[\w$]+)|\* as (?<space>[\w$]+))?(?:, )?(?:\{ (?<names>[^}]*) \} )?\s*from "(?<module>[\w:/]+)";$/gm

/** The code of a file in which each import of a module of Node is a question to the process. */
export const askingForBuiltins = (code: string): string =>
  code.replace(statement, (whole: string, ...rest: unknown[]) => {
    // Safe: with named groups, the last argument holds them.
    const { module, names, ...found } = rest.at(-1) as Record<string, string | undefined>
    if (module === undefined || !isBuiltin(module)) return whole
    const asked = `globalThis.process.getBuiltinModule("${module}")`
    const own = found.whole ?? found.space
    return [
      ...(own === undefined ? [] : [`const ${own} = ${asked};`]),
      ...(names === undefined ? [] : [`const { ${names.replaceAll(' as ', ': ')} } = ${asked};`]),
    ].join(' ')
  })

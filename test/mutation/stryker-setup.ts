// Mends the file by which Stryker's runner sets a mutant and tells what it covers, for the vitest of
// today: since 4.1 a suite is the second argument of its hooks, so no coverage would be told, and the
// hooks would fail.
import type { Plugin } from 'vite'

const suiteHook = /(afterAll\()\(\{ meta \}\)/g
const namespace = 'ns.hitLimit ='

export const strykerSetup = (): Plugin => ({
  name: 'stryker-setup',
  transform(code, id) {
    if (!/\/stryker-setup-\d+\.js$/.test(id)) return undefined
    if (code.match(suiteHook)?.length !== 2 || !code.includes(namespace))
      throw new Error(
        'the setup of @stryker-mutator/vitest-runner is not the one that is mended here',
      )
    return (
      code
        .replaceAll(suiteHook, '$1({}, { meta })')
        // A thread that is kept has the mutant of the run before, until the first test begins.
        .replace(namespace, `ns.activeMutant = undefined;\n${namespace}`)
    )
  },
})

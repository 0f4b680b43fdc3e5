import { startTwin, type Twin, type TwinOptions } from '../src/index.ts'
import { dispatchViolations } from './conformance/gateway.ts'
import { exchangeViolations } from './conformance/validator.ts'

/** A twin whose every answer and event is held against Discord's OpenAPI document. */
export type CheckedTwin = Twin & {
  violations: ReadonlySet<string>
  /** Throws with every violation so far. */
  assertConforms: () => void
}

/** Starts a twin that checks itself; `close` throws when anything it received or sent was not as Discord's. */
export async function startCheckedTwin(options: TwinOptions = {}): Promise<CheckedTwin> {
  const violations = new Set<string>()
  const note = (found: string[]) => found.forEach((sentence) => violations.add(sentence))
  const twin = await startTwin({
    ...options,
    observe: (exchange) => {
      note(exchangeViolations(exchange))
      options.observe?.(exchange)
    },
    observeDispatch: (event) => {
      note(dispatchViolations(event))
      options.observeDispatch?.(event)
    },
  })
  const assertConforms = () => {
    if (violations.size > 0)
      throw new Error(`The twin and Discord's document differ:\n${[...violations].map((it) => `- ${it}`).join('\n')}`)
  }
  return {
    ...twin,
    violations,
    assertConforms,
    close: async () => {
      await twin.close()
      assertConforms()
    },
  }
}

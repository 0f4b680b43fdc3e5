/** An event as a gateway session gets it. */
export type ObservedDispatch = { name: string; data: unknown }

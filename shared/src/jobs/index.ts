export type { JobDefinition } from './define.ts'
export * from './queue.ts'
export * from './registry.ts'

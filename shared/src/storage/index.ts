export * from './blob-store.ts'
export * from './disk.ts'

export * from './config.ts'
export * from './env.ts'
export * from './env-files.ts'

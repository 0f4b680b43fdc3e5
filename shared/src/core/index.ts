export * from './errors.ts'
export * from './logger.ts'
export * from './snowflake.ts'
export * from './time.ts'

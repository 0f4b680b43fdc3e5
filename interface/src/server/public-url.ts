import type { Config } from '@dcs/shared/config'

/** The address people open. Without one, what `npm start` uses unless told otherwise. */
export function publicUrl(config: Config): string {
  return config.interface.publicUrl ?? 'http://127.0.0.1:3000'
}

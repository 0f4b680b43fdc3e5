import { loadConfig } from '@dcs/shared/config'
import type { InstanceSettings } from '@dcs/shared/settings'
import { loadSettingsFile } from '@dcs/shared/settings/file'

let loading: Promise<InstanceSettings> | undefined

/** The settings file of this instance, read once. Throws `invalid-input` naming what is wrong in it; the next caller tries again. */
export function instanceSettings(): Promise<InstanceSettings> {
  loading ??= loadSettingsFile(loadConfig().settingsPath).catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

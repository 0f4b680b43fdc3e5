import { routeTo } from '@/lib/server-side.ts'

/** PATCH /api/me/preferences {showsAgeRestricted}: whether clips of age-restricted channels are shown to the viewer. 400, 401. */
export const PATCH = routeTo('changePreferences')

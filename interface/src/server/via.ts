import type { AuditVia } from '@dcs/shared/db'
import type { Viewer } from './viewer.ts'

/** Who makes a change and by which way, for the audit log. */
export function actorOf(viewer: Viewer): { actorId: string; via: AuditVia } {
  return { actorId: viewer.userId, via: viewer.scopes ? 'api-token' : 'web' }
}

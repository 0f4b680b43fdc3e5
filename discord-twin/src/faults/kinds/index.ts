import type * as z from 'zod'
import { clockSkew } from './clock-skew.ts'
import { cloudflareBan } from './cloudflare-ban.ts'
import { connectionReset } from './connection-reset.ts'
import { cutBody } from './cut-body.ts'
import { deletedAttachmentStillListed } from './deleted-attachment-still-listed.ts'
import { droppedSocket } from './dropped-socket.ts'
import { duplicateEvents } from './duplicate-events.ts'
import { expiredLink } from './expired-link.ts'
import { guildOutage } from './guild-outage.ts'
import { hold } from './hold.ts'
import { lostEvents } from './lost-events.ts'
import { malformedJson } from './malformed-json.ts'
import { messagesDeletedWhilePaged } from './messages-deleted-while-paged.ts'
import { missingReadHistory } from './missing-read-history.ts'
import { noHeartbeatAck } from './no-heartbeat-ack.ts'
import { outOfOrderEvents } from './out-of-order-events.ts'
import { permissionChangeWhilePaged } from './permission-change-while-paged.ts'
import { rateLimited } from './rate-limited.ts'
import { reconnectRequested } from './reconnect-requested.ts'
import { refusedResume } from './refused-resume.ts'
import { searchIndexLate } from './search-index-late.ts'
import { serverError } from './server-error.ts'
import { slowBody } from './slow-body.ts'
import { slowGateway } from './slow-gateway.ts'
import { slowHeaders } from './slow-headers.ts'
import { tokenRevoked } from './token-revoked.ts'
import { unknownLink } from './unknown-link.ts'
import { wrongContentLength } from './wrong-content-length.ts'

/** Every kind of fault: a new one is a file here and a line in this list. */
export const faultKinds = [
  rateLimited,
  cloudflareBan,
  serverError,
  connectionReset,
  slowHeaders,
  slowBody,
  cutBody,
  wrongContentLength,
  malformedJson,
  hold,
  tokenRevoked,
  expiredLink,
  unknownLink,
  deletedAttachmentStillListed,
  messagesDeletedWhilePaged,
  permissionChangeWhilePaged,
  missingReadHistory,
  searchIndexLate,
  clockSkew,
  guildOutage,
  duplicateEvents,
  outOfOrderEvents,
  lostEvents,
  slowGateway,
  droppedSocket,
  reconnectRequested,
  refusedResume,
  noHeartbeatAck,
] as const

export type FaultKind = (typeof faultKinds)[number]['kind']

/** What each kind can be given. */
export type FaultInputs = {
  [Definition in (typeof faultKinds)[number] as Definition['kind']]: z.input<Definition['schema']>
}

/** A fault to switch on: its kind and the options of that kind. */
export type FaultInput = FaultInputs[FaultKind]

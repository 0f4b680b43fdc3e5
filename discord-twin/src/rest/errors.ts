/** A refusal with Discord's code for it (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json). */
export class ApiError extends Error {
  readonly status: number
  readonly code: number
  readonly errors: Record<string, unknown> | undefined

  constructor(status: number, code: number, message: string, errors?: Record<string, unknown>) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
  }

  toJSON(): Record<string, unknown> {
    return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) }
  }
}

export const unauthorized = () => new ApiError(401, 0, '401: Unauthorized')
export const unknownChannel = () => new ApiError(404, 10_003, 'Unknown Channel')
export const unknownGuild = () => new ApiError(404, 10_004, 'Unknown Guild')
export const unknownMember = () => new ApiError(404, 10_007, 'Unknown Member')
export const unknownMessage = () => new ApiError(404, 10_008, 'Unknown Message')
export const unknownRole = () => new ApiError(404, 10_011, 'Unknown Role')
export const unknownUser = () => new ApiError(404, 10_013, 'Unknown User')
export const missingAccess = () => new ApiError(403, 50_001, 'Missing Access')
export const missingPermissions = () => new ApiError(403, 50_013, 'Missing Permissions')
export const wrongChannelType = () => new ApiError(400, 50_024, 'Cannot execute action on this channel type')
export const threadArchived = () => new ApiError(400, 50_083, 'Thread is archived')

/** A value that does not fit, as Discord reports it: a tree of field names with `_errors` at the leaf. */
export function invalidForm(field: string, code: string, message: string): ApiError {
  const leaf = { _errors: [{ code, message }] }
  return new ApiError(
    400,
    50_035,
    'Invalid Form Body',
    field.split('.').reduceRight<Record<string, unknown>>((inner, name) => ({ [name]: inner }), leaf),
  )
}

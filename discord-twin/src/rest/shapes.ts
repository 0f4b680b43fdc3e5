import { OverwriteType } from 'discord-api-types/v10'
import * as z from 'zod'

/** An id in a body, as text or as a number. */
export const zSnowflake = z
  .union([z.string(), z.int()])
  .transform(String)
  .superRefine((value, check) => {
    if (!/^\d{1,20}$/.test(value))
      check.addIssue({
        code: 'custom',
        params: { code: 'NUMBER_TYPE_COERCE' },
        message: `Value "${value}" is not snowflake.`,
      })
  })

/** A set of permissions, as text or as a number. */
export const zPermissions = z.union([z.string().regex(/^\d{1,19}$/), z.int().nonnegative()]).transform(BigInt)

/** A picture as a data URI. */
export const zPicture = z.string().regex(/^data:image\/(png|jpeg|jpg|gif|webp);base64,[\w+/=]+$/)

/** A permission overwrite of a body. */
export const zOverwrite = z.object({
  id: zSnowflake,
  type: z.enum(OverwriteType).default(OverwriteType.Role),
  allow: zPermissions.nullish().transform((bits) => bits ?? 0n),
  deny: zPermissions.nullish().transform((bits) => bits ?? 0n),
})

export type OverwriteBody = z.output<typeof zOverwrite>

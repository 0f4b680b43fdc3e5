import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AppError } from './errors.ts'

/** Length of every key in bytes: AES-256. */
export const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** A new random key. */
export function makeKey(): Buffer {
  return randomBytes(KEY_LENGTH)
}

/** Encrypts a key with another (AES-256-GCM, NIST SP 800-38D); `purpose` must be the same when it is unwrapped. */
export function wrapKey(key: Buffer, wrapping: Buffer, purpose: string): string {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(Buffer.from(purpose))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** The key that `wrapKey` encrypted. Throws `invalid-input` when `wrapping` is not the key it was encrypted with. */
export function unwrapKey(wrapped: string, wrapping: Buffer, purpose: string): Buffer {
  const bytes = Buffer.from(wrapped, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, bytes.subarray(0, NONCE_LENGTH), {
      authTagLength: TAG_LENGTH,
    })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(-TAG_LENGTH))
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()])
  } catch (cause) {
    throw new AppError('invalid-input', `This is not the key with which ${purpose} was encrypted.`, { cause })
  }
}

const LOW_BITS = 22n

/**
 * An id for something in a message that has none of its own: as old as the message, the rest made of the message's id and `address`. The same every time;
 * two of one message differ but for one chance in four million.
 */
export function syntheticId(messageId: string, address: string): string {
  const moment = BigInt(messageId) >> LOW_BITS
  return String((moment << LOW_BITS) | BigInt(hash(`${messageId} ${address}`) & 0x3f_ffff))
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over UTF-16 units, folded so that its upper bits count as well. */
function hash(text: string): number {
  let sum = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01_00_01_93)
  return (sum >>> 22) ^ sum
}

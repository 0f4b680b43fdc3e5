/** Limits of messages (https://docs.discord.com/developers/resources/message#create-message). */
export const LIMITS = {
  content: 2000,
  embeds: 10,
  /** Characters of all embeds of a message together. */
  embedText: 6000,
  files: 10,
  nonce: 25,
  /** Of all parts of a request together. */
  requestBytes: 25 * 1024 * 1024,
  /** Components of any depth. */
  components: 40,
  /** Characters of all text displays together. */
  componentText: 4000,
  rows: 5,
  reactions: 20,
  pins: 250,
  /** How many messages can be deleted at once, and how old they may be. */
  bulk: { min: 2, max: 100, ageMs: 14 * 86_400_000 },
  /** How long a nonce is remembered. */
  nonceMs: 5 * 60_000,
} as const

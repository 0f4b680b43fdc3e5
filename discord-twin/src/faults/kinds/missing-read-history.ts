import { defineFault } from '../definition.ts'

/** What a bot without Read Message History gets. */
export const missingReadHistory = defineFault({
  kind: 'missing-read-history',
  doc: 'A list of messages is empty and a single message is unknown, as without Read Message History, whatever the permissions are.',
  strikes: 'request',
  options: {},
  create: () => ({
    request: {
      stage: 'answer',
      only: ['GET /channels/{channel_id}/messages', 'GET /channels/{channel_id}/messages/{message_id}'],
      accepts: ({ reply }) => reply.statusCode === 200,
      strike: ({ facts }) => ({
        answer: facts.path.endsWith('/messages')
          ? { status: 200, body: '[]' }
          : { status: 404, body: JSON.stringify({ message: 'Unknown Message', code: 10_008 }) },
      }),
    },
  }),
})

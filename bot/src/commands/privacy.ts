import { AppError, sleep } from '@dcs/shared/core'
import { database, describePerson, findErasure, optIn, optOut, type Erasure } from '@dcs/shared/db'
import { requestErasure } from '@dcs/shared/jobs'
import {
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import type { Answer } from './answer.ts'
import type { ChatInteraction, PersonalCommand } from './command.ts'
import { describeErasing, describeRecord } from './privacy-words.ts'

const BUTTONS = 'privacy:'
const DELETE_CLIPS = `${BUTTONS}delete-clips`
const DELETE_EVERYTHING = `${BUTTONS}delete-everything`
const KEEP = `${BUTTONS}keep`
const FOLLOW_EVERY_MS = 1_000

/** `/privacy`: what is kept of the person who uses it, and how to have it, stop it and erase it. For everybody, signed in or not, also outside of servers. */
export const privacy: PersonalCommand = {
  declaration: {
    type: ApplicationCommandType.ChatInput,
    name: 'privacy',
    description: 'What is kept of you, and how to get it, stop it or erase it',
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { type: Option.Subcommand, name: 'view', description: 'Shows what is kept of you' },
      { type: Option.Subcommand, name: 'export', description: 'Says where you get everything that is kept of you' },
      { type: Option.Subcommand, name: 'opt-out', description: 'From now on nothing new of you is kept' },
      { type: Option.Subcommand, name: 'opt-in', description: 'What you post may be kept again' },
      {
        type: Option.Subcommand,
        name: 'delete',
        description: 'Erases everything of you, for good',
        options: [
          {
            type: Option.Boolean,
            name: 'account',
            description: 'Also your account here: sign-in, sessions, tokens',
          },
        ],
      },
    ],
  },
  buttonPrefix: BUTTONS,
  executePersonal: async (context, { interaction, userId, answer }) => {
    const pages = context.config.interface.publicUrl
    switch (subcommandOf(interaction)) {
      case 'view':
        return answer.show(describeRecord(await describePerson(userId), pages))
      case 'export':
        return answer.show(
          pages
            ? `Sign in with this account of Discord and press **Download everything**: <${pages}/account/privacy>\nYou get your clips also from channels that you do not see any more.`
            : 'The address of the pages is not set here (PUBLIC_URL). Ask whoever runs this bot for your data.',
        )
      case 'opt-out':
        return answer.show(
          (await optOut(userId, 'discord'))
            ? 'From now on nothing new of you is kept, in no server, and nobody sees clips of yours. `/privacy delete` erases them and takes your name out of clips of others; `/privacy opt-in` takes this back.'
            : 'Nothing new of you is kept already.',
        )
      case 'opt-in':
        return answer.show(
          (await optIn(userId, 'discord'))
            ? 'What you post may be kept again. What was erased does not come back.'
            : 'What you post may be kept already.',
        )
      case 'delete':
        return confirm(userId, answer, wantsAccount(interaction))
      default:
        throw new AppError('invalid-input', `/privacy was used as ${JSON.stringify(interaction.data)}.`)
    }
  },
  click: async (context, { interaction, userId, answer, signal }) => {
    const { custom_id: id } = interaction.data
    if (id === KEEP) return answer.show('Nothing was erased.')
    if (id !== DELETE_CLIPS && id !== DELETE_EVERYTHING)
      throw new AppError('invalid-input', `unknown button ${JSON.stringify(id)}`)
    const { erasure } = await requestErasure(context.queue, {
      subject: 'author',
      subjectId: userId,
      requestedBy: userId,
      via: 'discord',
      withAccount: id === DELETE_EVERYTHING,
    })
    await follow(context, erasure, answer, signal)
  },
}

async function confirm(userId: string, answer: Answer, withAccount: boolean): Promise<void> {
  const { clips, namedIn } = await describePerson(userId)
  const lines = [
    `This erases **${clips.total} clips** of yours in ${clips.byGuild.length} servers for good: videos, pictures, names and texts. You are taken out of ${namedIn} clips of others.`,
    withAccount ? 'Your account here goes too: sign-in, sessions and tokens.' : null,
    'Nothing new of you is kept after that, until you use `/privacy opt-in`. It cannot be undone. What is in Discord stays there.',
  ]
  await answer.show(lines.filter(Boolean).join('\n'), [
    { id: withAccount ? DELETE_EVERYTHING : DELETE_CLIPS, label: 'Erase everything of me', isDangerous: true },
    { id: KEEP, label: 'Keep it' },
  ])
}

/** Shows how it goes, as long as Discord takes changes of the answer. It goes on in any case. */
async function follow({ config }: BotContext, { id }: Erasure, answer: Answer, signal: AbortSignal): Promise<void> {
  let shown = ''
  for (;;) {
    const erasure = await findErasure(id, database())
    if (!erasure) return
    const text = describeErasing(erasure, config.interface.publicUrl)
    if (text !== shown) await answer.show(text)
    shown = text
    if (erasure.erasedAt || signal.aborted || answer.remainingMs() < 10 * FOLLOW_EVERY_MS) return
    await sleep(FOLLOW_EVERY_MS, signal).catch(() => {})
  }
}

function subcommandOf({ data }: ChatInteraction): string {
  return data.options?.find(({ type }) => type === Option.Subcommand)?.name ?? ''
}

function wantsAccount({ data }: ChatInteraction): boolean {
  const subcommand = data.options?.find((given) => given.type === Option.Subcommand)
  return subcommand?.options?.some((option) => option.name === 'account' && option.value === true) ?? false
}

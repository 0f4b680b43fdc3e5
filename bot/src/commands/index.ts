import type { APIInteraction } from 'discord-api-types/v10'
import type { ButtonInteraction, Command, CommandDeclaration, PersonalCommand } from './command.ts'
import { coverage } from './coverage.ts'
import { privacy } from './privacy.ts'
import { saveClip } from './save-clip.ts'
import { scan } from './scan.ts'

const commands: readonly Command[] = [scan, coverage, saveClip]
const personalCommands: readonly PersonalCommand[] = [privacy]

/** What Discord is told of every command the bot offers. */
export const declarations: readonly CommandDeclaration[] = [...commands, ...personalCommands].map(
  ({ declaration }) => declaration,
)

/** The command that an interaction uses; null when it uses none of ours. */
export function commandOf(interaction: APIInteraction): Command | null {
  if (!interaction.data || !('name' in interaction.data)) return null
  const { name, type } = interaction.data
  return commands.find(({ declaration }) => declaration.name === name && declaration.type === type) ?? null
}

/** The command about themselves that somebody uses; null when it is none of ours. */
export function personalCommandOf(interaction: APIInteraction): PersonalCommand | null {
  const { data } = interaction
  if (!data || !('name' in data)) return null
  return personalCommands.find(({ declaration: { name, type } }) => name === data.name && type === data.type) ?? null
}

/** The command that has the button which was clicked; null when it is none of ours. */
export function buttonCommandOf({ data }: ButtonInteraction): PersonalCommand | null {
  return personalCommands.find(({ buttonPrefix }) => data.custom_id.startsWith(buttonPrefix)) ?? null
}

import type { APIInteraction } from 'discord-api-types/v10'
import type { Command } from './command.ts'
import { coverage } from './coverage.ts'
import { saveClip } from './save-clip.ts'
import { scan } from './scan.ts'

/** Every command the bot offers. */
export const commands: readonly Command[] = [scan, coverage, saveClip]

/** The command that an interaction uses; null when it uses none of ours. */
export function commandOf(interaction: APIInteraction): Command | null {
  if (!interaction.data || !('name' in interaction.data)) return null
  const { name, type } = interaction.data
  return commands.find(({ declaration }) => declaration.name === name && declaration.type === type) ?? null
}

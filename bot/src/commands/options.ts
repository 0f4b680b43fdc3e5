import type { ChatInteraction } from './command.ts'

/** The value of an option given as text (also the id of a channel); null when it was not given. */
export function textOption(interaction: ChatInteraction, name: string): string | null {
  const option = interaction.data.options?.find((given) => given.name === name)
  return option && 'value' in option && typeof option.value === 'string' ? option.value : null
}

import { Command } from 'commander'
import { writeGenerated } from './generated.ts'

/** `npm run generate`: writes the files that are made from code. */
export function generateCommand(): Command {
  return new Command('generate').description('write the files that are made from code').action(async () => {
    const changed = await writeGenerated()
    process.stdout.write(
      changed.length === 0 ? 'Nothing changed.\n' : changed.map((file) => `Wrote ${file}\n`).join(''),
    )
  })
}

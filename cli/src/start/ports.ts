import net from 'node:net'
import { AppError } from '@dcs/shared/core'

/** Throws `conflict` when a port cannot be listened on, with the way out. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = net.createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const reason: Record<string, string> = {
      EADDRINUSE: `Port ${port} is taken by another program.`,
      EACCES: `Port ${port} may only be used by root.`,
      EADDRNOTAVAIL: `This machine has no address ${host}.`,
    }
    throw new AppError(
      'conflict',
      `${reason[code ?? ''] ?? `Port ${port} cannot be used.`} Choose another: npm start -- --port ${port < 65_000 ? port + 1 : 3000}`,
      { cause },
    )
  } finally {
    server.close()
  }
}

import net from 'node:net'

/** A port of the loopback that is free at this moment. */
export async function findFreePort(): Promise<number> {
  return (await listenOn(0)) ?? Promise.reject(new Error('no free port on 127.0.0.1'))
}

/** Whether a server could listen on this port of the loopback now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOn(port)) !== null
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })
}

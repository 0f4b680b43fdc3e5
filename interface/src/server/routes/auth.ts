import { getAuth } from '../auth.ts'
import { toProblem } from '../errors.ts'

export async function auth(request: Request): Promise<Response> {
  try {
    const made = await getAuth()
    return await made.handler(request)
  } catch (error) {
    const { status, ...problem } = toProblem(error)
    return Response.json({ error: problem }, { status })
  }
}

/** A page as a proxy in front of Discord answers it, where clients expect JSON. */
export function htmlPage(title: string, text: string): string {
  return `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>${title} | discord.com | Cloudflare</title></head>\n<body><h1>${title}</h1><p>${text}</p></body>\n</html>\n`
}

/** Text made safe for HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

const STYLE = `:root{color-scheme:light dark;--bg:#f3f3f7;--card:#fff;--text:#1b1c24;--soft:#5d6070;--line:#d9dae3;--accent:#4d5bd6}
@media (prefers-color-scheme:dark){:root{--bg:#17181f;--card:#22242e;--text:#f2f3f7;--soft:#a7abbc;--line:#373a48;--accent:#8f9bff}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif;display:grid;place-items:start center;padding:6vh 16px}
main{width:100%;max-width:560px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:28px}
h1{font-size:1.35rem;margin:0 0 4px}p{color:var(--soft);margin:0 0 18px}.people{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:10px}
button{font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:12px;padding:10px 12px;display:flex;gap:12px;align-items:center;text-align:left;cursor:pointer;width:100%}
button:hover{border-color:var(--accent)}button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}img{width:40px;height:40px;border-radius:50%}
.wide{max-width:1120px}.wide p{max-width:70ch}pre{background:var(--bg);border:1px solid var(--line);border-radius:10px;padding:12px;overflow:auto;font-size:.85rem}
.facts{display:flex;flex-wrap:wrap;gap:8px 24px;margin:0 0 20px;padding:0}.facts div{display:flex;gap:8px}.facts dt{color:var(--soft)}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.person{display:flex;gap:12px;align-items:center;border:1px solid var(--line);border-radius:12px;padding:10px 12px;min-width:0}.person small{overflow:hidden;text-overflow:ellipsis}
summary{cursor:pointer;display:flex;gap:12px;align-items:center;padding:10px 0;font-weight:600}summary img{border-radius:12px}summary small{font-weight:400}details{border-top:1px solid var(--line)}
.scroll{overflow-x:auto}td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}.badge{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 8px;font-size:.75rem;color:var(--soft);margin-left:6px}
.row{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 20px}.row>*{width:auto}select,input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:10px;padding:8px 10px}input{flex:1 1 260px;font-family:ui-monospace,monospace;font-size:.85rem}
[role=alert]{color:#c8323c;white-space:pre-wrap}.depth1{padding-left:20px}.depth2{padding-left:40px}code{font-size:.85em}small{display:block;color:var(--soft)}.cancel{margin-top:16px;justify-content:center}table{width:100%;border-collapse:collapse;margin:0 0 20px}td,th{text-align:left;padding:4px 8px 4px 0;border-bottom:1px solid var(--line)}h2{font-size:1.05rem}`

/** A page of the twin: nothing from elsewhere. */
export function page(title: string, body: string, { wide = false, script = '' } = {}): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main${wide ? ' class="wide"' : ''}>${body}</main>${script && `<script>${script}</script>`}</body></html>`
}

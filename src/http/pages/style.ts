/** How the pages look: one sheet for all of them, light and dark, from a phone's width up. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#eef1f6;--paper:#fff;--ink:#16202e;--soft:#566273;--line:#d5dbe4;--accent:#0b5cad;--onaccent:#fff;--wash:#f3f6fa;--bad:#a8201a;--badwash:#fdf1f0;--good:#12643b}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--paper:#1a212b;--ink:#e8edf4;--soft:#a3afbf;--line:#364150;--accent:#7db7f5;--onaccent:#0b1622;--wash:#222b37;--bad:#ff9d94;--badwash:#3a2221;--good:#7fd6a6}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:16px;padding:24px 16px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",sans-serif}
main{width:100%;max-width:440px;background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:32px 36px 36px;box-shadow:0 6px 24px rgb(15 30 55/.08)}
.brand{display:flex;align-items:center;gap:10px;margin:0 0 24px;color:var(--soft);font-weight:600}
.brand svg{width:28px;height:28px;flex:none}
h1{margin:0 0 8px;font-size:24px;line-height:1.25;font-weight:650;overflow-wrap:anywhere}
h2{margin:20px 0 4px;font-size:16px}
p{margin:0 0 16px;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.small{font-size:14px}
label{display:block;margin:0 0 4px;font-weight:600;font-size:14px}
input[type=text],input[type=email],input[type=password]{width:100%;margin:0 0 16px;padding:10px 12px;border:1px solid var(--soft);border-radius:8px;background:var(--paper);color:var(--ink);font:inherit}
input.code{font:600 24px/1.4 ui-monospace,"DejaVu Sans Mono",monospace;letter-spacing:.18em;text-align:center;text-transform:uppercase}
input[aria-invalid=true]{border-color:var(--bad)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.buttons{display:flex;flex-wrap:wrap;justify-content:flex-end;gap:12px;margin-top:8px}
button{font:inherit}
.main,.other{padding:10px 22px;border-radius:8px;border:1px solid var(--accent);background:var(--accent);color:var(--onaccent);font-weight:600;cursor:pointer}
.other{border-color:var(--line);background:var(--wash);color:var(--ink)}
.main:hover,.other:hover{filter:brightness(1.08)}
a{color:var(--accent)}
.alert{margin:0 0 16px;padding:10px 14px;border-left:4px solid var(--bad);border-radius:6px;background:var(--badwash);color:var(--bad);font-size:14px;overflow-wrap:anywhere}
.who{display:flex;align-items:center;gap:12px;margin:0 0 20px;padding:10px 12px;border-radius:8px;background:var(--wash)}
.names{display:flex;flex-direction:column;min-width:0;text-align:left;line-height:1.35}
.names>*{max-width:100%;overflow:hidden;text-overflow:ellipsis}
.face{display:grid;place-items:center;flex:none;width:36px;height:36px;border-radius:50%;background:var(--accent);color:var(--onaccent);font-weight:650;font-size:14px}
.list{list-style:none;margin:0 -12px 12px;padding:0}
.pick{display:flex;align-items:center;gap:12px;width:100%;padding:9px 12px;border:0;border-radius:8px;background:none;color:inherit;cursor:pointer}
.pick:hover{background:var(--wash)}
.tag{align-self:flex-start;margin-top:3px;padding:0 8px;border:1px solid var(--line);border-radius:99px;color:var(--soft);font-size:12px}
.scopes{margin:0 0 16px;padding:0;list-style:none;border-top:1px solid var(--line)}
.scopes li{padding:10px 0;border-bottom:1px solid var(--line)}
.scopes b{display:block;font-size:15px}
.check{display:flex;gap:10px;align-items:flex-start;font-weight:400;font-size:15px;margin:0 0 16px}
.check input{width:18px;height:18px;margin-top:3px;flex:none;accent-color:var(--accent)}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:0;font-size:13px;color:var(--soft)}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:480px){body{justify-content:flex-start;padding:0;background:var(--paper)}main{max-width:none;border:0;border-radius:0;box-shadow:none;padding:24px 20px}.buttons>*{flex:1 1 100%}.main{order:-1}}
@media (prefers-reduced-motion:no-preference){.main,.other,.pick{transition:background .12s,filter .12s}}
`;

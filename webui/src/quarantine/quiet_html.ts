// Before a browser parses mail HTML: takes out style sheets, scripts and comments, and renames style and on…
// attributes. Chromium applies the page's CSP to parsed documents too and would fill its console with
// refusals. Nothing relies on this for safety (safe_html.ts keeps only what it knows): one pass, linear.

export interface QuietHtml {
  html: string;
  css: string[];
}

const rawText = new Set(["style", "script"]);

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isSpace(character: string | undefined): boolean {
  return (
    character === " " || character === "\n" || character === "\t" || character === "\r" || character === "\f"
  );
}

// From `at` (after the tag's name) to its ">": the attributes with the noisy names changed.
function attributes(html: string, at: number): { text: string; end: number } {
  const parts: string[] = [];
  let i = at;
  while (i < html.length && html[i] !== ">") {
    const start = i;
    while (i < html.length && html[i] !== ">" && (isSpace(html[i]) || html[i] === "/")) i++;
    parts.push(html.slice(start, i));
    const nameStart = i;
    while (i < html.length && html[i] !== ">" && html[i] !== "=" && html[i] !== "/" && !isSpace(html[i])) i++;
    const name = html.slice(nameStart, i);
    parts.push(/^(style$|on)/i.test(name) ? `data-weir-${name}` : name);
    while (isSpace(html[i])) i++;
    if (html[i] !== "=") {
      if (i === start) i++;
      else parts.push(" ");
      continue;
    }
    i++;
    while (isSpace(html[i])) i++;
    const quote = html[i];
    const valueStart = i;
    if (quote === '"' || quote === "'") {
      const close = html.indexOf(quote, i + 1);
      i = close < 0 ? html.length : close + 1;
    } else {
      while (i < html.length && html[i] !== ">" && !isSpace(html[i])) i++;
    }
    parts.push("=", html.slice(valueStart, i));
  }
  return { text: parts.join(""), end: Math.min(i + 1, html.length) };
}

export function quietHtml(html: string): QuietHtml {
  const lower = html.toLowerCase();
  const css: string[] = [];
  const parts: string[] = [];
  let i = 0;
  while (i < html.length) {
    const open = html.indexOf("<", i);
    if (open < 0) {
      parts.push(html.slice(i));
      break;
    }
    parts.push(html.slice(i, open));
    if (html.startsWith("<!--", open)) {
      const close = html.indexOf("-->", open + 4);
      i = close < 0 ? html.length : close + 3;
      continue;
    }
    if (!isLetter(html.charCodeAt(open + 1))) {
      parts.push("<");
      i = open + 1;
      continue;
    }
    let nameEnd = open + 1;
    while (nameEnd < html.length && html[nameEnd] !== ">" && html[nameEnd] !== "/" && !isSpace(html[nameEnd]))
      nameEnd++;
    const name = lower.slice(open + 1, nameEnd);
    const tag = attributes(html, nameEnd);
    i = tag.end;
    if (!rawText.has(name)) {
      parts.push("<", name, tag.text, ">");
      continue;
    }
    const close = lower.indexOf(`</${name}`, i);
    if (name === "style") css.push(html.slice(i, close < 0 ? html.length : close));
    const after = close < 0 ? -1 : html.indexOf(">", close);
    i = after < 0 ? html.length : after + 1;
  }
  return { html: parts.join(""), css };
}

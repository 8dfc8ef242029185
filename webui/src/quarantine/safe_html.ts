// Mail HTML made fit for the sandboxed frame. The frame runs no scripts and loads nothing whatever stands in
// it; this takes out what would try, so that a mail cannot fill the browser's console with refusals either.
// Styles are kept: the frame inherits the page's CSP, so they move into one style element with our nonce.

import { quietHtml } from "./quiet_html";

const kept = new Set(
  (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn " +
    "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p " +
    "pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var"
  ).split(" "),
);
// What these hold is not text of the mail: they go with everything in them. Other unknown elements give way
// to their content.
const dropped = new Set(
  "script style head title noscript iframe object embed applet svg math video audio canvas template".split(
    " ",
  ),
);
const attributes = new Set(
  (
    "align valign width height colspan rowspan cellpadding cellspacing border bgcolor color face size dir lang " +
    "alt title start type span scope"
  ).split(" "),
);

const limit = { elements: 20_000, styles: 200_000 };

// No addresses and no imports: what is left cannot ask for anything.
export function safeCss(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\\/g, "")
    .replace(/@import[^;]*(;|$)/gi, "")
    .replace(/@font-face\s*\{[^}]*\}/gi, "")
    .replace(/(url|image-set|src|expression)\s*\([^)]*\)?/gi, "none")
    .replace(/<\//g, "");
}

interface Made {
  document: Document;
  styles: string[];
  elements: number;
  length: number;
}

function styleOf(made: Made, css: string): string | null {
  const safe = safeCss(css).replace(/[{}@]/g, "");
  if (!safe.trim() || made.length + safe.length > limit.styles) return null;
  made.length += safe.length;
  const name = `m${made.styles.length}`;
  made.styles.push(`.${name}{${safe}}`);
  return name;
}

function copyElement(made: Made, source: Element, name: string): Element {
  const element = made.document.createElement(name);
  for (const { name: attribute, value } of [...source.attributes]) {
    if (attributes.has(attribute.toLowerCase())) element.setAttribute(attribute.toLowerCase(), value);
  }
  const css = source.getAttribute("data-weir-style");
  const styled = css ? styleOf(made, css) : null;
  if (styled) element.className = styled;
  if (name === "a") {
    const target = source.getAttribute("href");
    if (target) element.setAttribute("title", target);
    element.classList.add("weir-link");
  }
  if (name === "img") {
    const src = source.getAttribute("src") ?? "";
    if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(src)) element.setAttribute("src", src);
    else element.classList.add("weir-image");
  }
  return element;
}

function copyChildren(made: Made, source: Node, target: Node): void {
  for (const child of [...source.childNodes]) {
    if (made.elements++ > limit.elements) return;
    if (child.nodeType === 3) target.appendChild(made.document.createTextNode(child.nodeValue ?? ""));
    if (child.nodeType !== 1) continue;
    const element = child as Element;
    const name = element.tagName.toLowerCase();
    if (dropped.has(name)) continue;
    if (!kept.has(name)) {
      copyChildren(made, element, target);
      continue;
    }
    const copy = copyElement(made, element, name);
    target.appendChild(copy);
    copyChildren(made, element, copy);
  }
}

const base =
  "body{font:14px/1.5 system-ui,sans-serif;margin:12px;color:#111;background:#fff;overflow-wrap:anywhere}" +
  ".weir-link{color:#0645ad;text-decoration:underline}" +
  ".weir-image{display:inline-block;min-width:24px;min-height:24px;border:1px dashed #888}";

// The whole text for srcdoc.
export function safeHtml(html: string, nonce: string): string {
  const quiet = quietHtml(html);
  const source = new DOMParser().parseFromString(quiet.html, "text/html");
  const made: Made = {
    document: new DOMParser().parseFromString("", "text/html"),
    styles: [],
    elements: 0,
    length: 0,
  };
  for (const sheet of quiet.css) {
    const css = safeCss(sheet);
    if (made.length + css.length > limit.styles) continue;
    made.length += css.length;
    made.styles.push(css);
  }
  copyChildren(made, source.body, made.document.body);
  const csp = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'`;
  return (
    `<!doctype html><html><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${csp}">` +
    `<style nonce="${nonce}">${base}${made.styles.join("\n")}</style></head>` +
    `<body>${made.document.body.innerHTML}</body></html>`
  );
}

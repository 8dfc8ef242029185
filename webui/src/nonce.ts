// The nonce that the server put into the page: style elements made at run time carry it, or the CSP refuses them.
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

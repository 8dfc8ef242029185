// Which senders an entry can be made for, from what a quarantined mail says of itself.

// The address in a header From: the last one between angle brackets outside quotes, else the bare text.
export function addressOf(header: string): string {
  const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, "").replace(/\([^()]*\)/g, "");
  const brackets = [...bare.matchAll(/<([^<>]*)>/g)];
  const text = (brackets[brackets.length - 1]?.[1] ?? bare).trim();
  return /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/.test(text) ? text.toLowerCase() : "";
}

// The address itself, and its domain with the subdomains.
export function senderForms(address: string): string[] {
  const at = address.lastIndexOf("@");
  return at < 0 ? [] : [address.toLowerCase(), address.slice(at).toLowerCase()];
}

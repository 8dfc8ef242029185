// The addresses typed for a release: split at commas, semicolons and white space, each checked for its shape.
export interface TypedAddresses {
  good: string[];
  bad: string[];
}

export function typedAddresses(text: string): TypedAddresses {
  const good: string[] = [];
  const bad: string[] = [];
  for (const part of text.split(/[\s,;]+/)) {
    if (!part) continue;
    if (/^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/.test(part)) good.push(part);
    else bad.push(part);
  }
  return { good: [...new Set(good)], bad };
}

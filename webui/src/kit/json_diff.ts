// What differs between two JSON values, as lines for people: the path, what was, what is.

export interface DiffLine {
  path: string;
  kind: "added" | "removed" | "changed";
  before?: unknown;
  after?: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equalJson(value, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => name in b && equalJson(a[name], b[name]))
    );
  }
  return false;
}

// Arrays of plain values are sets to people (entries of a list): what came and what went.
function arrayLines(path: string, before: unknown[], after: unknown[]): DiffLine[] {
  const plain = (value: unknown) => typeof value !== "object" || value === null;
  if (before.every(plain) && after.every(plain)) {
    const lines: DiffLine[] = [];
    const old = new Set(before);
    const now = new Set(after);
    for (const value of before) if (!now.has(value)) lines.push({ path, kind: "removed", before: value });
    for (const value of after) if (!old.has(value)) lines.push({ path, kind: "added", after: value });
    return lines.length > 0 ? lines : [{ path, kind: "changed", before, after }];
  }
  const lines: DiffLine[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const at = `${path}[${index + 1}]`;
    if (index >= before.length) lines.push({ path: at, kind: "added", after: after[index] });
    else if (index >= after.length) lines.push({ path: at, kind: "removed", before: before[index] });
    else lines.push(...diffLines(before[index], after[index], at));
  }
  return lines;
}

export function diffLines(before: unknown, after: unknown, path = ""): DiffLine[] {
  if (equalJson(before, after)) return [];
  if (before === null || before === undefined) {
    if (isObject(after)) return diffLines({}, after, path);
    return [{ path, kind: "added", after }];
  }
  if (after === null || after === undefined) {
    if (isObject(before)) return diffLines(before, {}, path);
    return [{ path, kind: "removed", before }];
  }
  if (Array.isArray(before) && Array.isArray(after)) return arrayLines(path, before, after);
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const at = path ? `${path}.${name}` : name;
      if (!(name in before)) return [{ path: at, kind: "added" as const, after: after[name] }];
      if (!(name in after)) return [{ path: at, kind: "removed" as const, before: before[name] }];
      return diffLines(before[name], after[name], at);
    });
  }
  return [{ path, kind: "changed", before, after }];
}

export function shownValue(value: unknown): string {
  if (typeof value === "string") return value === "" ? '""' : value;
  return JSON.stringify(value, null, typeof value === "object" ? 1 : 0)?.replace(/\n\s*/g, " ") ?? "–";
}

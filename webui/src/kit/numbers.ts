// Numbers as people read them.

const units = ["B", "kB", "MB", "GB", "TB"];

// Decimal units, three digits: "812 B", "61.2 kB", "1.95 MB".
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${Math.round(size)} B`;
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${size.toFixed(digits)} ${units[unit]}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-GB").replace(/,/g, "\u202f");
}

// "1 mail", "3 mails".
export function some(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function milliseconds(value: number): string {
  if (Math.abs(value) >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return value >= 10 || Number.isInteger(value) ? `${Math.round(value)} ms` : `${value.toFixed(2)} ms`;
}

import { expect, it } from "vitest";
import { bytes, milliseconds, some } from "./numbers";

it("sizes have three digits and the fitting unit", () => {
  expect(bytes(0)).toBe("0 B");
  expect(bytes(812)).toBe("812 B");
  expect(bytes(61_234)).toBe("61.2 kB");
  expect(bytes(1_949_000)).toBe("1.95 MB");
  expect(bytes(999_600)).toBe("1.00 MB");
  expect(bytes(123_456_789_012)).toBe("123 GB");
});

it("one is not many", () => {
  expect(some(1, "mail", "mails")).toBe("1 mail");
  expect(some(12_345, "mail", "mails")).toBe("12\u202f345 mails");
});

it("short times keep their digits", () => {
  expect(milliseconds(0.123)).toBe("0.12 ms");
  expect(milliseconds(42.4)).toBe("42 ms");
  expect(milliseconds(2400)).toBe("2.4 s");
});

import { expect, test } from "vitest";
import { addressOf, senderForms } from "./senders";

test("the address of a header From is found beside any name", () => {
  expect(addressOf("Ann <Ann@Example.net>")).toBe("ann@example.net");
  expect(addressOf("ann@example.net")).toBe("ann@example.net");
  expect(addressOf('"boss@bank.example" <evil@spam.example>')).toBe("evil@spam.example");
  expect(addressOf('"a <boss@bank.example>" <evil@spam.example>')).toBe("evil@spam.example");
  expect(addressOf("Ann (at home) <ann@example.net>")).toBe("ann@example.net");
});

test("what is no address gives none", () => {
  for (const text of ["", "Ann", "undisclosed:;", "a@b@c.example", "<>", "ann@"])
    expect(addressOf(text)).toBe("");
});

test("a sender may be meant with its whole domain", () => {
  expect(senderForms("Ann@Example.net")).toEqual(["ann@example.net", "@example.net"]);
  expect(senderForms('"a@b"@example.net')).toEqual(['"a@b"@example.net', "@example.net"]);
  expect(senderForms("nobody")).toEqual([]);
});

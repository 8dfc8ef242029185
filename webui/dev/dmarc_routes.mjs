// DMARC reports of the made-up cluster.
const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString();
const sources = [
  ["192.0.2.25", 41_200, 41_180, 41_100, 40_900, 0, 0],
  ["2001:db8::25", 8_120, 8_120, 8_120, 8_010, 0, 0],
  ["203.0.113.77", 912, 0, 0, 0, 130, 782],
  ["198.51.100.4", 240, 198, 198, 0, 0, 0],
].map(([source, mails, passed, dkim, spf, quarantined, rejected]) => ({
  source,
  mails,
  passed,
  dkim,
  spf,
  quarantined,
  rejected,
}));
const sum = (name) => sources.reduce((total, one) => total + one[name], 0);
const domain = (name, scale) => ({
  domain: name,
  reports: 62,
  organizations: 9,
  mails: Math.round(sum("mails") * scale),
  passed: Math.round(sum("passed") * scale),
  quarantined: Math.round(sum("quarantined") * scale),
  rejected: Math.round(sum("rejected") * scale),
  newest: day(0.3),
});
const report = (organization, back, authenticated) => ({
  id: `${organization}-${back}`,
  organization,
  email: null,
  begin: day(back + 1),
  end: day(back),
  taken: day(back - 0.2),
  origin: authenticated ? `${organization.toLowerCase().replaceAll(" ", "-")}.example` : "somewhere.example",
  authenticated,
  published: null,
  mails: 12_600,
  passed: 12_380,
  omitted_mails: back === 2 ? 14 : 0,
});
const to = (address, state, detail, tries) => ({
  address,
  state,
  tries,
  next_try: state === "waiting" ? new Date(Date.now() + 600_000).toISOString() : null,
  changed: day(0.1),
  detail,
});
const sent = (back, name, mails, destinations, more) => ({
  id: `${day(back).slice(0, 10)}:1:${name}`,
  day: day(back).slice(0, 10),
  part: 1,
  domain: name,
  report_id: "0190a000",
  rows: 14,
  mails,
  left_out: 0,
  closed: day(back - 1),
  destinations,
  ...more,
});
const reports = [
  sent(0, "bank.example", 812, [], { closed: null, report_id: null }),
  sent(1, "bank.example", 4_120, [to("dmarc@bank.example", "sent", "250 2.0.0 kept", 1)]),
  sent(1, "news.example", 96, [
    to("agg@collector.example", "waiting", "127.0.0.1:25: 451 4.7.1 try again later", 2),
  ]),
  sent(
    1,
    "shop.example",
    22_410,
    [to("rua@shop.example", "failed", "the report has 12400102 bytes, the domain takes 10485760", 1)],
    { left_out: 31 },
  ),
  sent(
    2,
    "bank.example",
    12,
    [to("dmarc@bank.example", "unsure", "the master ended while it was being sent: it may have arrived", 1)],
    { part: 2 },
  ),
  sent(2, "mail.example", 55, []),
];

export const dmarcRoutes = {
  "GET /dmarc/received": () => ({
    items: [domain("example.com", 1), domain("example.org", 0.2)],
    next: null,
  }),
  "GET /dmarc/received/:id": ({ id }) => ({
    domain: id,
    sources,
    reports: [report("Receiver", 1, true), report("Big Mail", 2, true), report("Unknown Host", 3, false)],
  }),
  "POST /dmarc/received": () => ({
    new: true,
    domain: "example.com",
    organization: "Receiver",
    id: "1",
    rows: 4,
  }),
  "GET /dmarc/sent": () => ({ items: reports, next: null, hindrance: null }),
  "POST /dmarc/sent": () => ({ closed: 1, waiting: 1 }),
};

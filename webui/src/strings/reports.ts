// Texts: DMARC reports.
import { count, some } from "../kit/numbers";

export const dmarc = {
  title: "DMARC",
  question: "Who sends in the name of our domains, and what do we tell the owners of others?",
  tabs: { received: "About our domains", sent: "Sent by us" } as const,
  range: "Period",
  ranges: { "7d": "7 days", "30d": "30 days", "90d": "90 days", "400d": "400 days" } as Record<
    string,
    string
  >,
  import: "Import a report",
  imported: (organization: string, domain: string) => `The report of ${organization} about ${domain} is in.`,
  importedBefore: (organization: string) => `This report of ${organization} was known already.`,
  importFailed: "This file was not taken",
  received: {
    label: "Our domains",
    columns: {
      domain: "Domain",
      mails: "Mails",
      passed: "Passed",
      held: "Quarantined",
      rejected: "Rejected",
      reports: "Reports",
      newest: "Newest",
    },
    rowLabel: (row: { domain: string; mails: number }) =>
      `${row.domain}, ${some(row.mails, "mail", "mails")}`,
    reportsOf: (reports: number, organizations: number) =>
      `${count(reports)} of ${some(organizations, "organization", "organizations")}`,
    emptyTitle: "No report yet",
    emptyText:
      "Name an address in the rua of your domains’ DMARC records, set it as “receive” under Rules → Settings → DMARC reports, or import a file.",
    noMatch: "No report ends in this period.",
  },
  domain: {
    drawer: (domain: string) => `Mail in the name of ${domain}`,
    sources: "By source address",
    reports: "Reports",
    columns: {
      source: "Source",
      mails: "Mails",
      passed: "Passed",
      dkim: "DKIM",
      spf: "SPF",
      disposition: "Done by receivers",
    },
    reportColumns: {
      end: "Until",
      organization: "Reported by",
      mails: "Mails",
      passed: "Passed",
      origin: "Came from",
    },
    delivered: "delivered",
    heldBy: (n: number) => `${count(n)} quarantined`,
    rejectedBy: (n: number) => `${count(n)} rejected`,
    unverified: "sender not verified",
    unverifiedHelp: "The mail that brought this report did not pass DMARC itself: anybody can write one.",
    omitted: (n: number) => `${some(n, "mail is", "mails are")} in rows that were not kept.`,
    emptyTitle: "Nothing in this period",
  },
  sent: {
    label: "Reports to others",
    day: "Day (UTC)",
    dayShort: "Day, UTC",
    columns: {
      day: "Day",
      domain: "Domain",
      mails: "Mails",
      rows: "Rows",
      state: "State",
      to: "To",
      file: "File",
    },
    part: (n: number) => `supplement ${n - 1}`,
    states: {
      open: "collecting",
      none: "nobody to tell",
      waiting: "waiting",
      sending: "being sent",
      sent: "sent",
      failed: "failed",
      unsure: "may have been sent",
    } as Record<string, string>,
    leftOut: (n: number) => `${some(n, "mail", "mails")} beyond the limit`,
    otherDomains: "domains beyond the limit",
    nextTry: "next try",
    xml: "XML",
    xmlLabel: (domain: string, day: string) => `XML of the report to ${domain} about ${day}`,
    emptyTitle: "No report yet",
    emptyText:
      "While DMARC reports are enabled under Rules → Settings, mail from outside is counted here for each domain that asks for reports. They are sent two hours after the end of the day (UTC).",
    noMatch: "No domain is told anything about this day.",
    hindered: "Nothing is sent now",
    send: "Send a day now",
    sendTitle: "Send the reports of a day now?",
    sendEffect:
      "What was counted for this day so far goes out at once. Mails that are counted later make a supplement.",
    sendDay: "Day (UTC)",
    sendAgain: "Also those that failed or may have been sent",
    sendVerb: "Send the reports",
    sendDone: (n: number) =>
      n === 0
        ? "There is nothing to send for this day."
        : `${some(n, "report is", "reports are")} on the way.`,
  },
};

// Who sends in the name of our domains, and what do we tell the owners of others? Two tabs.
import { Tabs } from "@mantine/core";
import { dmarcSearch } from "../api/dmarc";
import { PageHead } from "../kit/page";
import { useSearchState } from "../kit/use_search";
import { dmarc } from "../strings";
import { ImportButton } from "./import_button";
import { ReceivedTab } from "./received_tab";
import { SendButton } from "./send_button";
import { SentTab } from "./sent_tab";

const tabs = ["received", "sent"] as const;

export function DmarcPage() {
  const { search, filter, set, replaceAll } = useSearchState(dmarcSearch);
  const tab = tabs.find((name) => name === search.tab) ?? "received";
  return (
    <>
      <PageHead title={dmarc.title} text={dmarc.question}>
        {tab === "received" ? <ImportButton /> : <SendButton />}
      </PageHead>
      <div className="panel">
        <Tabs value={tab} onChange={(next) => replaceAll(next === "sent" ? { tab: next } : {})}>
          <Tabs.List px={8} className="tab-list">
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {dmarc.tabs[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
        {tab === "received" ? (
          <ReceivedTab search={search} filter={filter} set={set} />
        ) : (
          <SentTab search={search} filter={filter} set={set} />
        )}
      </div>
    </>
  );
}

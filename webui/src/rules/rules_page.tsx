// What will happen, and what changes with the next publish? Rules, lists, settings, the JSON, the history.
import { Button, Tabs } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { draftQuery, schemaQuery } from "../api/policy";
import type { PolicyDocument } from "../api/policy_types";
import { useMay } from "../api/session";
import { Icon } from "../kit/icons";
import { PageHead } from "../kit/page";
import { Failed, Lines } from "../kit/states";
import { useSearchState } from "../kit/use_search";
import { rules } from "../strings";
import { DraftBar } from "./draft_bar";
import { HistoryTab } from "./history_tab";
import { ListsTab } from "./lists_tab";
import { PolicyJsonTab } from "./policy_json_tab";
import { PublishDialog } from "./publish_dialog";
import { RulesTab } from "./rules_tab";
import type { PolicySchema } from "./schema";
import { SectionsTab } from "./sections_tab";
import { SimulateDrawer } from "./simulate_drawer";
import "./rules.css";

const searchNames = ["tab", "rule", "revision"] as const;
const tabs = ["rules", "lists", "settings", "json", "history"] as const;

export interface TabProps {
  document: PolicyDocument;
  schema: PolicySchema;
  acts: boolean;
}

export function RulesPage() {
  const { search, set } = useSearchState(searchNames);
  const draft = useQuery({ ...draftQuery, refetchInterval: 5000 });
  const schema = useQuery(schemaQuery);
  const acts = useMay("policy");
  const [testing, test] = useDisclosure(false);
  const [publishing, publish] = useDisclosure(false);
  const tab = tabs.find((name) => name === search.tab) ?? "rules";
  const error = draft.error ?? schema.error;
  const given = draft.data?.body;

  return (
    <>
      <PageHead title={rules.title} text={rules.question}>
        {acts && (
          <Button variant="default" leftSection={<Icon name="play" size={16} />} onClick={test.open}>
            {rules.test}
          </Button>
        )}
      </PageHead>
      {given && <DraftBar draft={given} acts={acts} onReview={publish.open} />}
      <div className="panel">
        <Tabs
          value={tab}
          onChange={(next) => set({ tab: next === "rules" ? undefined : (next ?? undefined) })}
        >
          <Tabs.List px={8} className="tab-list">
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {rules.tabs[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
        {tab === "history" ? (
          <HistoryTab opened={search.revision} onOpen={(revision) => set({ revision })} acts={acts} />
        ) : given && schema.data ? (
          <Tab name={tab} document={given.document} schema={schema.data} acts={acts} />
        ) : error ? (
          <Failed error={error} retry={() => void Promise.all([draft.refetch(), schema.refetch()])} />
        ) : (
          <Lines n={10} />
        )}
      </div>
      <SimulateDrawer opened={testing} onClose={test.close} draftChanged={given?.changed ?? false} />
      <PublishDialog opened={publishing} onClose={publish.close} />
    </>
  );
}

function Tab({ name, ...props }: TabProps & { name: (typeof tabs)[number] }) {
  if (name === "lists") return <ListsTab {...props} />;
  if (name === "settings") return <SectionsTab {...props} />;
  if (name === "json") return <PolicyJsonTab {...props} />;
  return <RulesTab {...props} />;
}

// "Test with a mail": the real evaluator on a pasted mail, with the trace; on the master or on a node, whose
// scanners, DNS and directory are then asked.
import {
  Button,
  FileButton,
  Grid,
  Group,
  NativeSelect,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../api/client";
import { nodeNamesQuery } from "../api/nodes";
import type { Simulation } from "../api/policy_types";
import { SideDrawer } from "../kit/side_drawer";
import { typedAddresses } from "../quarantine/addresses";
import { rules } from "../strings";
import { PolicyProblems } from "./problem_list";
import { SimulationView } from "./simulation_view";

const words = rules.simulate;

interface Props {
  opened: boolean;
  onClose: () => void;
  draftChanged: boolean;
}

export function SimulateDrawer({ opened, onClose, draftChanged }: Props) {
  return (
    <SideDrawer opened={opened} onClose={onClose} title={words.title} size={820}>
      <Simulate draftChanged={draftChanged} />
    </SideDrawer>
  );
}

const start = {
  sender: "alice@example.org",
  recipients: "bob@example.com",
  client_address: "192.0.2.10",
  helo: "mail.example.org",
  auth_user: "",
  direction: "inbound",
};

// The first line end decides: a mail typed here has \n, one from a file mostly \r\n.
export function withLineEnds(mail: string): string {
  return mail.replace(/\r?\n/g, "\r\n");
}

function Simulate({ draftChanged }: { draftChanged: boolean }) {
  const [source, setSource] = useState(draftChanged ? "draft" : "published");
  const [envelope, setEnvelope] = useState(start);
  const [mail, setMail] = useState(words.sample);
  const [node, setNode] = useState("");
  const { data: nodes } = useQuery(nodeNamesQuery);
  const run = useMutation({
    mutationFn: () =>
      send<Simulation>("POST", "/policy/simulate", {
        source,
        mail: withLineEnds(mail),
        ...(node ? { node, on_node: true } : {}),
        envelope: { ...envelope, recipients: typedAddresses(envelope.recipients).good },
      }),
  });
  const text = (name: keyof typeof start, label: string) => (
    <Grid.Col span={{ base: 12, sm: 6 }}>
      <TextInput
        label={label}
        value={envelope[name]}
        onChange={(event) => setEnvelope({ ...envelope, [name]: event.currentTarget.value })}
      />
    </Grid.Col>
  );

  return (
    <Stack gap={16}>
      <Text c="dimmed">{words.text}</Text>
      <NativeSelect
        label={words.where}
        description={node ? words.whereNode : words.whereMaster}
        value={node}
        data={[
          { value: "", label: words.onMaster },
          ...(nodes?.items ?? []).map((one) => ({ value: one.id, label: words.onNode(one.name, one.state) })),
        ]}
        onChange={(event) => setNode(event.currentTarget.value)}
      />
      <Grid gap={12}>
        {text("sender", words.sender)}
        {text("recipients", words.recipients)}
        {text("client_address", words.client)}
        {text("helo", words.helo)}
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <TextInput
            label={words.authUser}
            value={envelope.auth_user}
            onChange={(event) => setEnvelope({ ...envelope, auth_user: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 5, sm: 3 }}>
          <NativeSelect
            label={words.direction}
            value={envelope.direction}
            data={["inbound", "outbound"]}
            onChange={(event) => setEnvelope({ ...envelope, direction: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 7, sm: 5 }}>
          <NativeSelect
            label={words.source}
            value={source}
            data={Object.entries(words.sources).map(([value, label]) => ({ value, label }))}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
        </Grid.Col>
      </Grid>
      <Textarea
        label={words.mail}
        value={mail}
        onChange={(event) => setMail(event.currentTarget.value)}
        rows={10}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--w-mono)", fontSize: 13 } }}
      />
      <Group justify="space-between">
        <FileButton onChange={(file) => void file?.text().then(setMail)} accept=".eml,message/rfc822">
          {(props) => (
            <Button variant="default" {...props}>
              {words.open}
            </Button>
          )}
        </FileButton>
        <Button onClick={() => run.mutate()} loading={run.isPending}>
          {words.run}
        </Button>
      </Group>
      {run.error && <PolicyProblems problem={run.error} />}
      {run.data && <SimulationView result={run.data} />}
    </Stack>
  );
}

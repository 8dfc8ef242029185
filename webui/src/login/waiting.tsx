import { Loader, Text } from "@mantine/core";
import { app, login } from "../strings";
import { Gate } from "./gate";

// Shown until the master has said who we are.
export function WaitingForMaster({ waiting }: { waiting: boolean }) {
  if (waiting) return <main className="gate" aria-busy="true" aria-label={app.loading} />;
  return (
    <Gate title={app.name}>
      <Text role="alert">{login.noMaster}</Text>
      <Loader mt={16} />
    </Gate>
  );
}

// The first person of a new cluster: the one-time token comes in the address's fragment, which is never sent.

import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { send } from "../api/client";
import { useSignIn } from "../api/session";
import type { Session } from "../api/types";
import { Notice } from "../kit/notice";
import { problemText } from "../kit/states";
import { login } from "../strings";
import { Gate } from "./gate";
import { NewPasswordFields, passwordReady } from "./new_password";

export function tokenFromFragment(fragment: string): string {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("token") ?? "";
}

export function FirstLoginNeeded() {
  return (
    <Gate title={login.firstTitle}>
      <Text>{login.firstNoToken}</Text>
    </Gate>
  );
}

export function FirstLoginPage() {
  const [token] = useState(() => tokenFromFragment(window.location.hash));
  const [user, setUser] = useState("admin");
  const [fields, setFields] = useState({ password: "", again: "" });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const signIn = useSignIn();
  const navigate = useNavigate();
  if (!token) return <FirstLoginNeeded />;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      signIn(await send<Session>("POST", "/first-login", { token, user, password: fields.password }));
      await navigate({ to: "/", replace: true });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Gate title={login.firstTitle}>
      <Text c="dimmed">{login.firstText}</Text>
      <form onSubmit={submit}>
        <Stack gap={16} mt={16}>
          {error !== null && (
            <Notice tone="reject" alert>
              {problemText(error)}
            </Notice>
          )}
          <TextInput
            label={login.user}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            autoComplete="username"
            autoCapitalize="none"
            required
            withAsterisk={false}
          />
          <NewPasswordFields value={fields} onChange={setFields} />
          <Button type="submit" loading={busy} disabled={!user || !passwordReady(fields)} fullWidth>
            {login.create}
          </Button>
        </Stack>
      </form>
    </Gate>
  );
}

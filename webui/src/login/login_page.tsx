import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiProblem, send } from "../api/client";
import { useSignIn } from "../api/session";
import type { Session } from "../api/types";
import { Notice } from "../kit/notice";
import { problemText } from "../kit/states";
import { login } from "../strings";
import { Gate } from "./gate";

export function lockText(problem: unknown): string {
  if (problem instanceof ApiProblem && problem.status === 429 && problem.extra.retryAfter) {
    return login.locked(`${problem.extra.retryAfter} s`);
  }
  return problemText(problem);
}

export function LoginPage() {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const signIn = useSignIn();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      signIn(await send<Session>("POST", "/session", { user, password }));
    } catch (problem) {
      setError(problem);
      setPassword("");
    } finally {
      setBusy(false);
    }
  }

  return (
    <Gate title={login.title}>
      <form onSubmit={submit}>
        <Stack gap={16} mt={16}>
          {error !== null && (
            <Notice tone="reject" alert>
              {lockText(error)}
            </Notice>
          )}
          <TextInput
            label={login.user}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={login.password}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <Button type="submit" loading={busy} fullWidth>
            {login.logIn}
          </Button>
        </Stack>
      </form>
    </Gate>
  );
}

import { Modal, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { send } from "../api/client";
import type { User } from "../api/types";
import { DialogForm } from "../kit/dialog_form";
import { said } from "../kit/said";
import { minimumPassword } from "../login/new_password";
import { app, login, roleHelp, roles, users } from "../strings";

const roleChoices = Object.entries(roles).map(([value, label]) => ({
  value,
  label: `${label}: ${roleHelp[value]}`,
}));

export function AddUser(props: { opened: boolean; onClose: () => void; onDone: () => unknown }) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={users.add}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {props.opened && <AddUserForm {...props} />}
    </Modal>
  );
}

function AddUserForm({ onClose, onDone }: { onClose: () => void; onDone: () => unknown }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("operator");
  const [password, setPassword] = useState("");
  const left = minimumPassword - password.length;
  async function run() {
    await send("POST", "/users", { name: name.trim(), role, password });
    said(users.added(name.trim()));
    onDone();
    onClose();
  }
  return (
    <DialogForm verb={users.addVerb} ready={name.trim() !== "" && left <= 0} run={run} onClose={onClose}>
      <TextInput
        label={users.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        autoCapitalize="none"
        data-autofocus
      />
      <NativeSelect
        label={users.role}
        value={role}
        data={roleChoices}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      <PasswordInput
        label={users.password}
        description={password && left > 0 ? login.tooShort(left) : users.passwordHelp}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="new-password"
      />
    </DialogForm>
  );
}

export function SetPassword(props: { user: User | null; onClose: () => void; onDone: () => unknown }) {
  const { user } = props;
  return (
    <Modal
      opened={user !== null}
      onClose={props.onClose}
      title={users.setPasswordTitle(user?.name ?? "")}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {user && <SetPasswordForm {...props} user={user} />}
    </Modal>
  );
}

function SetPasswordForm({
  user,
  onClose,
  onDone,
}: {
  user: User;
  onClose: () => void;
  onDone: () => unknown;
}) {
  const [password, setPassword] = useState("");
  const left = minimumPassword - password.length;
  async function run() {
    await send("PATCH", `/users/${encodeURIComponent(user.name)}`, { password });
    said(users.passwordSet(user.name));
    onDone();
    onClose();
  }
  return (
    <DialogForm verb={users.setPassword} ready={left <= 0} run={run} onClose={onClose}>
      <PasswordInput
        label={users.password}
        description={password && left > 0 ? login.tooShort(left) : users.passwordHelp}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="new-password"
        data-autofocus
      />
    </DialogForm>
  );
}

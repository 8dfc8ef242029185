import { Modal, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { send } from "../api/client";
import { DialogForm } from "../kit/dialog_form";
import { said } from "../kit/said";
import { app, header, login } from "../strings";
import { NewPasswordFields, passwordReady } from "./new_password";

export function PasswordDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={header.password}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {opened && <PasswordForm onClose={onClose} />}
    </Modal>
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const [current, setCurrent] = useState("");
  const [fields, setFields] = useState({ password: "", again: "" });

  async function change() {
    await send<void>("PUT", "/session/password", { current, new: fields.password });
    said(login.changed);
    onClose();
  }

  return (
    <DialogForm
      verb={login.change}
      ready={current !== "" && passwordReady(fields)}
      run={change}
      onClose={onClose}
    >
      <PasswordInput
        label={login.current}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        autoComplete="current-password"
        data-autofocus
        required
        withAsterisk={false}
      />
      <NewPasswordFields value={fields} onChange={setFields} />
    </DialogForm>
  );
}

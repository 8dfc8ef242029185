import { PasswordInput } from "@mantine/core";
import { login } from "../strings";

export const minimumPassword = 12;

export interface NewPassword {
  password: string;
  again: string;
}

export function passwordReady({ password, again }: NewPassword): boolean {
  return password.length >= minimumPassword && password === again;
}

export function NewPasswordFields(props: { value: NewPassword; onChange: (value: NewPassword) => void }) {
  const { value, onChange } = props;
  const left = minimumPassword - value.password.length;
  return (
    <>
      <PasswordInput
        label={login.newPassword}
        description={value.password && left > 0 ? login.tooShort(left) : login.passwordHelp}
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={login.passwordAgain}
        value={value.again}
        onChange={(event) => onChange({ ...value, again: event.currentTarget.value })}
        error={value.again && !value.password.startsWith(value.again) ? login.differ : undefined}
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
    </>
  );
}

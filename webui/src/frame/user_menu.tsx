import { ActionIcon, type MantineColorScheme, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useSignOut } from "../api/session";
import type { Session } from "../api/types";
import { Icon, type IconName } from "../kit/icons";
import { failed } from "../kit/said";
import { PasswordDialog } from "../login/password_dialog";
import { header, roles } from "../strings";

const schemes: { value: "light" | "dark" | "auto"; icon: IconName }[] = [
  { value: "light", icon: "sun" },
  { value: "dark", icon: "moon" },
  { value: "auto", icon: "auto" },
];

export function UserMenu({ session }: { session: Session }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [password, dialog] = useDisclosure(false);
  const signOut = useSignOut();
  return (
    <>
      <Menu position="bottom-end" width={240} withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={32} radius="xl" aria-label={header.userMenu(session.user)}>
            <Icon name="user" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text fw={600} c="var(--w-text)">
              {session.user}
            </Text>
            {header.role(roles[session.role] ?? session.role)}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Label>{header.scheme}</Menu.Label>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
          >
            {schemes.map(({ value, icon }) => (
              <Menu.RadioItem
                key={value}
                value={value}
                rightSection={<Icon name={icon} size={16} />}
                closeMenuOnClick={false}
              >
                {header[value]}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item onClick={dialog.open}>{header.password}</Menu.Item>
          <Menu.Item onClick={() => signOut().catch((error) => failed(header.logOut, error))}>
            {header.logOut}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{header.version(session.version, session.cluster.name)}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={password} onClose={dialog.close} />
    </>
  );
}

// What surrounds every page: navigation, header with the cluster's chip, and the log-in page while nobody is in.
import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { isSession, opens, type Place, sessionQuery } from "../api/session";
import type { Session } from "../api/types";
import { FirstLoginNeeded } from "../login/first_login";
import { LoginPage } from "../login/login_page";
import { WaitingForMaster } from "../login/waiting";
import { app, nav } from "../strings";
import { AlertSign } from "./alert_sign";
import { ClusterChip } from "./cluster_chip";
import { NotAllowed } from "./lost";
import { Navigation } from "./navigation";
import { UserMenu } from "./user_menu";

export function Frame() {
  const { data, error, isPending } = useQuery({
    ...sessionQuery,
    refetchInterval: (query) => (query.state.error ? 2000 : false),
  });
  if (isPending || (error && !data)) return <WaitingForMaster waiting={!error} />;
  if (isSession(data)) return <Inside session={data} />;
  return data?.firstLogin ? <FirstLoginNeeded /> : <LoginPage />;
}

function placeOf(path: string): Place {
  const first = path.split("/")[1];
  return (first === "" ? "overview" : first) as Place;
}

function Inside({ session }: { session: Session }) {
  const [menu, { toggle, close }] = useDisclosure(false);
  const path = useLocation({ select: (location) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu of a phone
  useEffect(close, [path]);
  const place = placeOf(path);
  const known = [
    "overview",
    "mails",
    "quarantine",
    "alerts",
    "rules",
    "nodes",
    "users",
    "audit",
    "reference",
  ].includes(place);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !menu } }}
      padding={{ base: 12, sm: 24 }}
      styles={{
        header: { background: "var(--w-surface)", borderColor: "var(--w-line)" },
        navbar: { background: "var(--w-surface)", borderColor: "var(--w-line)" },
        main: { background: "var(--w-canvas)" },
      }}
    >
      <a href="#content" className="skip-link">
        {app.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px={16} gap={12} wrap="nowrap">
          <Burger
            opened={menu}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={nav.open}
            aria-expanded={menu}
          />
          <Link to="/" className="brand" aria-label={app.name}>
            <img src="/weir.svg" width={26} height={26} alt="" />
            <span>{app.name}</span>
          </Link>
          <div style={{ flex: 1 }} />
          <AlertSign />
          <ClusterChip role={session.role} />
          <UserMenu session={session} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar py={12}>
        <Navigation role={session.role} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: "none" }}>
        <div className="page">{known && !opens(session.role, place) ? <NotAllowed /> : <Outlet />}</div>
      </AppShell.Main>
    </AppShell>
  );
}

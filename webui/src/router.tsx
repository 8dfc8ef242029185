// The addresses of the console. Pages behind the frame are loaded when first opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Frame } from "./frame/frame";
import { Crash, NotFound } from "./frame/lost";
import { parseSearch, stringifySearch } from "./kit/url_state";
import { FirstLoginPage } from "./login/first_login";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Crash });
const firstLogin = createRoute({
  getParentRoute: () => root,
  path: "/first-login",
  component: FirstLoginPage,
});
const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});
const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  component: Frame,
  errorComponent: Crash,
});

const overview = createRoute({
  getParentRoute: () => frame,
  path: "/",
  component: lazyRouteComponent(() => import("./overview/overview_page"), "OverviewPage"),
});
const mails = createRoute({
  getParentRoute: () => frame,
  path: "/mails",
  component: lazyRouteComponent(() => import("./mails/mails_page"), "MailsPage"),
});
// Links of the API name one thing in the path; the pages keep it in the search, beside the table.
const oneMail = createRoute({
  getParentRoute: () => frame,
  path: "/mails/$id",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/mails", search: { open: params.id } as never, replace: true });
  },
});
const quarantine = createRoute({
  getParentRoute: () => frame,
  path: "/quarantine",
  component: lazyRouteComponent(() => import("./quarantine/quarantine_page"), "QuarantinePage"),
});
const oneItem = createRoute({
  getParentRoute: () => frame,
  path: "/quarantine/$id",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/quarantine", search: { open: params.id, state: "all" } as never, replace: true });
  },
});
const alerts = createRoute({
  getParentRoute: () => frame,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./alerts/alerts_page"), "AlertsPage"),
});
const userLists = createRoute({
  getParentRoute: () => frame,
  path: "/user-lists",
  component: lazyRouteComponent(() => import("./user_lists/user_lists_page"), "UserListsPage"),
});
const learning = createRoute({
  getParentRoute: () => frame,
  path: "/learning",
  component: lazyRouteComponent(() => import("./learning/learning_page"), "LearningPage"),
});
const dmarc = createRoute({
  getParentRoute: () => frame,
  path: "/dmarc",
  component: lazyRouteComponent(() => import("./dmarc/dmarc_page"), "DmarcPage"),
});
const rules = createRoute({
  getParentRoute: () => frame,
  path: "/rules",
  component: lazyRouteComponent(() => import("./rules/rules_page"), "RulesPage"),
});
const policyLink = createRoute({
  getParentRoute: () => frame,
  path: "/policy",
  beforeLoad: () => {
    throw redirect({ to: "/rules", replace: true });
  },
});
const nodes = createRoute({
  getParentRoute: () => frame,
  path: "/nodes",
  component: lazyRouteComponent(() => import("./nodes/nodes_page"), "NodesPage"),
});
const oneNode = createRoute({
  getParentRoute: () => frame,
  path: "/nodes/$id",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/nodes", search: { open: params.id } as never, replace: true });
  },
});
const users = createRoute({
  getParentRoute: () => frame,
  path: "/users",
  component: lazyRouteComponent(() => import("./users/users_page"), "UsersPage"),
});
const audit = createRoute({
  getParentRoute: () => frame,
  path: "/audit",
  component: lazyRouteComponent(() => import("./audit/audit_page"), "AuditPage"),
});

const reference = createRoute({
  getParentRoute: () => frame,
  path: "/reference",
  component: lazyRouteComponent(() => import("./reference/reference_page"), "ReferencePage"),
});

const tree = root.addChildren([
  firstLogin,
  login,
  frame.addChildren([
    overview,
    mails,
    oneMail,
    quarantine,
    oneItem,
    alerts,
    userLists,
    learning,
    dmarc,
    rules,
    policyLink,
    nodes,
    oneNode,
    users,
    audit,
    reference,
  ]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: false,
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

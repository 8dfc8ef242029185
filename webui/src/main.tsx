import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles/tokens.css";
import "./styles/frame.css";
import "./styles/kit.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { ApiProblem, whenSignedOut } from "./api/client";
import { sessionQuery, signedOut } from "./api/session";
import { nonce } from "./nonce";
import { createAppRouter } from "./router";
import { cssVariables, theme } from "./theme/theme";

setNonce(nonce);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      refetchOnWindowFocus: true,
      networkMode: "always",
      retry: (tries, error) => tries < 2 && !(error instanceof ApiProblem && error.status >= 400),
    },
    mutations: { networkMode: "always" },
  },
});

// An ended session shows the log-in page; the address stays, so the person comes back to where they were.
whenSignedOut(() => queries.setQueryData(sessionQuery.queryKey, signedOut));

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" limit={4} zIndex={500} />
        <RouterProvider router={createAppRouter()} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

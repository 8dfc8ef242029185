// Mantine told to use our tokens, so that both speak of the same colours.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const weir: MantineColorsTuple = [
  "#e6f6f7",
  "#cfebec",
  "#a1d8da",
  "#6fc4c8",
  "#48b3b8",
  "#2ea8ae",
  "#17939a",
  "#0e7f86",
  "#0b6e75",
  "#06565c",
];

const dark: MantineColorsTuple = [
  "#e6ebee",
  "#c3ccd1",
  "#a9b4ba",
  "#75828a",
  "#414d54",
  "#2c363b",
  "#232c31",
  "#1a2125",
  "#12171a",
  "#0d1113",
];

export const theme = createTheme({
  primaryColor: "weir",
  primaryShade: { light: 8, dark: 8 },
  colors: { weir, dark },
  defaultRadius: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: "var(--w-mono)",
  fontSizes: { xs: "12.5px", sm: "14px", md: "14px", lg: "16px", xl: "19px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "30px" },
      h2: { fontSize: "16px", lineHeight: "24px" },
      h3: { fontSize: "14px", lineHeight: "22px" },
    },
  },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm", fw: 500 } },
    Modal: {
      defaultProps: { centered: true, radius: 8, transitionProps: { duration: 100 } },
      styles: { title: { fontWeight: 600, fontSize: 16 } },
    },
    Drawer: { defaultProps: { position: "right", transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Loader: { defaultProps: { type: "dots" } },
  },
});

const shared = {
  "--mantine-color-body": "var(--w-surface)",
  "--mantine-color-text": "var(--w-text)",
  "--mantine-color-dimmed": "var(--w-text-2)",
  "--mantine-color-placeholder": "var(--w-text-2)",
  "--mantine-color-default-border": "var(--w-line-strong)",
  "--mantine-color-error": "var(--w-reject)",
  "--mantine-color-anchor": "var(--w-accent)",
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...shared },
  dark: {
    ...shared,
    "--mantine-color-default": "var(--w-raised)",
    "--mantine-color-default-hover": "var(--w-hover)",
  },
});
